import type { Ambient } from '../ambient.ts'

/** What ends when its time is over. */
export interface Expiring {
  expire(): void
}

/**
 * Deadlines that all have the same length. A timer for each would cost a microsecond per request; these cost an entry
 * in a map, and one timer that looks at the oldest ones, for a map keeps the order of insertion.
 */
export class Deadlines {
  readonly #ambient: Ambient
  readonly #lengthMillis: number
  readonly #expiresAt = new Map<Expiring, number>()
  readonly #timer: Timer
  /** The clock as of the last tick: asking it for every entry would cost more than the entry. */
  #now: number

  constructor(ambient: Ambient, lengthMillis: number) {
    this.#ambient = ambient
    const tickMillis = Math.min(1000, Math.ceil(lengthMillis / 4))
    // One tick more, because an entry may be a tick younger than it looks.
    this.#lengthMillis = lengthMillis + tickMillis
    this.#now = ambient.monotonicMillis()
    this.#timer = setInterval(() => this.#tick(), tickMillis)
    this.#timer.unref()
  }

  /** Ends `work` once the length has passed, up to two seconds late, unless it is released before. */
  start(work: Expiring): void {
    this.#expiresAt.set(work, this.#now + this.#lengthMillis)
  }

  release(work: Expiring): void {
    this.#expiresAt.delete(work)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    this.#now = this.#ambient.monotonicMillis()
    for (const [work, expiresAt] of this.#expiresAt) {
      if (expiresAt > this.#now) return
      this.#expiresAt.delete(work)
      work.expire()
    }
  }
}
