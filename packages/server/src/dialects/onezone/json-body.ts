import { malformedData } from './catalogue-data.ts'
import { WireRefusal } from './wire-error.ts'

/** Deeper than any body or metadata that somebody means; beyond it recursion over the value is an attack. */
export const MAX_JSON_DEPTH = 128

/** `ignoreBOM` keeps a byte order mark in the text, where the parser refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The JSON value of a body; no bytes at all are an empty object (Onezone REST, request body).
 * @throws {WireRefusal} `malformedData`: not UTF-8, not JSON, deeper than {@link MAX_JSON_DEPTH}, or with what could not
 *   be given back as it came: half a surrogate pair, a number out of range
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {}
  const text = decodeText(bytes)
  const value = parseText(text)
  // Half a surrogate pair survives only UTF-8 decoding as an escape, so most bodies need no look at their strings.
  checkValue(value, text.includes('\\u'))
  return value
}

function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new WireRefusal(malformedData)
  }
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new WireRefusal(malformedData)
  }
}

/** With a stack of its own: recursion would overflow on exactly the input that this looks for. */
function checkValue(root: unknown, mayHoldSurrogates: boolean): void {
  if (!survives(root, mayHoldSurrogates)) throw new WireRefusal(malformedData)
  const pending: Nested[] = []
  if (isNested(root)) pending.push({ value: root, depth: 0 })
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next
    if (depth === MAX_JSON_DEPTH) throw new WireRefusal(malformedData)
    for (const key of Object.keys(value)) {
      const member = value[key]
      if (!survives(key, mayHoldSurrogates) || !survives(member, mayHoldSurrogates)) {
        throw new WireRefusal(malformedData)
      }
      if (isNested(member)) pending.push({ value: member, depth: depth + 1 })
    }
  }
}

interface Nested {
  readonly value: Readonly<Record<string, unknown>>
  readonly depth: number
}

/** An object or an array, which has its indices for keys. */
function isNested(value: unknown): value is Nested['value'] {
  return typeof value === 'object' && value !== null
}

/** A number out of range would be written back as `null`, half a surrogate pair as another character. */
function survives(value: unknown, mayHoldSurrogates: boolean): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return !mayHoldSurrogates || typeof value !== 'string' || value.isWellFormed()
}
