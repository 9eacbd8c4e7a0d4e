import { type Caveat, serializeCaveat } from './caveat.ts'
import { TokenError } from './error.ts'
import type { Hmac, HmacAsync } from './hmac.ts'
import type { Macaroon } from './macaroon.ts'
import { decodeToken, encodeMacaroon } from './token.ts'
import { encodeUtf8 } from './utf8.ts'

/**
 * The same token with caveats added at its end, in the given order. Needs no secret: the last signature is the key
 * of the next. Whether the token or its caveats are good is not looked at. The service indication is dropped.
 *
 * @throws {TokenError} `badToken` also for a token without signature, which nothing can be added to
 */
export function confineToken(text: string, caveats: readonly Caveat[], hmac: Hmac): string {
  const { macaroon, signature, cids } = prepare(text, caveats)
  let last = signature
  for (const cid of cids) last = hmac(last, cid)
  return encodeMacaroon(withCaveats(macaroon, cids, last))
}

/** {@link confineToken} over an HMAC that answers later, such as WebCrypto in a browser. */
export async function confineTokenAsync(
  text: string,
  caveats: readonly Caveat[],
  hmac: HmacAsync,
): Promise<string> {
  const { macaroon, signature, cids } = prepare(text, caveats)
  let last = signature
  for (const cid of cids) last = await hmac(last, cid)
  return encodeMacaroon(withCaveats(macaroon, cids, last))
}

interface Confinement {
  readonly macaroon: Macaroon
  readonly signature: Uint8Array
  readonly cids: readonly Uint8Array[]
}

function prepare(text: string, caveats: readonly Caveat[]): Confinement {
  const { macaroon } = decodeToken(text)
  if (macaroon.signature === undefined) throw new TokenError('badToken')
  const cids = caveats.map((caveat) => encodeUtf8(serializeCaveat(caveat)))
  return { macaroon, signature: macaroon.signature, cids }
}

function withCaveats(macaroon: Macaroon, cids: readonly Uint8Array[], signature: Uint8Array): Macaroon {
  return { ...macaroon, caveats: [...macaroon.caveats, ...cids.map((cid) => ({ cid }))], signature }
}
