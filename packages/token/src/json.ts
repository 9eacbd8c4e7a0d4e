/** What `JSON.parse` gives for `{…}`. */
export type JsonObject = { readonly [key: string]: unknown }

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Any integer. A `bigint` only beyond ±(2^53 − 1), where a number would be another one than was signed: each integer
 * has one form, so the two may be compared with `===`, and with `<` anyway.
 */
export type Integer = number | bigint

/**
 * Longest integer that is read, without its leading zeros. Onezone reads longer ones too, at a cost that grows with
 * the square of their length: a token has room for a dozen of 65 000 digits.
 */
export const MAX_INTEGER_DIGITS = 1000

const INTEGER = /^[+-]?[0-9]+$/

/** An integer as Onezone reads it: decimal, with leading zeros and a sign of either kind if it must be. */
export function parseInteger(text: string): Integer | undefined {
  if (!INTEGER.test(text)) return undefined
  const value = Number(text)
  // A sum, because -0 is written as 0.
  return Number.isSafeInteger(value) ? value + 0 : parseLongInteger(text)
}

function parseLongInteger(text: string): bigint | undefined {
  const digits = text.replace(/^[+-]?0*/, '')
  if (digits.length > MAX_INTEGER_DIGITS) return undefined
  return text.startsWith('-') ? -BigInt(digits) : BigInt(digits)
}

const LONG_INTEGER_END = 10n ** BigInt(MAX_INTEGER_DIGITS)

/** The integer that a JSON value is, if it is one: `JSON.parse` gives numbers, a reader that keeps all digits `bigint`s. */
export function integerFromJson(value: unknown): Integer | undefined {
  if (typeof value !== 'bigint') return isSafeInteger(value) ? value + 0 : undefined
  if (value >= LONG_INTEGER_END || value <= -LONG_INTEGER_END) return undefined
  const short = Number(value)
  return Number.isSafeInteger(short) ? short : value
}

function isSafeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
