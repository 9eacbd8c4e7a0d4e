/** As many as there are tags in a line of the processor's cache. */
const PLACES_PER_SET = 16
/** The tag of a place that nothing stands at. */
const FREE = 0
/** The two lowest bits of a tag are no hash: whether it was used, and that it is not free. */
const IS_USED = 0b01
const IS_TAKEN = 0b10
const FLAG_BITS = 2
const HASH_BITS = ~0b11
/** Of the places that there are, how many are taken when there come to be more: sets not yet split hold twice as much. */
const MOST_TAKEN = 0.25
const FEWEST_SETS = 512

/** No place: it is not there. */
export const NOWHERE = -1

/**
 * Where something stands in a table of numbers, found by a hash. Each hash has a set of sixteen places that it may stand
 * at. There are few sets at first and more as they fill: one is split at a time, so nobody waits for the table to grow.
 * When there are as many as there may be, that place of a full set is taken which was not used since the last time that
 * all had been: what comes once gives way to what comes again.
 *
 * @see Litwin: Linear Hashing: A New Tool for File and Table Addressing, 1980
 * @see Corbató: A Paging Experiment with the Multics System, 1968, for the one bit that tells what was used
 */
export class Places {
  readonly #maxSets: number
  readonly #move: (from: number, to: number) => void
  #tags: Int32Array
  /** Those from which this round of splitting began: a hash finds its set among twice as many, if that is there yet. */
  #before: number
  #sets: number
  #taken = 0

  /** @param move what stands at the one place stands at the other from now on */
  constructor(maxPlaces: number, move: (from: number, to: number) => void) {
    const most = Math.floor(maxPlaces / PLACES_PER_SET)
    const rounds = Math.max(0, Math.floor(Math.log2(most / FEWEST_SETS)))
    // So that the last round is a whole one, and all sets have the same share.
    this.#before = Math.floor(most / 2 ** rounds)
    this.#maxSets = this.#before * 2 ** rounds
    this.#sets = this.#before
    this.#move = move
    this.#tags = new Int32Array(this.#sets * PLACES_PER_SET)
  }

  /** What each place takes here. */
  static readonly bytes = Int32Array.BYTES_PER_ELEMENT

  /** How many there may be. */
  get most(): number {
    return this.#maxSets * PLACES_PER_SET
  }

  /** How many something stands at. */
  get taken(): number {
    return this.#taken
  }

  /**
   * @param hash 32 bits, of which the two lowest are not compared
   * @param isIt whether that is what stands at the place: others can have the same hash
   */
  find(hash: number, isIt: (place: number) => boolean): number {
    if (this.#sets === 0) return NOWHERE
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
    if (this.#taken > this.#sets * PLACES_PER_SET * MOST_TAKEN && this.#sets < this.#maxSets) this.#split()
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

  /** One more set, which takes over half of what stands in another. */
  #split(): void {
    const from = this.#sets - this.#before
    const to = this.#sets
    if (this.#tags.length === to * PLACES_PER_SET) this.#doubleTags()
    this.#sets += 1
    for (let each = 0; each < PLACES_PER_SET; each += 1) {
      const place = from * PLACES_PER_SET + each
      const tag = this.#tags[place] ?? FREE
      if (tag === FREE || this.#setOf(tag) !== to) continue
      this.#tags[place] = FREE
      this.#tags[to * PLACES_PER_SET + each] = tag
      this.#move(place, to * PLACES_PER_SET + each)
    }
    if (this.#sets === 2 * this.#before) this.#before = this.#sets
  }

  #doubleTags(): void {
    const tags = new Int32Array(2 * this.#tags.length)
    tags.set(this.#tags)
    this.#tags = tags
  }

  #firstOf(hash: number): number {
    return this.#setOf(hash) * PLACES_PER_SET
  }

  /** The same for a hash and for the tag that is made of it. */
  #setOf(hash: number): number {
    const bits = hash >>> FLAG_BITS
    const set = bits % (2 * this.#before)
    return set < this.#sets ? set : bits % this.#before
  }
}
