/** As many as there are tags in half a line of the processor's cache. */
const PLACES_PER_SET = 8
/** The tag of a place that nothing stands at. */
const FREE = 0
/** The two lowest bits of a tag are no hash: whether it was used, and that it is not free. */
const IS_USED = 0b01
const IS_TAKEN = 0b10
const HASH_BITS = ~0b11

/** No place: it is not there. */
export const NOWHERE = -1

/**
 * Where something stands in a table of numbers, found by a hash. Each hash has a set of eight places that it may stand
 * at, so nothing is moved and nothing grows. Of a full set that place is taken which was not used since the last time
 * that all had been: what comes once gives way to what comes again.
 *
 * @see Corbató: A Paging Experiment with the Multics System, 1968, for the one bit that tells what was used
 */
export class Places {
  /** The table has as many. */
  readonly count: number
  readonly #sets: number
  readonly #tags: Int32Array
  #taken = 0

  constructor(maxPlaces: number) {
    this.#sets = Math.floor(maxPlaces / PLACES_PER_SET)
    this.count = this.#sets * PLACES_PER_SET
    this.#tags = new Int32Array(this.count)
  }

  /** What each place takes here. */
  static readonly bytes = Int32Array.BYTES_PER_ELEMENT

  /** How many something stands at. */
  get taken(): number {
    return this.#taken
  }

  /**
   * @param hash 32 bits, of which the two lowest are not compared
   * @param isIt whether that is what stands at the place: others can have the same hash
   */
  find(hash: number, isIt: (place: number) => boolean): number {
    const hashBits = hash & HASH_BITS
    const first = this.#firstOf(hash)
    for (let place = first; place < first + PLACES_PER_SET; place += 1) {
      const tag = this.#tags[place] ?? FREE
      if (tag !== FREE && (tag & HASH_BITS) === hashBits && isIt(place)) return place
    }
    return NOWHERE
  }

  use(place: number): void {
    const tag = this.#tags[place] ?? FREE
    // Most have been.
    if ((tag & IS_USED) === 0) this.#tags[place] = tag | IS_USED
  }

  /** The place for what is not there yet. Whatever stands there is forgotten. */
  take(hash: number): number {
    if (this.#sets === 0) return NOWHERE
    const place = this.#leastWorth(this.#firstOf(hash))
    if (this.#tags[place] === FREE) this.#taken += 1
    this.#tags[place] = (hash & HASH_BITS) | IS_TAKEN
    return place
  }

  clear(): void {
    this.#tags.fill(FREE)
    this.#taken = 0
  }

  #leastWorth(first: number): number {
    const tags = this.#tags
    let unused = NOWHERE
    for (let place = first; place < first + PLACES_PER_SET; place += 1) {
      const tag = tags[place] ?? FREE
      if (tag === FREE) return place
      if (unused === NOWHERE && (tag & IS_USED) === 0) unused = place
    }
    if (unused !== NOWHERE) return unused
    for (let place = first; place < first + PLACES_PER_SET; place += 1)
      tags[place] = (tags[place] ?? 0) & ~IS_USED
    return first
  }

  #firstOf(hash: number): number {
    return ((hash >>> 0) % this.#sets) * PLACES_PER_SET
  }
}
