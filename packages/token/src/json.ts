/** What `JSON.parse` gives for `{…}`. */
export type JsonObject = { readonly [key: string]: unknown }

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const INTEGER = /^(?:0|-?[1-9][0-9]{0,15})$/

/**
 * An integer as it is written in serialized forms: decimal, no plus sign, no leading zeros. Beyond 2^53 a number
 * would not be the one that was signed: `undefined`.
 */
export function parseInteger(text: string): number | undefined {
  if (!INTEGER.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
