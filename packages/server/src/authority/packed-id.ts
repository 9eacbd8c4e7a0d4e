/** 18 bytes of an id, and the 48 bits of a number beside it. */
export const PACKED_WORDS = 6

const FORM_CHARS = 38
/** Behind 32 hexadecimal digits stands `ch`, and behind that four more. */
const MARK_AT = 32
const MARK = 'ch'
const LAST_AT = MARK_AT + MARK.length
const WORD_DIGITS = 8
const HIGH = 2 ** 32
const NO_DIGIT = 16

/** By the code of the character. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code))
  return digit === -1 ? NO_DIGIT : digit
})

/**
 * Writes an id of Onezone's own form (32 hex, `ch`, 4 hex) and a number below 2^48 into six words. Each pair has its own
 * six words, so to compare these is to compare both.
 *
 * @returns whether the id is of that form; otherwise the words mean nothing
 */
export function packId(id: string, number: number, words: Int32Array, at: number): boolean {
  if (id.length !== FORM_CHARS || !id.startsWith(MARK, MARK_AT)) return false
  for (let word = 0; word < MARK_AT / WORD_DIGITS; word += 1) {
    const value = hexValue(id, word * WORD_DIGITS, WORD_DIGITS)
    if (value === undefined) return false
    words[at + word] = value
  }
  const last = hexValue(id, LAST_AT, FORM_CHARS - LAST_AT)
  if (last === undefined) return false
  words[at + 4] = (last << 16) | Math.floor(number / HIGH)
  words[at + 5] = number | 0
  return true
}

export function unpackId(words: Int32Array, at: number): string {
  const hex = Array.from({ length: MARK_AT / WORD_DIGITS }, (_, word) => hexOf(words[at + word] ?? 0, 8))
  return `${hex.join('')}${MARK}${hexOf((words[at + 4] ?? 0) >>> 16, 4)}`
}

export function unpackNumber(words: Int32Array, at: number): number {
  return ((words[at + 4] ?? 0) & 0xffff) * HIGH + ((words[at + 5] ?? 0) >>> 0)
}

/** In the lowest bits; `undefined`: not all of these are digits. */
function hexValue(text: string, at: number, digits: number): number | undefined {
  let value = 0
  let seen = 0
  for (let index = at; index < at + digits; index += 1) {
    const digit = DIGITS[text.charCodeAt(index)] ?? NO_DIGIT
    seen |= digit
    value = (value << 4) | digit
  }
  return seen < NO_DIGIT ? value : undefined
}

function hexOf(word: number, digits: number): string {
  return (word >>> 0).toString(16).padStart(digits, '0')
}
