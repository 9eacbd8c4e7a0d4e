import { parseExactJson } from '../../exact-json.ts'
import { isSoundJson } from '../../sound-json.ts'
import { refusal } from './refusal.ts'

/** An operator's settings have 100,000 characters, and a role's lists 300 permissions of 500: twice that is enough. */
export const MAX_BODY_BYTES = 1024 * 1024

/** `ignoreBOM` keeps a byte order mark in the text, where the parser refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The JSON of a body, its numbers exact; no bytes at all are an empty object. @throws {SdwanRefusal} */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {}
  const text = decoded(bytes)
  const value = parsed(text)
  if (!isSoundJson(value, text)) throw refusal('INVALID_JSON')
  return value
}

/** The fields of a form (WHATWG URL, 5): all of them texts, but for `true` and `false`. @throws {SdwanRefusal} */
export function parseFormBody(bytes: Uint8Array): unknown {
  const fields = [...new URLSearchParams(decoded(bytes))]
  return Object.fromEntries(fields.map(([key, value]) => [key, FLAGS.get(value) ?? value]))
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

const OPENING_BRACE = 0x7b

/**
 * Whether a body is a form, and not JSON: everything that does not say so is JSON (Prisma SD-WAN, login), and so is what
 * begins like it. Tools say that all they send is a form unless they are told.
 */
export function isForm(headers: Headers, body: Uint8Array): boolean {
  if (body[0] === OPENING_BRACE) return false
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(headers.get('content-type') ?? '')
}

function decoded(bytes: Uint8Array): string {
  if (bytes.length > MAX_BODY_BYTES) throw refusal('PAYLOAD_TOO_LARGE')
  try {
    return utf8.decode(bytes)
  } catch {
    throw refusal('INVALID_JSON')
  }
}

function parsed(text: string): unknown {
  try {
    return parseExactJson(text)
  } catch {
    throw refusal('INVALID_JSON')
  }
}
