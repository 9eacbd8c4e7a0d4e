import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Hmac } from '@jeton/token'
import type { Ambient } from '../ambient.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { Audience, Generation, KeyReference, TokenId, TokenLine } from './named-token.ts'
import type { SealedRootKey } from './ports.ts'
import { packSecretParts } from './secret-parts.ts'

export const MASTER_KEY_BYTES = 32
const ROOT_KEY_BYTES = 32
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * The root keys, opened. Every token secret is derived from one of them and from what stands in the token's row:
 * the database alone forges nothing, and an id or a generation that comes back does not revive an old token,
 * for the salt is another one.
 */
export interface KeyRing {
  /** The active root key with a fresh salt: what a new row is written with. */
  newReference(): KeyReference
  /** The secret of one named token, as 64 ASCII hex characters. One HMAC. @throws {UnknownRootKey} */
  namedSecret(tenantId: TenantId, audience: Audience, id: TokenId | string, key: KeyReference): Uint8Array
  /** The secret that all temporary tokens of one generation share. One HMAC. @throws {UnknownRootKey} */
  temporarySecret(line: TokenLine, generation: Generation): Uint8Array
}

/** A row names a root key that the ring does not hold: the row is from another installation, or was tampered with. */
export class UnknownRootKey extends Error {
  override readonly name = 'UnknownRootKey'
}

/** The master key does not open the key ring. Carries no key material. */
export class WrongMasterKey extends Error {
  override readonly name = 'WrongMasterKey'
}

/** @throws {WrongMasterKey} when a row does not open, be it the wrong key or a row that was changed */
export function openKeyRing(
  masterKey: Uint8Array,
  sealedKeys: readonly SealedRootKey[],
  ambient: Ambient,
  hmac: Hmac,
): KeyRing {
  const rootKeys = new Map(sealedKeys.map((row) => [row.kid, unseal(masterKey, row)]))
  const active = sealedKeys.find((row) => row.isActive)
  if (active === undefined) throw new WrongMasterKey('the key ring has no active root key')

  const derive = (kid: number, message: Uint8Array): Uint8Array => {
    const rootKey = rootKeys.get(kid)
    if (rootKey === undefined) throw new UnknownRootKey(`root key ${kid} is not in the key ring`)
    return hexBytes(hmac(rootKey, message))
  }
  return {
    newReference: () => ({ kid: active.kid, salt: ambient.randomBytes(SALT_BYTES) }),
    namedSecret: (tenantId, audience, id, key) =>
      derive(key.kid, packSecretParts('named', audience, tenantId, id, 0, key.salt)),
    temporarySecret: (line, { number, key }) =>
      derive(
        key.kid,
        packSecretParts(
          'temporary',
          line.audience,
          line.tenantId,
          `${line.subject.kind}:${line.subject.id}`,
          number,
          key.salt,
        ),
      ),
  }
}

/** A fresh root key, sealed; the first one of an installation, or the next one of a rotation. */
export function newSealedRootKey(masterKey: Uint8Array, kid: number, ambient: Ambient): SealedRootKey {
  const nonce = ambient.randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', masterKey, nonce)
  cipher.setAAD(rowIdentity(kid))
  const ciphertext = cipher.update(ambient.randomBytes(ROOT_KEY_BYTES))
  cipher.final()
  return { kid, isActive: true, sealed: concat(nonce, ciphertext, cipher.getAuthTag()) }
}

function unseal(masterKey: Uint8Array, row: SealedRootKey): Uint8Array {
  const { kid, sealed } = row
  if (sealed.length !== NONCE_BYTES + ROOT_KEY_BYTES + TAG_BYTES) {
    // Also keeps a shorter tag out, which GCM would take and which is easier to guess.
    throw new WrongMasterKey(`root key ${kid} is not as it was sealed`)
  }
  try {
    const decipher = createDecipheriv('aes-256-gcm', masterKey, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(rowIdentity(kid))
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
    const rootKey = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES))
    decipher.final()
    return new Uint8Array(rootKey)
  } catch (cause) {
    throw new WrongMasterKey(`the master key does not open root key ${kid}`, { cause })
  }
}

/** Bound in as additional data, so that a sealed key moved to another row does not open there. */
function rowIdentity(kid: number): Uint8Array {
  return new TextEncoder().encode(`jeton root key ${kid}`)
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

const HEX_DIGITS = new TextEncoder().encode('0123456789abcdef')

/** The macaroon secret is the ASCII hex text itself, not the bytes it spells (the macaroon's key generator takes text). */
function hexBytes(bytes: Uint8Array): Uint8Array {
  const text = new Uint8Array(bytes.length * 2)
  // By index: iterating over bytes costs five times as much, and this runs in every verification.
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0
    text[2 * index] = HEX_DIGITS[byte >> 4] ?? 0
    text[2 * index + 1] = HEX_DIGITS[byte & 15] ?? 0
  }
  return text
}
