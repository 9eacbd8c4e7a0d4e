import { Bell } from '../bell.ts'
import { systemTimers, type Timers } from '../timers.ts'
import type { Trust } from '../trust.ts'
import { Pacing, type PacingDeps } from './pacing.ts'
import type { GroundListing } from './ports.ts'
import type { VerificationMemory } from './verification-memory.ts'

/** SQLite blocks the process while it reads: so many take a millisecond or two. */
const SERIALS_PER_SLICE = 500
/** Whoever starts in the middle of its day waits for what it knows; nine parts of ten are others' all the same. */
const REST_FACTORS = { busy: 9, quiet: 1 }
/** Beyond that, what is foreseen pushes out what was foreseen before. */
const FULL = 0.95
/** After a failure, or as long as nothing may be remembered. */
const RETRY_MILLIS = 1000

export interface ForesightDeps extends PacingDeps {
  readonly grounds: GroundListing
  readonly memory: Pick<VerificationMemory, 'position' | 'foresee' | 'fullness'>
  readonly trust: Trust
  readonly onFailure: (error: unknown) => void
  readonly timers?: Timers
}

/**
 * Reads what verdicts stand on ahead of being asked, once after each start, the newest tokens first, until the memory is
 * full: so the first verification of a token need not be the one that reads it.
 */
export class Foresight {
  readonly #deps: ForesightDeps
  readonly #pacing: Pacing
  readonly #bell: Bell
  /** It has read all that it will. */
  readonly ended: Promise<void>
  #isStopping = false
  #isFailing = false
  /** The serials below that are still to be read; `undefined`: all. */
  #below: number | undefined

  /** Starts at once. */
  constructor(deps: ForesightDeps) {
    this.#deps = deps
    this.#pacing = new Pacing(deps, REST_FACTORS)
    this.#bell = new Bell(deps.timers ?? systemTimers)
    this.ended = this.#run()
  }

  /** Ends after the slice under way. */
  stop(): Promise<void> {
    this.#isStopping = true
    this.#bell.ring()
    return this.ended
  }

  async #run(): Promise<void> {
    while (!this.#isStopping && !this.#isDone) await this.#bell.rest(await this.#readOnce())
  }

  get #isDone(): boolean {
    return this.#below === 0 || this.#deps.memory.fullness >= FULL
  }

  /** @returns for how long to rest, in milliseconds */
  async #readOnce(): Promise<number> {
    const { ambient, onFailure } = this.#deps
    const startedAt = ambient.monotonicMillis()
    try {
      if (!(await this.#readSlice())) return RETRY_MILLIS
      this.#isFailing = false
      return this.#pacing.restAfter(startedAt)
    } catch (error) {
      if (!this.#isFailing) onFailure(error)
      this.#isFailing = true
      return RETRY_MILLIS
    }
  }

  /** @returns whether it was remembered */
  async #readSlice(): Promise<boolean> {
    const { grounds, memory, trust } = this.#deps
    const below = this.#below ?? (await grounds.lastSerial()) + 1
    const from = Math.max(0, below - SERIALS_PER_SLICE)
    // Before the read: a change that comes meanwhile may not be in it.
    const since = memory.position
    const found = await grounds.list(from, below)
    if (!trust.isCurrent()) return false
    for (const ground of found) memory.foresee(since, ground)
    this.#below = from
    return true
  }
}
