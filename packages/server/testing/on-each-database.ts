import { afterAll, beforeAll, describe } from 'bun:test'
import type { Surroundings } from '../src/main.ts'
import { DATABASES, startNode, type TestNode } from './start-node.ts'

const START_TIMEOUT_MS = 30_000

/** How the node is to be, if not as usual. */
export interface NodeOptions {
  readonly surroundings?: Surroundings | undefined
  readonly flags?: Readonly<Record<string, string>> | undefined
}

/** Runs the same cases on each database, in a world of their own. It is there once the cases run, not while they are listed. */
export function onEachDatabaseIn<World extends { stop(): Promise<void> }>(
  worldOf: (node: TestNode) => Promise<World>,
  cases: (world: () => World) => void,
  { surroundings, flags }: NodeOptions = {},
): void {
  for (const database of DATABASES) {
    describe(`on ${database}`, () => {
      let world: World | undefined
      beforeAll(async () => {
        world = await worldOf(await startNode(database, surroundings, flags))
      }, START_TIMEOUT_MS)
      afterAll(() => world?.stop())
      cases(() => {
        if (world === undefined) throw new Error('the world is there in tests only')
        return world
      })
    })
  }
}
