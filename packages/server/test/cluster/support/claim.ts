import { expect, test } from 'bun:test'
import * as asItStands from '../../../src/cluster/cluster-node.ts'
import { type ClusterCode, codeWithout, type Edit } from './cluster-code.ts'
import { Refused } from '../../../src/failure.ts'

/** What is to be seen in a scene at its end. */
export type Seen = Readonly<Record<string, unknown>>

export interface Claim {
  readonly scene: (code: ClusterCode) => Promise<Seen>
  readonly holds: Seen
  /** The rule that makes it hold, taken out of the code; and what is to be seen then. */
  readonly without?: { readonly edits: readonly Edit[]; readonly seen: Seen }
}

/** A claim about the code, and that it is that rule which makes it true: without the rule it is false. */
export function claim(title: string, { scene, holds, without }: Claim): void {
  test(title, async () => {
    expect(await scene(asItStands)).toEqual(holds)
  })
  if (without === undefined) return
  test(`without its rule that is false: ${title}`, async () => {
    expect(await scene(await codeWithout(without.edits))).toEqual(without.seen)
  })
}

/** How a command ended. */
export async function outcomeOf(acknowledged: Promise<void>): Promise<string> {
  try {
    await acknowledged
    return 'acknowledged'
  } catch (error) {
    if (error instanceof Refused) return error.failure.kind
    throw error
  }
}
