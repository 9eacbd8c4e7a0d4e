import type { Ambient } from '../ambient.ts'

/** What ends when its time is over, or when others need its place. */
export interface WaitingBody {
  /** Whom its place counts for. */
  readonly client: string
  expire(): void
  /** When its time is over; 0 where it does not stand in the line. Only {@link WaitingBodies} writes this and its neighbours. */
  expiresAt: number
  older: WaitingBody | undefined
  newer: WaitingBody | undefined
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
 * A timer for each would cost a microsecond per request; these cost a place in a line, and one timer that looks at the
 * oldest ones. A map that keeps the order is made anew over and over when so much comes and goes.
 */
export class WaitingBodies {
  readonly #ambient: Ambient
  readonly #limits: WaitingLimits
  #oldest: WaitingBody | undefined
  #newest: WaitingBody | undefined
  #size = 0
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
    return this.#size
  }

  /** Ends `body` once its time is over, up to two seconds late, unless it is released before. */
  start(body: WaitingBody): void {
    this.#makeRoomFor(body)
    // One tick more, because an entry may be a tick younger than it looks.
    body.expiresAt = this.#now + this.#limits.timeoutMillis + this.#tickMillis
    body.older = this.#newest
    if (this.#newest === undefined) this.#oldest = body
    else this.#newest.newer = body
    this.#newest = body
    this.#size += 1
  }

  release(body: WaitingBody): void {
    if (body.expiresAt === 0) return
    const { older, newer } = body
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    body.older = undefined
    body.newer = undefined
    body.expiresAt = 0
    this.#size -= 1
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #makeRoomFor(body: WaitingBody): void {
    const { maxBodies, maxBodiesPerClient } = this.#limits
    // With fewer than that in all, nobody can have too many, and nobody needs to be asked whose they are.
    if (this.size < maxBodiesPerClient) return
    const own = [...this.#line()].filter((each) => each.client === body.client)
    if (own.length >= maxBodiesPerClient) this.#end(own[0])
    else if (this.size >= maxBodies) this.#end(this.#oldest)
  }

  /** In the order of their age; of each, the next is known before it may leave. */
  *#line(): Iterable<WaitingBody> {
    for (let body = this.#oldest; body !== undefined; ) {
      const newer: WaitingBody | undefined = body.newer
      yield body
      body = newer
    }
  }

  #end(body: WaitingBody | undefined): void {
    if (body === undefined) return
    this.release(body)
    body.expire()
  }

  #tick(): void {
    this.#now = this.#ambient.monotonicMillis()
    for (const body of this.#line()) {
      if (body.expiresAt > this.#now) return
      this.#end(body)
    }
  }
}
