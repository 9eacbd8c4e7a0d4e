import type { Ambient } from '../ambient.ts'
import type { Trust } from '../trust.ts'
import { Bell } from '../bell.ts'
import type { FeedReader } from './feed-reader.ts'
import type { ClusterCounts } from './figures.ts'
import type { HeldLease, Standing } from './held-lease.ts'
import type { LeaseTerms } from './lease-terms.ts'
import type { FeedPosition, FeedReads, Leases, WakeUps } from './ports.ts'
import { answerWithin, type Timers } from '../timers.ts'

const RETRY_AFTER_MILLIS = 100
const NODE_ID_BYTES = 16

export interface LeaseKeeperDeps {
  readonly leases: Leases
  readonly feed: Pick<FeedReads, 'head'>
  readonly wakeUps: Pick<WakeUps, 'notify'>
  readonly ambient: Pick<Ambient, 'monotonicMillis' | 'randomBytes'>
  readonly timers: Timers
  readonly terms: LeaseTerms
  readonly counts: Pick<ClusterCounts, 'renewals' | 'lostLeases'>
  readonly address: string
  /** Once when keeping the lease begins to fail, not at every try. */
  readonly onFailure: (error: unknown) => void
}

/** What a lease asks of the feed's reader. */
type AppliedFeed = Pick<FeedReader, 'feed' | 'position' | 'hasReached' | 'wake'>

/**
 * Holds this node's lease: renews it, tells how far the node has applied, and starts over with a new row when it is
 * lost. One call to the store at a time, so that what it tells never goes backwards.
 */
export class LeaseKeeper implements Trust {
  readonly #deps: LeaseKeeperDeps
  readonly #reader: AppliedFeed
  readonly #bell: Bell
  readonly #ended: Promise<void>
  #lease: HeldLease | undefined
  /** Rows that this node no longer trusts by, for which the others would wait until they have fenced them. */
  readonly #leftBehind: string[] = []
  #isFailing = false
  #isStopping = false

  /** Starts at once. @param reader calls {@link applied} whenever its position has changed */
  constructor(deps: LeaseKeeperDeps, reader: AppliedFeed) {
    this.#deps = deps
    this.#reader = reader
    this.#bell = new Bell(deps.timers)
    this.#ended = this.#run()
  }

  isCurrent(): boolean {
    const lease = this.#lease
    return lease !== undefined && this.#now() < this.#endOf(lease) && this.#isCaughtUp(lease)
  }

  standing(): Standing {
    if (this.isCurrent()) return { isCurrent: true }
    const lease = this.#lease
    if (lease === undefined) return { isCurrent: false, why: 'no_lease' }
    return { isCurrent: false, why: this.#now() < this.#endOf(lease) ? 'catching_up' : 'lease_ended' }
  }

  /** `undefined` without a lease. */
  get nodeId(): string | undefined {
    return this.#lease?.nodeId
  }

  /** For how long this lease has been held; `undefined` without one. */
  get leaseAgeMillis(): number | undefined {
    return this.#lease && this.#now() - this.#lease.acquiredAt
  }

  /** For how long this node may trust what it remembers, without another renewal. */
  get trustLeftMillis(): number {
    return this.#lease !== undefined && this.isCurrent() ? this.#endOf(this.#lease) - this.#now() : 0
  }

  /** The reader's position has moved on: to be told to those who wait for it. */
  applied(): void {
    this.#bell.ring()
  }

  /** Trust ends this moment; then nobody needs to wait for this node. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#replaceBy(undefined)
    this.#bell.ring()
    await this.#ended
    await this.#releaseLeftBehind()
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const restMillis = await this.#tryStep()
      if (restMillis > 0 && !this.#isStopping) await this.#bell.rest(restMillis)
    }
  }

  async #tryStep(): Promise<number> {
    try {
      const restMillis = await this.#step()
      this.#isFailing = false
      return restMillis
    } catch (error) {
      if (!this.#isFailing) this.#deps.onFailure(error)
      this.#isFailing = true
      return RETRY_AFTER_MILLIS
    }
  }

  /** The one thing that is most urgent. @returns for how long there is nothing to do, unless the bell rings */
  async #step(): Promise<number> {
    const lease = this.#lease
    if (lease === undefined || lease.isInDoubt || lease.feed !== this.#reader.feed) return this.#acquire()
    const isDue = this.#isRenewalDue(lease)
    // Not before: who comes back from a pause would renew by what it knew then, and be waited for once more.
    if (isDue && lease.head === undefined) return this.#lookAhead(lease)
    if (isDue && lease.head !== undefined && this.#reader.hasReached(lease.head)) return this.#renew(lease)
    if (this.#appliedNumber() > lease.reported) return this.#report(lease)
    // Due, but behind: alive is who keeps up, so that nobody waits for long for one who does not.
    if (isDue) return this.#deps.terms.renewEveryMillis
    return Math.max(1, lease.renewedAt + this.#deps.terms.renewEveryMillis - this.#now())
  }

  async #acquire(): Promise<number> {
    const { ambient, leases, terms, address } = this.#deps
    // Never an id again: a late commit of an earlier attempt must not be taken for this one.
    const nodeId = Buffer.from(ambient.randomBytes(NODE_ID_BYTES)).toString('hex')
    const { feed } = this.#reader
    const sentAt = this.#now()
    await this.#answer(leases.acquire({ nodeId, address, ttlMillis: terms.ttlMillis }))
    // Sent after the row's commit was answered: see Acknowledgement for why that matters.
    const head = await this.#readHead().catch((error: unknown) => {
      this.#leftBehind.push(nodeId)
      throw error
    })
    // The one before is trusted until this very step. After a stop there is none to be trusted.
    if (this.#isStopping) this.#leftBehind.push(nodeId)
    else
      this.#replaceBy({
        nodeId,
        feed,
        firstHead: head,
        head: undefined,
        acquiredAt: sentAt,
        renewal: 1,
        renewedAt: sentAt,
        reported: 0,
        isInDoubt: false,
      })
    await this.#releaseLeftBehind()
    return 0
  }

