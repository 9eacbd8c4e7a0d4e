import type { Ambient } from '../ambient.ts'

interface Waiting {
  readonly expiresAtMillis: number
  readonly expire: () => void
}

/**
 * Deadlines that all have the same length. A timer for each would cost a microsecond per request; these cost a set's
 * entry, and one timer that looks at the oldest ones (a set keeps the order of insertion).
 */
export class Deadlines {
  readonly #ambient: Ambient
  readonly #lengthMillis: number
  readonly #waiting = new Set<Waiting>()
  readonly #timer: Timer

  constructor(ambient: Ambient, lengthMillis: number) {
    this.#ambient = ambient
    this.#lengthMillis = lengthMillis
    this.#timer = setInterval(() => this.#sweep(), Math.min(1000, Math.ceil(lengthMillis / 4)))
    this.#timer.unref()
  }

  /** Calls `expire` once the length has passed, up to a second late, unless the entry is released before. */
  start(expire: () => void): Waiting {
    const entry = { expiresAtMillis: this.#ambient.monotonicMillis() + this.#lengthMillis, expire }
    this.#waiting.add(entry)
    return entry
  }

  release(entry: Waiting): void {
    this.#waiting.delete(entry)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #sweep(): void {
    const now = this.#ambient.monotonicMillis()
    for (const entry of this.#waiting) {
      if (entry.expiresAtMillis > now) return
      this.#waiting.delete(entry)
      entry.expire()
    }
  }
}
