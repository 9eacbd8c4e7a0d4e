import type { ChangeKind, ChangeListener } from '../change.ts'
import { Bell } from '../bell.ts'
import type { FeedChange, FeedPage, FeedPosition, FeedReads, WakeUps } from './ports.ts'
import { answerWithin, type Timers } from '../timers.ts'

/** What a wake-up that got lost costs. One read of one row, forty times a second, is less than a verification. */
const POLL_EVERY_MILLIS = 25
const RETRY_AFTER_MILLIS = 100
const PAGE_LIMIT = 500

export interface FeedReaderDeps {
  readonly feed: FeedReads
  readonly wakeUps: Pick<WakeUps, 'subscribe'>
  readonly timers: Timers
  readonly answerWithinMillis: number
  /** Kept true by this reader. */
  readonly listener: ChangeListener
  /** The position has changed. */
  readonly onApplied: () => void
  /** Once when reading begins to fail, not at every try. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Hands every change of the feed to the listener once, in order, or has it forget everything. One read at a time; the
 * position moves in the same step as the listener is told, so that nobody sees the one without the other.
 */
export class FeedReader {
  readonly #deps: FeedReaderDeps
  readonly #bell: Bell
  readonly #unsubscribe: () => void
  readonly #ended: Promise<void>
  #position: FeedPosition | undefined
  #feed = 1
  #head = 0
  #isFailing = false
  #isStopping = false

  /** Starts at once. */
  constructor(deps: FeedReaderDeps) {
    this.#deps = deps
    this.#bell = new Bell(deps.timers)
    this.#unsubscribe = deps.wakeUps.subscribe('changes', () => this.#bell.ring())
    this.#ended = this.#run()
  }

  /** Everything up to here has been applied; `undefined` before the first answer. */
  get position(): FeedPosition | undefined {
    return this.#position
  }

  /** Counts the feeds: what was agreed on by the numbers of one is void in the next. */
  get feed(): number {
    return this.#feed
  }

  /** The last change that this node knows of. */
  get head(): number {
    return this.#head
  }

  /** Whether everything up to a position has been applied. */
  hasReached({ incarnation, number }: FeedPosition): boolean {
    const at = this.#position
    return at !== undefined && at.number >= number && at.incarnation === incarnation
  }

  /** There may be something to read. */
  wake(): void {
    this.#bell.ring()
  }

  /** Ends after the read under way. */
  stop(): Promise<void> {
    this.#isStopping = true
    this.#unsubscribe()
    this.#bell.ring()
    return this.#ended
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const isThereMore = await this.#readOnce()
      if (!isThereMore && !this.#isStopping)
        await this.#bell.rest(this.#isFailing ? RETRY_AFTER_MILLIS : POLL_EVERY_MILLIS)
    }
  }

  /** @returns whether there is more to read at once */
  async #readOnce(): Promise<boolean> {
    try {
      const isThereMore =
        this.#position === undefined ? await this.#begin() : await this.#readOn(this.#position)
      this.#isFailing = false
      return isThereMore
    } catch (error) {
      if (!this.#isFailing) this.#deps.onFailure(error)
      this.#isFailing = true
      return false
    }
  }

  async #begin(): Promise<boolean> {
    this.#startAt(await this.#answer(this.#deps.feed.head()))
    return false
  }

  async #readOn(from: FeedPosition): Promise<boolean> {
    const page = await this.#answer(this.#deps.feed.changesAfter(from.number, PAGE_LIMIT))
    // No await from here on.
    const head = { incarnation: page.incarnation, number: page.head }
    this.#head = page.head
    if (!isSameFeed(from, head)) {
      this.#feed += 1
      this.#startAt(head)
      return false
    }
    if (!isGapless(from, page)) {
      this.#startAt(head)
      return false
    }
    for (const change of page.changes) this.#apply(change, page.incarnation)
    if (page.changes.length > 0) this.#deps.onApplied()
    return page.changes.length === PAGE_LIMIT
  }

  /** The head was read before this: what the listener learns from now on is at least as new. */
  #startAt(head: FeedPosition): void {
    this.#deps.listener.flush()
    this.#position = head
    this.#head = head.number
    this.#deps.onApplied()
  }

  /** A listener that throws has the change read again, and meanwhile this node renews no lease. */
  #apply(change: FeedChange, incarnation: string): void {
    if (isKnown(change.kind)) this.#deps.listener.apply(change)
    // Written by a newer program: no telling what it makes untrue.
    else this.#deps.listener.flush()
    this.#position = { incarnation, number: change.number }
  }

  #answer<T>(answer: Promise<T>): Promise<T> {
    return answerWithin(this.#deps.timers, this.#deps.answerWithinMillis, answer)
  }
}

/** Numbers that went back are counted again by a database that has lost its last commits. */
function isSameFeed(from: FeedPosition, head: FeedPosition): boolean {
  return head.incarnation === from.incarnation && head.number >= from.number
}

/** Nothing that came after `from` has been trimmed, and nothing is missing. */
function isGapless(from: FeedPosition, { oldest, head, changes }: FeedPage): boolean {
  const expected = Math.min(PAGE_LIMIT, head - from.number)
  return (
    oldest <= from.number + 1 &&
    changes.length === expected &&
    changes.every(({ number }, index) => number === from.number + 1 + index)
  )
}

/** Has a line for every kind, or does not compile. */
const KNOWN_KINDS: Readonly<Record<ChangeKind, true>> = {
  token: true,
  epoch: true,
  generation: true,
  subject: true,
  password: true,
  privilege: true,
  membership: true,
  support: true,
  role: true,
  tenant: true,
  session: true,
}

function isKnown(kind: string): boolean {
  return Object.hasOwn(KNOWN_KINDS, kind)
}
