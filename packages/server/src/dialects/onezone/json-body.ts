import { parseExactJson } from '../../exact-json.ts'
import { isSoundJson } from '../../sound-json.ts'
import { malformedData } from './catalogue-data.ts'
import { WireRefusal } from './wire-error.ts'

/** More than any body that somebody means; each costs many times its bytes, and the parser stops all others meanwhile. */
export const MAX_JSON_VALUES = 100_000

/** `ignoreBOM` keeps a byte order mark in the text, where the parser refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The JSON value of a body, its numbers exact; no bytes at all are an empty object (Onezone REST, request body).
 * @throws {WireRefusal} `malformedData`: not UTF-8, not JSON, more values than {@link MAX_JSON_VALUES}, or not sound, see
 *   {@link isSoundJson}
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {}
  if (bytes.length > MAX_JSON_VALUES && hasTooManyValues(bytes)) throw new WireRefusal(malformedData)
  const text = decodeText(bytes)
  const value = parseText(text)
  if (!isSoundJson(value, text)) throw new WireRefusal(malformedData)
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
