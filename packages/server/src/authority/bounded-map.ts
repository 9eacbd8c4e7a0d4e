export interface MapLimits {
  readonly maxEntries: number
  /** Of keys and values, as the map's owner estimates them. */
  readonly maxBytes: number
}

/**
 * A map that forgets what was not used lately, to stay within its limits. It has two generations: what is set or found
 * is in the young one; when that has half of what the limits allow it becomes the old one, and the old one is forgotten
 * as a whole. So a hit costs one look-up and moves nothing, where a list in order of use would be written at each.
 */
export class BoundedMap<Value, Key = string> {
  readonly #limits: MapLimits
  readonly #bytesOf: (key: Key, value: Value) => number
  #young = new Map<Key, Value>()
  #old = new Map<Key, Value>()
  #youngBytes = 0
  #oldBytes = 0
  #ages = 0

  constructor(limits: MapLimits, bytesOf: (key: Key, value: Value) => number) {
    this.#limits = limits
    this.#bytesOf = bytesOf
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: Key, value: Value): void {
    const replaced = this.#young.get(key)
    if (replaced !== undefined) this.#youngBytes -= this.#bytesOf(key, replaced)
    const bytes = this.#bytesOf(key, value)
    if (this.#isFull(bytes, replaced === undefined ? 1 : 0)) this.#age()
    this.#young.set(key, value)
    this.#youngBytes += bytes
  }

  clear(): void {
    this.#age()
    this.#age()
  }

  /** Whether what is set from now on will push out something else before long. */
  get isForgetting(): boolean {
    return this.#old.size > 0
  }

  /** How often the young generation has become the old one: what was not found since the last time but one is forgotten. */
  get ages(): number {
    return this.#ages
  }

  /** A value that is in both generations counts twice. */
  get usage(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#young.size + this.#old.size, bytes: this.#youngBytes + this.#oldBytes }
  }

  #isFull(newBytes: number, newEntries: number): boolean {
    const { maxEntries, maxBytes } = this.#limits
    return this.#youngBytes + newBytes > maxBytes / 2 || this.#young.size + newEntries > maxEntries / 2
  }

  #age(): void {
    this.#old = this.#young
    this.#oldBytes = this.#youngBytes
    this.#young = new Map()
    this.#youngBytes = 0
    this.#ages += 1
  }
}
