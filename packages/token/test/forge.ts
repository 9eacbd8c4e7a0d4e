import { initialSignature } from '../src/macaroon.ts'
import { encodeMacaroon } from '../src/token.ts'
import { encodeUtf8 } from '../src/utf8.ts'
import { hmac } from './hmac.ts'

/** A well signed token of any identifier and any caveats, such as only someone who holds the secret can make. */
export function forge(
  identifier: string,
  caveats: readonly (string | Uint8Array)[],
  secret: Uint8Array,
): string {
  const bytes = encodeUtf8(identifier)
  const cids = caveats.map((caveat) => (typeof caveat === 'string' ? encodeUtf8(caveat) : caveat))
  const signature = cids.reduce((key, cid) => hmac(key, cid), initialSignature(bytes, secret, hmac))
  const location = encodeUtf8('zone.example.org')
  return encodeMacaroon({ location, identifier: bytes, caveats: cids.map((cid) => ({ cid })), signature })
}
