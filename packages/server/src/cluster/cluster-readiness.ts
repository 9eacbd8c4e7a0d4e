import type { Cluster } from './cluster.ts'
import type { Standing } from './held-lease.ts'
import { answerWithin, systemTimers } from '../timers.ts'

/** A database that takes longer to say that it is there is away. */
const PING_WITHIN_MILLIS = 2000

/** Whether a node can judge tokens; with a sentence on each thing that is not as it should be, also when it can. */
export interface ClusterReadiness<IsReady extends boolean = boolean> {
  readonly isReady: IsReady
  readonly reasons: readonly string[]
}

/** A node that may not trust what it remembers still judges, by reading the store for each verdict. */
export function clusterReadiness(
  cluster: Pick<Cluster, 'status'>,
  store: { ping(): Promise<void> },
): () => Promise<ClusterReadiness<true> | ClusterReadiness<false>> {
  return async () => {
    const reasons = reasonsOf(cluster.status().standing)
    try {
      await answerWithin(systemTimers, PING_WITHIN_MILLIS, store.ping())
      return { isReady: true, reasons }
    } catch {
      // Without the store nothing new is learnt; what is remembered serves until the lease ends.
      return { isReady: false, reasons: [...reasons, STORE_AWAY] }
    }
  }
}

const STORE_AWAY = 'The store is away: the database cannot be read.'

function reasonsOf(standing: Standing): readonly string[] {
  return standing.isCurrent ? [] : [WHY_NOT_CURRENT[standing.why]]
}

const WHY_NOT_CURRENT: Readonly<Record<Extract<Standing, { isCurrent: false }>['why'], string>> = {
  no_lease: 'No lease yet, or lease lost: reading through.',
  lease_ended: 'Lease lost: reading through.',
  catching_up: 'Lease held, catching up with the change feed: reading through.',
}
