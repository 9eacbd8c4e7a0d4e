import type { Ambient } from '../ambient.ts'

const IDS_PER_DRAW = 256
const HEX_PER_ID = 32
/** The variant nibble of RFC 9562, 4.1: 8, 9, a or b. */
const VARIANTS = '89ab'

/** UUIDv4s, with one draw of randomness for many: asked for one by one they would cost more than the rest of the pipeline. */
export class RequestIds {
  readonly #ambient: Ambient
  #hex = ''
  #next = 0

  constructor(ambient: Ambient) {
    this.#ambient = ambient
  }

  next(): string {
    if (this.#next >= this.#hex.length) {
      this.#hex = this.#ambient.randomBytes((IDS_PER_DRAW * HEX_PER_ID) / 2).toHex()
      this.#next = 0
    }
    const hex = this.#hex
    const at = this.#next
    this.#next += HEX_PER_ID
    const variant = VARIANTS[Number.parseInt(hex[at + 16] ?? '0', 16) & 3]
    return `${hex.slice(at, at + 8)}-${hex.slice(at + 8, at + 12)}-4${hex.slice(at + 13, at + 16)}-${variant}${hex.slice(at + 17, at + 20)}-${hex.slice(at + 20, at + 32)}`
  }
}
