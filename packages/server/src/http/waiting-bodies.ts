import type { Ambient } from '../ambient.ts'

/** What ends when its time is over, or when others need its place. */
export interface WaitingBody {
  /** Whom its place counts for. */
  readonly client: string
  expire(): void
}

export interface WaitingLimits {
  readonly maxBodies: number
  readonly maxBodiesPerClient: number
  readonly timeoutMillis: number
}

/**
 * The bodies that have not come whole. All have the same time for it; and where there are too many, of one client or
 * of all, the oldest makes room: who sends his body waits for a moment only, who holds it back is soon the oldest.
 *
 * A timer for each would cost a microsecond per request; these cost an entry in a map, and one timer that looks at the
 * oldest ones, for a map keeps the order of insertion.
 */
export class WaitingBodies {
  readonly #ambient: Ambient
  readonly #limits: WaitingLimits
  readonly #expiresAt = new Map<WaitingBody, number>()
  readonly #timer: Timer
  readonly #tickMillis: number
  /** The clock as of the last tick: asking it for every entry would cost more than the entry. */
  #now: number

  constructor(ambient: Ambient, limits: WaitingLimits) {
    this.#ambient = ambient
    this.#limits = limits
    this.#tickMillis = Math.min(1000, Math.ceil(limits.timeoutMillis / 4))
    this.#now = ambient.monotonicMillis()
    this.#timer = setInterval(() => this.#tick(), this.#tickMillis)
    this.#timer.unref()
  }

  get size(): number {
    return this.#expiresAt.size
  }

  /** Ends `body` once its time is over, up to two seconds late, unless it is released before. */
  start(body: WaitingBody): void {
    this.#makeRoomFor(body)
    // One tick more, because an entry may be a tick younger than it looks.
    this.#expiresAt.set(body, this.#now + this.#limits.timeoutMillis + this.#tickMillis)
  }

  release(body: WaitingBody): void {
    this.#expiresAt.delete(body)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #makeRoomFor(body: WaitingBody): void {
    const { maxBodies, maxBodiesPerClient } = this.#limits
    // With fewer than that in all, nobody can have too many, and nobody needs to be asked whose they are.
    if (this.size < maxBodiesPerClient) return
    const own = this.#expiresAt
      .keys()
      .filter((each) => each.client === body.client)
      .toArray()
    if (own.length >= maxBodiesPerClient) this.#endOldest(own)
    else if (this.size >= maxBodies) this.#endOldest(this.#expiresAt.keys())
  }

  /** @param bodies in the order of their age */
  #endOldest([oldest]: Iterable<WaitingBody>): void {
    if (oldest !== undefined) this.#end(oldest)
  }

  #end(body: WaitingBody): void {
    this.release(body)
    body.expire()
  }

  #tick(): void {
    this.#now = this.#ambient.monotonicMillis()
    for (const [body, expiresAt] of this.#expiresAt) {
      if (expiresAt > this.#now) return
      this.#end(body)
    }
  }
}
