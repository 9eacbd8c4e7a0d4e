import type { Ambient } from '../ambient.ts'
import type { ClusterCounts } from './figures.ts'
import { marginOf } from './lease-terms.ts'
import type { Lease, Leases } from './ports.ts'

/** How long each node's renewal number has stood still, on this node's own clock. Shared by all who wait here. */
export class LeaseWatch {
  readonly #ambient: Pick<Ambient, 'monotonicMillis'>
  readonly #seen = new Map<string, { readonly renewal: number; readonly since: number }>()

  constructor(ambient: Pick<Ambient, 'monotonicMillis'>) {
    this.#ambient = ambient
  }

  /**
   * To be told of every list as soon as it has arrived. The clock is read now, after the number was: so it had been
   * reached by then, and its holder had sent that renewal even earlier.
   */
  observe(leases: readonly Lease[]): void {
    const now = this.#ambient.monotonicMillis()
    const gone = new Set(this.#seen.keys())
    for (const { nodeId, renewal } of leases) {
      gone.delete(nodeId)
      if (this.#seen.get(nodeId)?.renewal !== renewal) this.#seen.set(nodeId, { renewal, since: now })
    }
    for (const nodeId of gone) this.#seen.delete(nodeId)
  }

  /** Since it was first seen; 0 when it has not been. */
  stillForMillis({ nodeId, renewal }: Lease): number {
    const seen = this.#seen.get(nodeId)
    return seen?.renewal === renewal ? this.#ambient.monotonicMillis() - seen.since : 0
  }

  /** Whether its holder has stopped trusting by it, unless it has been renewed since the list was read. */
  hasRunOut(lease: Lease): boolean {
    return this.stillForMillis(lease) >= lease.ttlMillis + marginOf(lease.ttlMillis)
  }
}

/**
 * Makes sure that those whose time is over stay so: a fenced lease can never be renewed. Who has renewed in the
 * meantime is not fenced, and the next list tells which it was.
 * @returns whether there is something for the next list to tell
 */
export async function fenceRunOut(
  leases: Pick<Leases, 'fence'>,
  list: readonly Lease[],
  watch: LeaseWatch,
  counts: Pick<ClusterCounts, 'fencings'>,
): Promise<boolean> {
  const runOut = list.filter((lease) => !lease.isFenced && watch.hasRunOut(lease))
  for (const { nodeId, renewal } of runOut) {
    if (await leases.fence(nodeId, renewal)) counts.fencings += 1
  }
  return runOut.length > 0
}
