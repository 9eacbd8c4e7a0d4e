import { malformedData } from './catalogue-data.ts'
import { WireRefusal } from './wire-error.ts'

/** Deeper than any body or metadata that somebody means; beyond it recursion over the value is an attack. */
export const MAX_JSON_DEPTH = 128

/** `ignoreBOM` keeps a byte order mark in the text, where the parser refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The JSON value of a body; no bytes at all are an empty object (Onezone REST, request body).
 * @throws {WireRefusal} `malformedData`: not UTF-8, not JSON, deeper than {@link MAX_JSON_DEPTH}, or a string with half
 *   a surrogate pair, which no store could give back as it came
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
  const pending: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next
    if (typeof value === 'string') {
      if (mayHoldSurrogates && !value.isWellFormed()) throw new WireRefusal(malformedData)
      continue
    }
    if (typeof value !== 'object' || value === null) continue
    if (depth >= MAX_JSON_DEPTH) throw new WireRefusal(malformedData)
    for (const [key, member] of Object.entries(value)) {
      if (mayHoldSurrogates && !key.isWellFormed()) throw new WireRefusal(malformedData)
      // Numbers and booleans hold nothing to look at.
      if (typeof member === 'string' || typeof member === 'object') {
        pending.push({ value: member, depth: depth + 1 })
      }
    }
  }
}
