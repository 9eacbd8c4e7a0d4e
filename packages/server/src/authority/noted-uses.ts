import type { UnixSeconds } from '../ambient.ts'
import type { NamedGround, TemporaryGround } from './ground.ts'
import type { TokenUse } from './ports.ts'

/** As many as can be written in the time that there is for it, see `UsageWriter`. */
const MAX_TOKENS = 40_000
/** Places for each token that may be noted: so few are taken that a look-up meets a second one seldom. */
const PLACES_PER_TOKEN = 2
/** The golden ratio in 32 bits: neighbours among serials are strewn over all places. */
const STREW = 0x9e37_79b1
/** Serials begin at 1. */
const FREE = 0

/** What of a ground tells which token was used. */
export type UsedGround =
  | Pick<TemporaryGround, 'kind'>
  | (Pick<NamedGround, 'kind'> & { readonly record: Pick<NamedGround['record'], 'serial'> })

/**
 * Which named tokens were accepted, in memory: no verification writes anything. Bounded: of tokens beyond the limit
 * nothing is noted until the others were taken. Of temporary tokens nothing is recorded anywhere, and nothing here.
 *
 * A table of numbers, made once: an entry lives for seconds, and that many objects of that age are what costs the
 * collector of garbage most.
 */
export class NotedUses {
  readonly #maxTokens: number
  /** The others tell of the token at the same place. A place is looked for from where the serial's hash points to. */
  readonly #serials: Float64Array
  readonly #lastUsedAt: Float64Array
  readonly #uses: Float64Array
  /** What is left of a hash after it counts places. */
  readonly #shift: number
  #size = 0

  constructor(maxTokens = MAX_TOKENS) {
    this.#maxTokens = maxTokens
    const bits = Math.ceil(Math.log2(maxTokens * PLACES_PER_TOKEN))
    const places = 2 ** bits
    this.#shift = 32 - bits
    this.#serials = new Float64Array(places)
    this.#lastUsedAt = new Float64Array(places)
    this.#uses = new Float64Array(places)
  }

  /** How many tokens have been used. */
  get size(): number {
    return this.#size
  }

  /** @param at Unix seconds */
  note(ground: UsedGround, at: number): void {
    if (ground.kind === 'named') this.#add(ground.record.serial, at, 1)
  }

  /** All of it, for whoever writes it down, in the order of serials: neighbours are on the same pages. */
  take(): TokenUse[] {
    const taken: TokenUse[] = []
    // Numbers alone sort in a third of the time, and nobody is answered meanwhile.
    for (const serial of this.#serials.filter((each) => each !== FREE).toSorted()) {
      taken.push(this.#useAt(this.#placeOf(serial)))
    }
    this.#serials.fill(FREE)
    this.#size = 0
    return taken
  }

  /** What could not be written down. */
  putBack(uses: readonly TokenUse[]): void {
    for (const use of uses) this.#add(use.serial, use.lastUsedAt, use.uses)
  }

  #add(serial: number, at: number, uses: number): void {
    const place = this.#placeOf(serial)
    if (this.#serials[place] === serial) {
      this.#uses[place] = (this.#uses[place] ?? 0) + uses
      this.#lastUsedAt[place] = Math.max(this.#lastUsedAt[place] ?? 0, at)
    } else if (this.#size < this.#maxTokens) {
      this.#serials[place] = serial
      this.#uses[place] = uses
      this.#lastUsedAt[place] = at
      this.#size += 1
    }
  }

  /** Where that one is, or where it could be. There is always a free place: twice as many as tokens. */
  #placeOf(serial: number): number {
    const last = this.#serials.length - 1
    let place = Math.imul(serial, STREW) >>> this.#shift
    for (;;) {
      const there = this.#serials[place]
      if (there === serial || there === FREE) return place
      place = (place + 1) & last
    }
  }

  #useAt(place: number): TokenUse {
    return {
      serial: this.#serials[place] ?? 0,
      // Safe as a brand: it is the time of a verdict.
      lastUsedAt: (this.#lastUsedAt[place] ?? 0) as UnixSeconds,
      uses: this.#uses[place] ?? 0,
    }
  }
}
