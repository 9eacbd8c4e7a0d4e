import { Bell } from '../bell.ts'
import type { ClusterCounts } from './figures.ts'
import type { LeaseTerms } from './lease-terms.ts'
import { fenceRunOut, type LeaseWatch } from './lease-watch.ts'
import type { FeedReads, FeedWrites, Lease, Leases } from './ports.ts'
import { answerWithin, type Timers } from '../timers.ts'

/** A node that was away for less may read on where it was, instead of forgetting everything. */
const CHANGES_KEPT = 10_000
/** However far a node is behind. */
const MOST_CHANGES_KEPT = 100_000
const TRIM_SLICE = 1000
/** A node that was fenced is shown for that long. */
const FENCED_SHOWN_MILLIS = 60_000

export interface HousekeepingDeps {
  readonly leases: Pick<Leases, 'list' | 'fence' | 'release'>
  readonly feed: Pick<FeedReads, 'head'> & FeedWrites
  readonly timers: Timers
  readonly terms: LeaseTerms
  readonly watch: LeaseWatch
  readonly counts: Pick<ClusterCounts, 'fencings'>
  /** This node's, while it has a lease. */
  readonly nodeId: () => string | undefined
  readonly onFailure: (error: unknown) => void
}

/**
 * What must happen now and then, whoever does it: fence the dead before somebody has to wait for them, forget them, and
 * trim the feed. None of it is needed for any answer to be true.
 */
export class Housekeeping {
  readonly #deps: HousekeepingDeps
  readonly #bell: Bell
  readonly #ended: Promise<void>
  #isFailing = false
  #isStopping = false

  /** Starts at once. */
  constructor(deps: HousekeepingDeps) {
    this.#deps = deps
    this.#bell = new Bell(deps.timers)
    this.#ended = this.#run()
  }

  /** Ends after the round under way. */
  stop(): Promise<void> {
    this.#isStopping = true
    this.#bell.ring()
    return this.#ended
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      await this.#tryRound()
      if (!this.#isStopping) await this.#bell.rest(this.#deps.terms.renewEveryMillis)
    }
  }

  async #tryRound(): Promise<void> {
    try {
      await this.#round()
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) this.#deps.onFailure(error)
      this.#isFailing = true
    }
  }

  async #round(): Promise<void> {
    const { leases, watch, counts, nodeId } = this.#deps
    const list = await this.#answer(leases.list())
    watch.observe(list)
    await this.#answer(fenceRunOut(leases, list, watch, counts))
    await this.#forgetFenced(list)
    // One node is enough. Two do no harm, when each takes the other for gone.
    if (firstAlive(list)?.nodeId === nodeId()) await this.#trim(list)
  }

  async #forgetFenced(list: readonly Lease[]): Promise<void> {
    for (const lease of list) {
      const isOld = lease.isFenced && this.#deps.watch.stillForMillis(lease) >= FENCED_SHOWN_MILLIS
      if (isOld) await this.#answer(this.#deps.leases.release(lease.nodeId))
    }
  }

  /** One slice a round: more than a node can write in that time, and nobody waits for long. */
  async #trim(list: readonly Lease[]): Promise<void> {
    const head = await this.#answer(this.#deps.feed.head())
    const below = trimBelow(head.number, list)
    if (below > 1) await this.#answer(this.#deps.feed.trimBelow(below, TRIM_SLICE))
  }

  #answer<T>(answer: Promise<T>): Promise<T> {
    return answerWithin(this.#deps.timers, this.#deps.terms.answerWithinMillis, answer)
  }
}

/** The number below which no change is kept: what any node has still to apply is, within bounds. */
export function trimBelow(head: number, list: readonly Lease[]): number {
  const applied = list.filter(({ isFenced }) => !isFenced).map(({ applied }) => applied)
  const needed = Math.min(head - CHANGES_KEPT, ...applied)
  return Math.max(needed, head - MOST_CHANGES_KEPT) + 1
}

function firstAlive(list: readonly Lease[]): Lease | undefined {
  return list.filter(({ isFenced }) => !isFenced).toSorted((a, b) => (a.nodeId < b.nodeId ? -1 : 1))[0]
}
