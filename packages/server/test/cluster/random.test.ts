import { describe, expect, test } from 'bun:test'
import * as asItStands from '../../src/cluster/cluster-node.ts'
import { type ClusterCode, codeWithout } from './support/cluster-code.ts'
import { type History, randomHistory } from './support/random-history.ts'
import { rules } from './support/rules.ts'

/** `npm run test:faults` may set more. Each seed gives one history, always the same. */
const FIRST_SEED = Number(process.env['JETON_CLUSTER_SEED'] ?? 1)
const HISTORIES = Number(process.env['JETON_CLUSTER_HISTORIES'] ?? 10)
const SECONDS = 60
/** Among so many histories a missing rule must show. */
const HISTORIES_TO_FIND = 80
const TIMEOUT_MS = 60_000 + 3_000 * HISTORIES

describe('random histories of nodes that are stopped, killed, cut off, slow and deaf', () => {
  test(
    `in ${HISTORIES} of them no verdict is late (from seed ${FIRST_SEED} on)`,
    async () => {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed += 1) {
        const { late, acknowledged, currentShare } = await randomHistory(asItStands, seed, SECONDS)
        expect({ seed, late }).toEqual({ seed, late: [] })
        // A cluster that does nothing is never late, either.
        expect(acknowledged).toBeGreaterThan(300)
        expect(currentShare).toBeGreaterThan(0.3)
      }
    },
    TIMEOUT_MS,
  )

  /** Those whose absence needs no rarer coincidence; of the others a scene tells, each in its own test. */
  const findable = {
    'the clock is compared with the end': rules.endIsCompared,
    'the end counts from before sending': rules.endFromBeforeRenewal,
    'a renewal without an answer is none': rules.unansweredRenewalIsDoubted,
    'the first head is applied': rules.headIsApplied,
    'a gap flushes': rules.gapFlushes,
    'who is given up is fenced': [...rules.givenUpIsFenced, ...rules.fence],
    'a lease is waited for as long as it lasts itself': rules.waitsForItsTtl,
    'a repeat waits': rules.repeatWaits,
    'without the store nobody knows': rules.unknownIsUnknown,
  }
  for (const [rule, edits] of Object.entries(findable)) {
    test(
      `some verdict is late without the rule that ${rule}`,
      async () => {
        expect((await firstLate(await codeWithout(edits)))?.late).not.toBeEmpty()
      },
      TIMEOUT_MS,
    )
  }
})

async function firstLate(code: ClusterCode): Promise<History | undefined> {
  for (let seed = 1; seed <= HISTORIES_TO_FIND; seed += 1) {
    const history = await randomHistory(code, seed, SECONDS)
    if (history.late.length > 0) return history
  }
  return undefined
}
