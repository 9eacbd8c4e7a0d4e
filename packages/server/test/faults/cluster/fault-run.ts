import { systemAmbient } from '../../../src/ambient-system.ts'
import { seededRandom } from '../../../testing/seeded-random.ts'
import { Asker } from './asker.ts'
import type { FaultCluster } from './fault-cluster.ts'
import { type History, HistoryRecorder } from './history.ts'
import { type Fault, Nemesis } from './nemesis.ts'
import { Revoker } from './revoker.ts'
import { Watch } from './watch.ts'

const REVOKERS = 12
const LOOK_EVERY_MILLIS = 500
/** Verifiers are told apart from revokers by where their seeds begin. */
const VERIFIER_SEEDS = 1000

export interface FaultRunOptions {
  readonly seed: number
  readonly millis: number
  readonly faults: readonly Fault[]
  /** Ends the run before its time. */
  readonly hasSeenEnough?: (history: History) => boolean
}

/** Revokes, verifies and disturbs at the same time. @returns what was seen of it */
export async function faultRun(
  cluster: FaultCluster,
  { seed, millis, faults, hasSeenEnough = () => false }: FaultRunOptions,
): Promise<History> {
  const { nodes, token } = cluster
  const [first, ...rest] = nodes
  const history = new HistoryRecorder(systemAmbient)
  const ports = nodes.map(({ port }) => port)
  const watch = new Watch(ports, history, (verifier) => seededRandom(seed + VERIFIER_SEEDS + verifier))
  const askers = [new Asker(first.port), ...rest.map(({ port }) => new Asker(port))] as const
  const revokers = Array.from({ length: REVOKERS }, (_, index) => {
    const random = seededRandom(seed + 1 + index)
    return new Revoker(String(index), { askers, token, history, watch, random })
  })
  const nemesis = new Nemesis(cluster, history, seededRandom(seed), faults)
  try {
    const endsAt = systemAmbient.monotonicMillis() + millis
    while (systemAmbient.monotonicMillis() < endsAt && !hasSeenEnough(history)) {
      // A nemesis that fails ends the run.
      await Promise.race([Bun.sleep(LOOK_EVERY_MILLIS), nemesis.raging])
    }
  } finally {
    await nemesis.stop()
    // All nodes are up again: whatever they have still to say is waited for.
    await Promise.all(revokers.map((revoker) => revoker.stop()))
    await watch.stop()
    for (const asker of askers) asker.close()
  }
  return history
}
