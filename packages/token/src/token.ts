import { decodeBase62, encodeBase62 } from './base62.ts'
import { MAX_TOKEN_CHARS, TokenError } from './error.ts'
import { type Identifier, parseIdentifier } from './identifier.ts'
import type { Macaroon } from './macaroon.ts'
import { parsePackets, writePackets } from './packets.ts'
import { decodeUtf8 } from './utf8.ts'

/** A decoded token. Nothing in it is verified. Texts show bytes that are no UTF-8 as U+FFFD. */
export interface Token extends Identifier {
  /** The domain that the token names as its origin, `''` when it names none. Nothing vouches for it. */
  readonly location: string
  /** The identifier's text. */
  readonly identifier: string
  /** The first-party caveats, serialized, in order. */
  readonly caveats: readonly string[]
  readonly signature: Uint8Array | undefined
  /** Which service of a provider says to be sending it (the prefix `opw-` or `opp-`). */
  readonly service?: 'opw' | 'opp'
  /** The bytes that are signed. */
  readonly macaroon: Macaroon
}

/**
 * Decodes one token from its text form. Nothing is verified yet.
 *
 * @param text base62, with or without the prefix that indicates a provider's service
 * @throws {TokenError} and nothing else, in a time linear in the text's length
 * @see docs/formats/macaroon.md
 */
export function decodeToken(text: string): Token {
  if (text.length > MAX_TOKEN_CHARS) throw new TokenError('tokenTooLarge')
  const service = serviceIndication(text)
  const macaroon = parsePackets(decodeBase62(text, service === undefined ? 0 : 4))
  const token = tokenOf(macaroon)
  return service === undefined ? token : { ...token, service }
}

function serviceIndication(text: string): 'opw' | 'opp' | undefined {
  if (text[3] !== '-') return undefined
  if (text.startsWith('opw')) return 'opw'
  if (text.startsWith('opp')) return 'opp'
  throw new TokenError('badToken')
}

function tokenOf(macaroon: Macaroon): Token {
  const text = decodeUtf8(macaroon.identifier)
  const identifier = parseIdentifier(text)
  if (identifier === undefined) throw new TokenError('badToken')
  const caveats: string[] = []
  for (const caveat of macaroon.caveats) {
    if (caveat.thirdParty === undefined) caveats.push(decodeUtf8(caveat.cid))
  }
  const location = macaroon.location === undefined ? '' : decodeUtf8(macaroon.location)
  const { version, id, persistence, subject, type } = identifier
  const { signature } = macaroon
  return { version, id, persistence, subject, type, location, identifier: text, caveats, signature, macaroon }
}

/**
 * The text form of a token, without service indication.
 *
 * @throws {TokenError} `tokenTooLarge`
 */
export function encodeToken(token: Token): string {
  return encodeMacaroon(token.macaroon)
}

/** @throws {TokenError} `tokenTooLarge` */
export function encodeMacaroon(macaroon: Macaroon): string {
  const text = encodeBase62(writePackets(macaroon))
  if (text.length > MAX_TOKEN_CHARS) throw new TokenError('tokenTooLarge')
  return text
}
