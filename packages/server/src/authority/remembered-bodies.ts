import { BoundedMap } from './bounded-map.ts'

/** Room for a token of the length that is remembered, and for what is asked of it. */
const MAX_BODY_BYTES = 5 * 1024
/** An entry beside the bytes that came: what was made of them, without the tokens, which have room of their own. */
const ENTRY_BYTES = 600

/** A body as it came, and what a parser made of it. */
export interface RememberedBody<Token> {
  readonly bytes: Uint8Array
  readonly parser: object
  readonly body: object
  readonly tokens: readonly Token[]
  /** The age of the texts' memory in which it last told of its tokens. */
  toldAt: number
}

/**
 * Bodies that come again and again, byte for byte: what was made of one is made of the next. A hash finds it, and then
 * every byte is compared; of two bodies that share a hash the later one is known, which costs the other one its place.
 */
export class RememberedBodies<Token> {
  readonly #bodies: BoundedMap<RememberedBody<Token>, number>

  constructor(maxBytes: number) {
    this.#bodies = new BoundedMap(
      { maxBytes, maxEntries: Infinity },
      (_, { bytes }) => ENTRY_BYTES + bytes.length,
    )
  }

  find(parser: object, bytes: Uint8Array): RememberedBody<Token> | undefined {
    if (bytes.length > MAX_BODY_BYTES) return undefined
    const found = this.#bodies.get(Bun.hash.crc32(bytes))
    const isSame = found?.parser === parser && Buffer.compare(found.bytes, bytes) === 0
    return isSame ? found : undefined
  }

  remember(remembered: RememberedBody<Token>): void {
    const { bytes } = remembered
    if (bytes.length <= MAX_BODY_BYTES) this.#bodies.set(Bun.hash.crc32(bytes), remembered)
  }

  clear(): void {
    this.#bodies.clear()
  }

  get bytes(): number {
    return this.#bodies.usage.bytes
  }
}
