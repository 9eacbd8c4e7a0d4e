import type { Ambient } from '../ambient.ts'

/** So long after the last request the next one is expected. */
const BUSY_MILLIS = 250

export interface PacingDeps {
  readonly ambient: Pick<Ambient, 'monotonicMillis'>
  /** How many requests were answered so far. */
  readonly requestsAnswered: () => number
}

/** How often as long as a slice of background work the rest after it is. */
export interface RestFactors {
  readonly busy: number
  readonly quiet: number
}

/** How much time background work leaves to those who wait for an answer: most of it, or some where nobody does. */
export class Pacing {
  readonly #deps: PacingDeps
  readonly #factors: RestFactors
  #answered = 0
  #busyUntilMillis = Number.NEGATIVE_INFINITY

  constructor(deps: PacingDeps, factors: RestFactors) {
    this.#deps = deps
    this.#factors = factors
  }

  /**
   * By what a slice took and not by what it was to take: its commit, and the disk, may take longer than its rows.
   * @returns milliseconds
   */
  restAfter(startedAtMillis: number): number {
    const now = this.#deps.ambient.monotonicMillis()
    const { busy, quiet } = this.#factors
    return (now - startedAtMillis) * (this.#isBusy(now) ? busy : quiet)
  }

  /** By those answered, and not by those under way: while a slice has the process to itself, there seem to be none. */
  #isBusy(now: number): boolean {
    const answered = this.#deps.requestsAnswered()
    if (answered !== this.#answered) this.#busyUntilMillis = now + BUSY_MILLIS
    this.#answered = answered
    return now < this.#busyUntilMillis
  }
}
