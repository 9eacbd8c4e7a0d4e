import type { Ambient } from '../ambient.ts'
import type { Atomically, Commit } from '../atomically.ts'
import type { ChangeListener } from '../change.ts'
import type { Log } from '../log.ts'
import { Acknowledgement } from './acknowledgement.ts'
import type { Cluster, Member, NodeStatus } from './cluster.ts'
import { ClusterCounts, type ClusterFigures } from './figures.ts'
import { FeedReader } from './feed-reader.ts'
import { Housekeeping } from './housekeeping.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { leaseTerms } from './lease-terms.ts'
import { LeaseWatch } from './lease-watch.ts'
import type { ClusterStore } from './ports.ts'
import { answerWithin, systemTimers, type Timers } from '../timers.ts'

export interface ClusterNodeDeps {
  readonly store: ClusterStore
  readonly ambient: Pick<Ambient, 'monotonicMillis' | 'randomBytes'>
  /** What remembers, and is kept true. */
  readonly listener: ChangeListener
  readonly log: Pick<Log, 'bug'>
  /** How operators reach this node, for the status page. */
  readonly address: string
  readonly ttlMillis?: number
  readonly timers?: Timers
}

/** One of the nodes that share a store. Starts at once; current a few reads later. */
export class ClusterNode implements Cluster {
  readonly #store: ClusterStore
  readonly #answerWithin: <T>(answer: Promise<T>) => Promise<T>
  readonly #watch: LeaseWatch
  readonly #counts = new ClusterCounts()
  readonly #reader: FeedReader
  readonly #keeper: LeaseKeeper
  readonly #acknowledgement: Acknowledgement
  readonly #housekeeping: Housekeeping

  constructor({ store, ambient, listener, log, address, ttlMillis, timers = systemTimers }: ClusterNodeDeps) {
    const { feed, leases, wakeUps } = store
    const terms = leaseTerms(ttlMillis)
    const { answerWithinMillis } = terms
    const told = (message: string) => (error: unknown) => log.bug(error, {}, message)
    const counts = this.#counts
    const common = { feed, leases, wakeUps, ambient, timers, terms, counts }

    this.#store = store
    this.#answerWithin = (answer) => answerWithin(timers, answerWithinMillis, answer)
    this.#watch = new LeaseWatch(ambient)
    this.#reader = new FeedReader({
      feed,
      wakeUps,
      timers,
      answerWithinMillis,
      listener,
      onApplied: () => this.#keeper.applied(),
      onFailure: told('reading the change feed fails; it is tried again'),
    })
    const onFailure = told('keeping the lease fails; it is tried again')
    this.#keeper = new LeaseKeeper({ ...common, address, onFailure }, this.#reader)
    this.#acknowledgement = new Acknowledgement({ ...common, watch: this.#watch })
    this.#housekeeping = new Housekeeping({
      feed,
      leases,
      timers,
      terms,
      watch: this.#watch,
      counts,
      nodeId: () => this.#keeper.nodeId,
      onFailure: told('tidying up after other nodes fails; it is tried again'),
    })
  }

  isCurrent(): boolean {
    return this.#keeper.isCurrent()
  }

  acknowledged<Ports>(commit: Commit<Ports>): Atomically<Ports> {
    return this.#acknowledgement.over(commit)
  }

  settled(): Promise<void> {
    return this.#acknowledgement.settled()
  }

  status(): NodeStatus {
    const { nodeId, leaseAgeMillis, trustLeftMillis } = this.#keeper
    const { position, head } = this.#reader
    return {
      nodeId,
      standing: this.#keeper.standing(),
      applied: position?.number,
      head,
      lag: head - (position?.number ?? 0),
      leaseAgeMillis,
      trustLeftMillis,
    }
  }

  async members(): Promise<readonly Member[]> {
    const { feed, leases } = this.#store
    const list = await this.#answerWithin(leases.list())
    this.#watch.observe(list)
    const head = await this.#answerWithin(feed.head())
    return list.map((lease) => ({
      nodeId: lease.nodeId,
      address: lease.address,
      isThisNode: lease.nodeId === this.#keeper.nodeId,
      isFenced: lease.isFenced,
      applied: lease.applied,
      renewal: lease.renewal,
      lag: Math.max(0, head.number - lease.applied),
      stillForMillis: this.#watch.stillForMillis(lease),
      ttlMillis: lease.ttlMillis,
    }))
  }

  figures(): ClusterFigures {
    return this.#counts
  }

  async stop(): Promise<void> {
    // First, and in this very step, for nothing is read after it that would keep what is remembered true.
    const released = this.#keeper.stop()
    await Promise.all([
      released,
      this.#reader.stop(),
      this.#housekeeping.stop(),
      this.#acknowledgement.stop(),
    ])
  }
}
