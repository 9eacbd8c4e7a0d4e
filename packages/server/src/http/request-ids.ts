import type { Ambient } from '../ambient.ts'

const IDS_PER_DRAW = 256
const BYTES_PER_ID = 16
const CHARS_PER_ID = 36
/** Hexadecimal, with hyphens after the 4th, 6th, 8th and 10th byte (RFC 9562, 4). */
const SHAPE = 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'
const HYPHEN = 0x2d

/**
 * UUIDv4s, with one draw of randomness and one text for many: drawn and put together one by one they would cost more
 * than the rest of the pipeline.
 */
export class RequestIds {
  readonly #ambient: Ambient
  #ids = ''
  #next = 0

  constructor(ambient: Ambient) {
    this.#ambient = ambient
  }

  next(): string {
    if (this.#next >= this.#ids.length) {
      this.#ids = drawIds(this.#ambient)
      this.#next = 0
    }
    const id = this.#ids.slice(this.#next, this.#next + CHARS_PER_ID)
    this.#next += CHARS_PER_ID
    return id
  }
}

function drawIds(ambient: Ambient): string {
  const bytes = ambient.randomBytes(IDS_PER_DRAW * BYTES_PER_ID)
  for (let id = 0; id < bytes.length; id += BYTES_PER_ID) {
    // Version 4 and variant 10 (RFC 9562, 5.4).
    bytes[id + 6] = ((bytes[id + 6] ?? 0) & 0x0f) | 0x40
    bytes[id + 8] = ((bytes[id + 8] ?? 0) & 0x3f) | 0x80
  }
  return withHyphens(bytes.toHex())
}

/** Byte by byte: a regular expression makes five strings for each, which somebody has to clear away. */
function withHyphens(hex: string): string {
  const text = Buffer.from(SHAPE.repeat(hex.length / (2 * BYTES_PER_ID)), 'latin1')
  let next = 0
  for (let at = 0; at < text.length; at += 1) if (text[at] !== HYPHEN) text[at] = hex.charCodeAt(next++)
  return text.toString('latin1')
}
