import { type Caveat, serializeCaveat } from './caveat.ts'
import type { Hmac } from './hmac.ts'
import { type Persistence, parseIdentifier, serializeIdentifier } from './identifier.ts'
import { initialSignature, type MacaroonCaveat } from './macaroon.ts'
import type { TokenSubject } from './subject.ts'
import { encodeMacaroon } from './token.ts'
import type { TokenType } from './token-type.ts'
import { encodeUtf8 } from './utf8.ts'

export interface MintParts {
  /** The domain of origin. */
  readonly location: string
  readonly id: string
  /** Generations count from 1. */
  readonly persistence: Persistence
  /** A user or a provider: nobody else can hold a token. */
  readonly subject: TokenSubject
  readonly type: TokenType
  readonly caveats: readonly Caveat[]
  /** The ASCII bytes of the hexadecimal text, not the bytes that it stands for. */
  readonly secret: Uint8Array
}

/**
 * A new version 2 token.
 *
 * @throws {RangeError} when a part cannot stand in an identifier: a mistake of the caller, who checks ids first
 * @throws {TokenError} `tokenTooLarge`
 */
export function mintToken(parts: MintParts, hmac: Hmac): string {
  const identifier = encodeUtf8(identifierText(parts))
  const caveats: MacaroonCaveat[] = []
  let signature = initialSignature(identifier, parts.secret, hmac)
  for (const caveat of parts.caveats) {
    const cid = encodeUtf8(serializeCaveat(caveat))
    caveats.push({ cid })
    signature = hmac(signature, cid)
  }
  return encodeMacaroon({ location: encodeUtf8(parts.location), identifier, caveats, signature })
}

function identifierText(parts: MintParts): string {
  const { subject, persistence } = parts
  const text = serializeIdentifier(parts)
  const isHolder = subject.type === 'user' || subject.type === 'oneprovider'
  const isCounted = persistence.kind === 'named' || isCount(persistence.generation)
  const isNamed = parts.id !== '' && subject.id !== ''
  // Parts that contain a separator do not come back out.
  if (!isHolder || !isCounted || !isNamed || !text.isWellFormed() || parseIdentifier(text) === undefined) {
    throw new RangeError('the parts do not make an identifier')
  }
  return text
}

function isCount(generation: number): boolean {
  return Number.isSafeInteger(generation) && generation >= 1
}
