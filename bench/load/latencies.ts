const BUCKETS_PER_MILLI = 1000
const LONGEST_MILLIS = 1000

/** Latencies counted in buckets of one microsecond, so that recording one costs an increment and no memory. */
export class Latencies {
  readonly #buckets = new Uint32Array(LONGEST_MILLIS * BUCKETS_PER_MILLI + 1)
  #count = 0

  record(millis: number): void {
    const bucket = Math.min(Math.trunc(millis * BUCKETS_PER_MILLI), this.#buckets.length - 1)
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.#count += 1
  }

  get count(): number {
    return this.#count
  }

  /** The latency in milliseconds that the given share of all stayed within. @param share 0 to 1 */
  quantileMillis(share: number): number {
    const rank = Math.ceil(this.#count * share)
    let seen = 0
    for (const [bucket, count] of this.#buckets.entries()) {
      seen += count
      if (seen >= rank && seen > 0) return bucket / BUCKETS_PER_MILLI
    }
    return 0
  }
}
