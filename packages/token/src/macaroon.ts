import { equalInConstantTime } from './constant-time.ts'
import type { Hmac } from './hmac.ts'

/** One caveat as the packets carry it. */
export interface MacaroonCaveat {
  /** The bytes that are signed. */
  readonly cid: Uint8Array
  /** Third-party caveats only. They are carried along, and can never be met: nothing here discharges them. */
  readonly thirdParty?: { readonly vid: Uint8Array; readonly location: Uint8Array }
}

/** A macaroon in bytes, exactly as it was signed. */
export interface Macaroon {
  /** Neither signed nor verified. */
  readonly location: Uint8Array | undefined
  readonly identifier: Uint8Array
  readonly caveats: readonly MacaroonCaveat[]
  /** 32 bytes. A macaroon without one can be read, and never verifies. */
  readonly signature: Uint8Array | undefined
}

const KEY_GENERATOR = Uint8Array.from('macaroons-key-generator', (char) => char.charCodeAt(0))

/**
 * The signature before any caveat. The key is derived from the secret under a constant, as every macaroon library
 * does, so that secrets of any length are good.
 */
export function initialSignature(identifier: Uint8Array, secret: Uint8Array, hmac: Hmac): Uint8Array {
  return hmac(hmac(KEY_GENERATOR, secret), identifier)
}

/**
 * Whether the signature is the one that `secret` gives. Costs two HMACs and one per caveat.
 */
export function isSignedWith(macaroon: Macaroon, secret: Uint8Array, hmac: Hmac): boolean {
  if (macaroon.signature === undefined) return false
  let signature = initialSignature(macaroon.identifier, secret, hmac)
  for (const { cid, thirdParty } of macaroon.caveats) {
    if (thirdParty !== undefined) return false
    signature = hmac(signature, cid)
  }
  return equalInConstantTime(signature, macaroon.signature)
}
