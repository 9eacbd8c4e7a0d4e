import { ExactNumber, parseExactJson } from '../../exact-json.ts'
import { malformedData } from './catalogue-data.ts'
import { WireRefusal } from './wire-error.ts'

/** Deeper than any body or metadata that somebody means; beyond it recursion over the value is an attack. */
export const MAX_JSON_DEPTH = 128

/** More than any body that somebody means; each costs many times its bytes, and the parser stops all others meanwhile. */
export const MAX_JSON_VALUES = 100_000

/** `ignoreBOM` keeps a byte order mark in the text, where the parser refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The JSON value of a body, its numbers exact; no bytes at all are an empty object (Onezone REST, request body).
 * @throws {WireRefusal} `malformedData`: not UTF-8, not JSON, deeper than {@link MAX_JSON_DEPTH}, more values than
 *   {@link MAX_JSON_VALUES}, or with what could not be given back as it came: half a surrogate pair, a number out of range
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {}
  if (bytes.length > MAX_JSON_VALUES && hasTooManyValues(bytes)) throw new WireRefusal(malformedData)
  const text = decodeText(bytes)
  const value = parseText(text)
  // Half a surrogate pair survives only UTF-8 decoding as an escape, so most bodies need no look at their strings.
  checkValue(value, text.includes('\\u'))
  return value
}

const [QUOTE, COMMA, OPEN_BRACKET, BACKSLASH, OPEN_BRACE] = [0x22, 0x2c, 0x5b, 0x5c, 0x7b] as const

/** Before anything is made of them: a value begins the text, follows a comma or opens a container. */
function hasTooManyValues(bytes: Uint8Array): boolean {
  let values = 1
  let isInString = false
  for (let at = 0; at < bytes.length && values <= MAX_JSON_VALUES; at += 1) {
    const byte = bytes[at]
    if (byte === QUOTE) isInString = !isInString
    else if (isInString && byte === BACKSLASH) at += 1
    else if (!isInString && (byte === COMMA || byte === OPEN_BRACKET || byte === OPEN_BRACE)) values += 1
  }
  return values > MAX_JSON_VALUES
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
    return parseExactJson(text)
  } catch {
    throw new WireRefusal(malformedData)
  }
}

/** @param depth of the containers that it stands in; no more than the limit, so that the recursion has one, too */
function checkValue(value: unknown, mayHoldSurrogates: boolean, depth = 0): void {
  if (!isContainer(value)) {
    if (!survives(value, mayHoldSurrogates)) throw new WireRefusal(malformedData)
    return
  }
  if (depth === MAX_JSON_DEPTH) throw new WireRefusal(malformedData)
  for (const member of membersOf(value, mayHoldSurrogates)) checkValue(member, mayHoldSurrogates, depth + 1)
}

/** An array is its own list: `Object.entries` would make a text and a pair for each of the millions that a body has room for. */
function membersOf(container: object, mayHoldSurrogates: boolean): readonly unknown[] {
  if (Array.isArray(container)) return container
  if (mayHoldSurrogates && !Object.keys(container).every((key) => key.isWellFormed())) {
    throw new WireRefusal(malformedData)
  }
  return Object.values(container)
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof ExactNumber)
}

/** A number out of range would be written back as `null`, half a surrogate pair as another character. */
function survives(value: unknown, mayHoldSurrogates: boolean): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return !mayHoldSurrogates || typeof value !== 'string' || value.isWellFormed()
}