  #replaceBy(next: HeldLease | undefined): void {
    if (this.#lease !== undefined) this.#leftBehind.push(this.#lease.nodeId)
    if (this.#lease !== undefined && next !== undefined) this.#deps.counts.lostLeases += 1
    this.#lease = next
  }

  /** What cannot be released now, the others fence. */
  async #releaseLeftBehind(): Promise<void> {
    for (const nodeId of this.#leftBehind.splice(0)) {
      await this.#answer(this.#deps.leases.release(nodeId)).catch(() => undefined)
    }
  }

  async #lookAhead(lease: HeldLease): Promise<number> {
    lease.head = await this.#readHead()
    return 0
  }

  async #readHead(): Promise<FeedPosition> {
    const head = await this.#answer(this.#deps.feed.head())
    this.#reader.wake()
    return head
  }

  async #renew(lease: HeldLease): Promise<number> {
    const applied = this.#appliedNumber()
    // Before sending: the others count from when they see the new number, which is later than this on any clock.
    const sentAt = this.#now()
    const isRenewed = await this.#renewOrDoubt(lease, applied)
    if (!isRenewed) return this.#lose(lease)
    lease.renewal += 1
    this.#deps.counts.renewals += 1
    lease.renewedAt = sentAt
    lease.head = undefined
    this.#hasReported(lease, applied)
    return 0
  }

  /**
   * Without an answer the row's number may have gone up or not, so this lease cannot be renewed again. It holds until
   * the end that its last answered renewal gave it, for the others count from that one or a later one.
   */
  async #renewOrDoubt(lease: HeldLease, applied: number): Promise<boolean> {
    try {
      return await this.#answer(this.#deps.leases.renew(lease.nodeId, lease.renewal, applied))
    } catch (error) {
      lease.isInDoubt = true
      throw error
    }
  }

  async #report(lease: HeldLease): Promise<number> {
    const applied = this.#appliedNumber()
    if (!(await this.#answer(this.#deps.leases.reportApplied(lease.nodeId, applied))))
      return this.#lose(lease)
    this.#hasReported(lease, applied)
    return 0
  }

  #hasReported(lease: HeldLease, applied: number): void {
    if (applied === lease.reported) return
    lease.reported = applied
    this.#deps.wakeUps.notify('applied')
  }

  /** Fenced, or gone. */
  #lose(lease: HeldLease): number {
    this.#deps.counts.lostLeases += 1
    if (this.#lease === lease) this.#lease = undefined
    return 0
  }

  #isCaughtUp({ feed, firstHead }: HeldLease): boolean {
    return feed === this.#reader.feed && this.#reader.hasReached(firstHead)
  }

  #isRenewalDue({ renewedAt }: HeldLease): boolean {
    return this.#now() - renewedAt >= this.#deps.terms.renewEveryMillis
  }

  #endOf({ renewedAt }: HeldLease): number {
    return renewedAt + this.#deps.terms.ttlMillis - this.#deps.terms.marginMillis
  }

  #appliedNumber(): number {
    return this.#reader.position?.number ?? 0
  }

  #now(): number {
    return this.#deps.ambient.monotonicMillis()
  }

  #answer<T>(answer: Promise<T>): Promise<T> {
    return answerWithin(this.#deps.timers, this.#deps.terms.answerWithinMillis, answer)
  }
}
