/** A power of two; four bytes each. */
const SLOTS = 1 << 17

/**
 * Lets in what comes a second time. What is seen once and never again would push out of a full memory what is worth
 * remembering, and cost more than that: the collector walks over everything that is kept. The name and the thought are
 * those of TinyLFU (Einziger, Friedman, Manes: A Highly Efficient Cache Admission Policy, 2017).
 *
 * It forgets: of two texts that share a slot the later one is known. Who is let in too early or too late costs a
 * little work and changes no verdict.
 */
export class Doorkeeper {
  readonly #hashes = new Uint32Array(SLOTS)

  /** Whether the text came before, as far as is known. Now it has come. */
  admits(text: string): boolean {
    const hash = Bun.hash.crc32(text)
    const slot = hash % SLOTS
    if (this.#hashes[slot] === hash) return true
    this.#hashes[slot] = hash
    return false
  }
}
