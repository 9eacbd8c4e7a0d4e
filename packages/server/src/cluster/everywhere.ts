import type { Ambient } from '../ambient.ts'
import { Acknowledgement } from './acknowledgement.ts'
import type { Cluster } from './cluster.ts'
import { ClusterCounts } from './figures.ts'
import { leaseTerms } from './lease-terms.ts'
import { LeaseWatch } from './lease-watch.ts'
import type { ClusterStore } from './ports.ts'
import { solo } from './solo.ts'
import { systemTimers } from '../timers.ts'

/**
 * For a process that writes to the store of a cluster without being one of its nodes: it remembers nothing, so it needs
 * no lease and nobody waits for it, but it can wait for them.
 *
 * @param store `undefined` where no other process can open it: then there is nobody to wait for
 */
export function everywhere(
  store: ClusterStore | undefined,
  ambient: Pick<Ambient, 'monotonicMillis'>,
): Pick<Cluster, 'settled' | 'stop'> {
  if (store === undefined) return solo()
  return new Acknowledgement({
    ...store,
    ambient,
    timers: systemTimers,
    terms: leaseTerms(),
    watch: new LeaseWatch(ambient),
    counts: new ClusterCounts(),
  })
}
