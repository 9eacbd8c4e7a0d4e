import { expect, test } from 'bun:test'
import type { Bug } from '../../../testing/fault-node.ts'
import { judgeHistory } from './check-history.ts'
import { LEASE_MILLIS, startFaultCluster } from './fault-cluster.ts'
import { faultRun } from './fault-run.ts'
import type { Fault } from './nemesis.ts'

const LONGEST_RUN_MILLIS = 60_000
const SEED = 1

/** Either hides where everything works well, and shows as soon as a node does not hear of a change in time. */
test.each<Bug>(['acknowledges without waiting', 'trusts after its lease'])(
  'the fault test finds a node that %s',
  async (bug) => {
    const cluster = await startFaultCluster(bug)
    try {
      const faults: readonly Fault[] = ['stall and cut the database connection']
      const history = await faultRun(cluster, {
        seed: SEED,
        millis: LONGEST_RUN_MILLIS,
        faults,
        hasSeenEnough: (history) => judgeHistory(history, LEASE_MILLIS).lateAcceptances.length > 0,
      })
      expect(judgeHistory(history, LEASE_MILLIS).lateAcceptances).not.toBeEmpty()
    } finally {
      await cluster.remove()
    }
  },
  LONGEST_RUN_MILLIS + 60_000,
)
