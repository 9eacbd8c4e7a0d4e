import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Ambient } from '../ambient.ts'

/** Of the keys that seal. */
export const SEALING_KEY_BYTES = 32
const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** It was sealed with another key, for another row, or is not as it was sealed. Carries no key material. */
export class DoesNotOpen extends Error {
  override readonly name = 'DoesNotOpen'
}

/** For one sealing: no key may see the same one twice. */
export function newNonce(ambient: Pick<Ambient, 'randomBytes'>): Uint8Array {
  return ambient.randomBytes(NONCE_BYTES)
}

/**
 * What the database keeps of a secret: nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM.
 * @param nonce a {@link newNonce}
 * @param identity of the row, bound in as additional data: moved to another row, it does not open there
 */
export function seal(
  key: Uint8Array,
  nonce: Uint8Array,
  secret: Uint8Array,
  identity: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, nonce)
  cipher.setAAD(identity)
  const ciphertext = cipher.update(secret)
  cipher.final()
  return new Uint8Array(Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]))
}

/** @throws {DoesNotOpen} */
export function unseal(key: Uint8Array, sealed: Uint8Array, identity: Uint8Array): Uint8Array {
  // Also keeps a shorter tag out, which GCM would take and which is easier to guess.
  if (sealed.length <= NONCE_BYTES + TAG_BYTES) throw new DoesNotOpen('too short to have been sealed')
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(identity)
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
    const secret = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES))
    decipher.final()
    return new Uint8Array(secret)
  } catch (cause) {
    throw new DoesNotOpen('the key does not open it', { cause })
  }
}
