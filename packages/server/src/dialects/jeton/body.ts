import { type Call } from '../dialect.ts'
import { bodyTooLarge, malformedBody, ProblemRaised, unsupportedMediaType } from './problem.ts'

/** The largest body here is a user with his roles: some hundred bytes. */
export const MAX_BODY_BYTES = 65_536

/** `ignoreBOM` keeps a byte order mark in the text, where the parser refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * The JSON object that the request carries.
 * @throws {ProblemRaised} 415, 413 above {@link MAX_BODY_BYTES}, 400; {@link BodyRefused} as it comes
 */
export async function readJsonObject(call: Call): Promise<JsonObject> {
  if (!isJson(call.headers.get('content-type'))) throw new ProblemRaised(unsupportedMediaType)
  const bytes = await call.readBody()
  if (bytes.byteLength > MAX_BODY_BYTES) throw new ProblemRaised(bodyTooLarge)
  const value = parse(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ProblemRaised(malformedBody)
  // Every JSON value that is none of the above is an object, and its keys are strings.
  return value as JsonObject
}

/** JSON has no charset parameter (RFC 8259, 11), but clients send `utf-8`, which it is. */
const JSON_TYPE = /^application\/json(?: *; *charset="?utf-8"?)?$/i

function isJson(contentType: string | null): boolean {
  return contentType !== null && JSON_TYPE.test(contentType.trim())
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    throw new ProblemRaised(malformedBody)
  }
}
