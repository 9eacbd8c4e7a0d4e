import { Bell } from '../bell.ts'
import type { FeedReads, FeedWrites } from './ports.ts'
import { systemTimers, type Timers } from '../timers.ts'

/** Nobody reads them; for a person who wants to see what happened last. */
const CHANGES_KEPT = 1000
const TRIM_SLICE = 250
const TRIM_EVERY_MILLIS = 10_000
const BETWEEN_SLICES_MILLIS = 50

export interface SoloTrimmingDeps {
  readonly feed: Pick<FeedReads, 'head'> & FeedWrites
  readonly onFailure: (error: unknown) => void
  readonly timers?: Timers
}

/**
 * Keeps the change feed short where no other node reads it: every revocation leaves a row there, and a caller who
 * revokes for fun must not be able to fill the disk that revocations live on.
 */
export class SoloTrimming {
  readonly #deps: SoloTrimmingDeps
  readonly #bell: Bell
  readonly #ended: Promise<void>
  #isStopping = false

  /** Starts at once. */
  constructor(deps: SoloTrimmingDeps) {
    this.#deps = deps
    this.#bell = new Bell(deps.timers ?? systemTimers)
    this.#ended = this.#run()
  }

  /** Ends after the slice under way. */
  stop(): Promise<void> {
    this.#isStopping = true
    this.#bell.ring()
    return this.#ended
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const restMillis = await this.#slice()
      if (!this.#isStopping) await this.#bell.rest(restMillis)
    }
  }

  /** @returns for how long to rest, in milliseconds */
  async #slice(): Promise<number> {
    const { feed, onFailure } = this.#deps
    try {
      const { number } = await feed.head()
      const removed = await feed.trimBelow(number - CHANGES_KEPT, TRIM_SLICE)
      return removed < TRIM_SLICE ? TRIM_EVERY_MILLIS : BETWEEN_SLICES_MILLIS
    } catch (error) {
      onFailure(error)
      return TRIM_EVERY_MILLIS
    }
  }
}
