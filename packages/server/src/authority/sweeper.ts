import type { Ambient } from '../ambient.ts'
import { Bell } from '../bell.ts'
import { systemTimers } from '../timers.ts'
import type { DeadTokens } from './ports.ts'

/** SQLite blocks the process while it deletes, so a slice is this long; its commit comes on top. */
const SLICE_MILLIS = 4
/** More than go in that time, so that it is the time that ends a slice. */
const MOST_ROWS_PER_SLICE = 1000
/** Fourteen parts of fifteen are left to those who wait for an answer. */
const REST_FACTOR = 14
const IDLE_MILLIS = 1000
/** After a failure, for a store that is full or away will not be better the next moment. */
const RETRY_MILLIS = 10_000

/**
 * Removes the rows of dead epochs in the background, in short slices with rests between them. They have been
 * refused and unlisted since their epoch ended; what a crash leaves is found again.
 */
export class Sweeper {
  readonly #deadTokens: DeadTokens
  readonly #ambient: Ambient
  readonly #onFailure: (error: unknown) => void
  readonly #ended: Promise<void>
  readonly #bell = new Bell(systemTimers)
  #isStopping = false

  /** Starts at once. */
  constructor(deadTokens: DeadTokens, ambient: Ambient, onFailure: (error: unknown) => void) {
    this.#deadTokens = deadTokens
    this.#ambient = ambient
    this.#onFailure = onFailure
    this.#ended = this.#run()
  }

  /** Ends after the slice under way. */
  stop(): Promise<void> {
    this.#isStopping = true
    this.#bell.ring()
    return this.#ended
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) await this.#bell.rest(await this.#sweepOnce())
  }

  /** @returns for how long to rest, in milliseconds */
  async #sweepOnce(): Promise<number> {
    const startedAt = this.#ambient.monotonicMillis()
    try {
      const removed = await this.#deadTokens.sweep(MOST_ROWS_PER_SLICE, SLICE_MILLIS)
      return removed === 0 ? IDLE_MILLIS : (this.#ambient.monotonicMillis() - startedAt) * REST_FACTOR
    } catch (error) {
      this.#onFailure(error)
      return RETRY_MILLIS
    }
  }
}
