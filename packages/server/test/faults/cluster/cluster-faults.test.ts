import { expect, test } from 'bun:test'
import { marginOf } from '../../../src/cluster/lease-terms.ts'
import { judgeHistory } from './check-history.ts'
import { LEASE_MILLIS, NODES, startFaultCluster } from './fault-cluster.ts'
import { faultRun } from './fault-run.ts'
import { type Expected, findings } from './findings.ts'
import { FAULTS } from './nemesis.ts'

/** `npm run test:faults` sets ten minutes. A seed makes the same choices again, though not at the same moments. */
const SECONDS = Number(process.env['JETON_FAULT_SECONDS'] ?? 35)
const SEED = Number(process.env['JETON_FAULT_SEED'] ?? crypto.getRandomValues(new Uint32Array(1))[0])
/**
 * A lease: for as long a node that is gone is waited for, and for as long a transaction of a node that hangs can keep
 * the others from their commit.
 */
const LONGEST_HOLD_UP_MILLIS = LEASE_MILLIS + marginOf(LEASE_MILLIS)
/** For a node to find its way back: connections, lease, feed. */
const SETTLE_MILLIS = LEASE_MILLIS

const CHANGES = [
  'revoke',
  'undo',
  'delete token',
  'delete all tokens',
  'raise generation',
  'block',
  'unblock',
  'delete user',
]
const NODE_NUMBERS = Array.from({ length: NODES }, (_, node) => node)

const EXPECTED: Expected = {
  longestHoldUpMillis: LONGEST_HOLD_UP_MILLIS,
  atLeast: new Map<RegExp, number>([
    ...FAULTS.map((fault) => [new RegExp(`^${fault}$`), 1] as const),
    ...CHANGES.map((what) => [new RegExp(`^${what}: acknowledged`), 3] as const),
    ...NODE_NUMBERS.map(
      (node) => [new RegExp(`^accepted by healthy node ${node}, token alive`), 100] as const,
    ),
    ...NODE_NUMBERS.map((node) => [new RegExp(`^dead by healthy node ${node}, token dead`), 100] as const),
    // By nodes that come back from a pause, and by those that read through.
    [/^dead by disturbed node \d, token dead/, 100],
  ]),
}

test(
  `no token is accepted after its death was acknowledged, whatever happens to nodes and database, for ${SECONDS} s (seed ${SEED})`,
  async () => {
    const cluster = await startFaultCluster()
    try {
      const history = await faultRun(cluster, { seed: SEED, millis: SECONDS * 1000, faults: FAULTS })
      const judgement = judgeHistory(history, SETTLE_MILLIS)
      console.log(
        [
          `seed ${SEED}: ${history.verifications.length} verifications, ${history.changes.length} changes`,
          `longest until refused ${judgement.longestUntilRefusalMillis.toFixed()} ms`,
          `longest acknowledgement by a healthy node ${judgement.longestAcknowledgementMillis.toFixed()} ms`,
          `longest verdict of a healthy node ${judgement.longestVerdictMillis.toFixed()} ms`,
          ...Array.from(judgement.counts, ([name, times]) => `  ${name}: ${times}`),
        ].join('\n'),
      )
      expect(findings(judgement, EXPECTED)).toEqual([])
    } finally {
      await cluster.remove()
    }
  },
  SECONDS * 1000 + 120_000,
)

test('a run in which nothing happened shows nothing, and says so', () => {
  const nothing = judgeHistory({ changes: [], verifications: [], disturbances: [] }, SETTLE_MILLIS)
  expect(findings(nothing, EXPECTED)).toHaveLength(EXPECTED.atLeast.size)
})
