import { Bell } from '../bell.ts'
import { systemTimers, type Timers } from '../timers.ts'
import { Pacing, type PacingDeps } from './pacing.ts'
import type { DeadTokens } from './ports.ts'

/** SQLite blocks the process while it deletes, so a slice is this long; its commit comes on top. */
const SLICE_MILLIS = 4
/** More than go in that time, so that it is the time that ends a slice. */
const MOST_ROWS_PER_SLICE = 1000
/** Nineteen parts of twenty are left to those who wait for an answer, and half where nobody does: whoever comes then waits for one slice. */
const REST_FACTORS = { busy: 19, quiet: 1 }
const IDLE_MILLIS = 1000
/** After a failure, for a store that is full or away will not be better the next moment. */
const RETRY_MILLIS = 10_000

export interface SweeperDeps extends PacingDeps {
  readonly deadTokens: DeadTokens
  readonly onFailure: (error: unknown) => void
  readonly timers?: Timers
}

/**
 * Removes the rows of dead epochs in the background, in short slices with rests between them. They have been
 * refused and unlisted since their epoch ended; what a crash leaves is found again.
 */
export class Sweeper {
  readonly #deps: SweeperDeps
  readonly #ended: Promise<void>
  readonly #bell: Bell
  readonly #pacing: Pacing
  #isStopping = false

  /** Starts at once. */
  constructor(deps: SweeperDeps) {
    this.#deps = deps
    this.#pacing = new Pacing(deps, REST_FACTORS)
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
    while (!this.#isStopping) await this.#bell.rest(await this.#sweepOnce())
  }

  /** @returns for how long to rest, in milliseconds */
  async #sweepOnce(): Promise<number> {
    const { deadTokens, ambient, onFailure } = this.#deps
    const startedAt = ambient.monotonicMillis()
    try {
      const removed = await deadTokens.sweep(MOST_ROWS_PER_SLICE, SLICE_MILLIS)
      if (removed === 0) return IDLE_MILLIS
      return this.#pacing.restAfter(startedAt)
    } catch (error) {
      onFailure(error)
      return RETRY_MILLIS
    }
  }
}
