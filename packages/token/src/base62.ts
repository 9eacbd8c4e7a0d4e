import { TokenError } from './error.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const ESCAPE = 0x30
const PAD = 64
const INVALID = 0xff

/** Value of each character in base64: 0–63, {@link PAD}, or {@link INVALID}. Both alphabets. */
const VALUES = new Uint8Array(256).fill(INVALID)
for (let value = 0; value < 64; value++) VALUES[ALPHABET.charCodeAt(value)] = value
VALUES['+'.charCodeAt(0)] = 62
VALUES['/'.charCodeAt(0)] = 63
VALUES['='.charCodeAt(0)] = PAD

/** Value of the digit after the escape character: `0`→0 `1`→_ `2`→- `3`→/ `4`→+ `5`→= */
const ESCAPED = new Uint8Array(256).fill(INVALID)
for (let digit = 0; digit < 6; digit++)
  ESCAPED[ESCAPE + digit] = VALUES['0_-/+='.charCodeAt(digit)] ?? INVALID

/** {@link VALUES} of the characters that stand for themselves. */
const PLAIN = VALUES.slice()
PLAIN[ESCAPE] = INVALID

/**
 * The bytes behind a base62 text from character `start` on: the escapes are undone and the base64 is decoded in one
 * pass. Takes both base64 alphabets and padding or none, but no spaces, no padding of another length than the text
 * needs, and no stray bits in the last character: those would be second spellings of the same bytes.
 *
 * @throws {TokenError} `badToken`
 */
export function decodeBase62(text: string, start = 0): Uint8Array {
  const bytes = new Uint8Array(((text.length - start) * 3) >> 2)
  let written = 0
  let group = 0
  let count = 0
  for (let at = start; at < text.length; ) {
    if (count === 0) {
      const groups = decodePlainGroups(text, at, bytes, written)
      at += groups * 4
      written += groups * 3
      if (at >= text.length) break
    }
    const code = text.charCodeAt(at)
    const width = code === ESCAPE ? 2 : 1
    // An escape that the text ends in reads NaN, a character above 255 reads nothing: both are invalid.
    const value = (width === 2 ? ESCAPED[text.charCodeAt(at + 1)] : VALUES[code]) ?? INVALID
    if (value === PAD) {
      requirePadding(text.slice(at), count)
      break
    }
    if (value === INVALID) throw new TokenError('badToken')
    at += width
    group = (group << 6) | value
    if (++count === 4) {
      bytes[written++] = group >> 16
      bytes[written++] = group >> 8
      bytes[written++] = group
      group = 0
      count = 0
    }
  }
  return bytes.slice(0, written + writeRest(bytes, written, group, count))
}

/**
 * Decodes four characters at a time as long as none of them is an escape, which is most of any text: without this
 * the whole decoding takes four times as long.
 *
 * @returns how many groups of four
 */
function decodePlainGroups(text: string, start: number, bytes: Uint8Array, from: number): number {
  let at = start
  for (let written = from; at + 4 <= text.length; at += 4, written += 3) {
    const a = PLAIN[text.charCodeAt(at)] ?? INVALID
    const b = PLAIN[text.charCodeAt(at + 1)] ?? INVALID
    const c = PLAIN[text.charCodeAt(at + 2)] ?? INVALID
    const d = PLAIN[text.charCodeAt(at + 3)] ?? INVALID
    if ((a | b | c | d) >= PAD) break
    bytes[written] = (a << 2) | (b >> 4)
    bytes[written + 1] = (b << 4) | (c >> 2)
    bytes[written + 2] = (c << 6) | d
  }
  return (at - start) >> 2
}

/** The two or three characters that are left stand for one or two bytes. */
function writeRest(bytes: Uint8Array, written: number, group: number, count: number): number {
  if (count === 0) return 0
  const spare = count === 2 ? 4 : 2
  if (count === 1 || (group & ((1 << spare) - 1)) !== 0) throw new TokenError('badToken')
  const rest = group >> spare
  if (count === 2) bytes[written] = rest
  else {
    bytes[written] = rest >> 8
    bytes[written + 1] = rest
  }
  return count - 1
}

/** From the first padding character on there is exactly what fills the last group of four. */
function requirePadding(rest: string, count: number): void {
  const padding = rest.replaceAll('05', '=')
  if (count < 2 || padding !== '='.repeat(4 - count)) throw new TokenError('badToken')
}

const CODES = new Uint8Array(64)
for (let value = 0; value < 64; value++) CODES[value] = ALPHABET.charCodeAt(value)
/** The digit after the escape character for the three values that need one (as unpadded base64url has them), else 0. */
const ESCAPES = new Uint8Array(64)
for (const [value, digit] of [
  [52, '0'],
  [63, '1'],
  [62, '2'],
] as const)
  ESCAPES[value] = digit.charCodeAt(0)

const ascii = new TextDecoder()

/** The base62 text of the unpadded base64url of `bytes`: letters and digits only. */
export function encodeBase62(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 8)
  let written = 0
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const chars = Math.min(bytes.length - at, 3) + 1
    for (let char = 0; char < chars; char++) {
      const value = (group >> (18 - 6 * char)) & 63
      const escape = ESCAPES[value] ?? 0
      if (escape !== 0) codes[written++] = ESCAPE
      codes[written++] = escape === 0 ? (CODES[value] ?? 0) : escape
    }
  }
  return ascii.decode(codes.subarray(0, written))
}
