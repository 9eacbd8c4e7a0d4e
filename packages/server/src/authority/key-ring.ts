import { timingSafeEqual } from 'node:crypto'
import type { Hmac } from '@jeton/token'
import type { Ambient } from '../ambient.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { Audience, Generation, KeyReference, TokenId, TokenLine } from './named-token.ts'
import type { SealedRootKey } from './ports.ts'
import { DoesNotOpen, newNonce, SEALING_KEY_BYTES, seal, unseal } from './sealing.ts'
import { packSecretParts } from './secret-parts.ts'

export const MASTER_KEY_BYTES = SEALING_KEY_BYTES
const ROOT_KEY_BYTES = 32
const SALT_BYTES = 16
const KID_BYTES = 4

/**
 * The root keys, opened. Every token secret is derived from one of them and from what stands in the token's row:
 * the database alone forges nothing, and an id or a generation that comes back does not revive an old token,
 * for the salt is another one. A secret that was given elsewhere stands in the row, sealed under one of them.
 */
export interface KeyRing {
  /** The active root key with a fresh salt: what a new row is written with. */
  newReference(): KeyReference
  /** What a row is written with whose token was issued elsewhere, and goes on verifying here. */
  referenceToNamed(tenantId: TenantId, audience: Audience, id: TokenId, secret: Uint8Array): KeyReference
  /** The same for a generation of temporary tokens. */
  referenceToTemporary(line: TokenLine, generation: number, secret: Uint8Array): KeyReference
  /**
   * The secret of one named token: 64 ASCII hex characters, or what it was given elsewhere. One HMAC, or one unsealing.
   * @throws {UnknownRootKey} @throws {DoesNotOpen}
   */
  namedSecret(tenantId: TenantId, audience: Audience, id: TokenId | string, key: KeyReference): Uint8Array
  /** The secret that all temporary tokens of one generation share; the same. */
  temporarySecret(line: TokenLine, generation: Generation): Uint8Array
  /** Seals what an account keeps under a credential of that id. */
  sealCredential(tenantId: TenantId, id: string, secret: Uint8Array): SealedSecret
  /** @throws {UnknownRootKey} @throws {DoesNotOpen} */
  openCredential(tenantId: TenantId, id: string, secret: SealedSecret): Uint8Array
  /**
   * What proves later that bytes are ours which a client keeps for us: {@link TAG_BYTES} bytes, the same on every node.
   * @param purpose what they are, so that what was tagged for one thing is worth nothing for another
   */
  tag(purpose: string, bytes: Uint8Array): Uint8Array
  /** Whether that is the tag of these bytes, made with any key of the ring. */
  isTag(purpose: string, bytes: Uint8Array, tag: Uint8Array): boolean
}

/** The key's id in four bytes, and a SHA-256. */
export const TAG_BYTES = 36

/** A secret that is kept for somebody: sealed under the root key of `kid`, for one row. */
export interface SealedSecret {
  readonly kid: number
  readonly sealed: Uint8Array
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
  const rootKeys = new Map(sealedKeys.map((row) => [row.kid, openRootKey(masterKey, row)]))
  const active = sealedKeys.find((row) => row.isActive)
  if (active === undefined) throw new WrongMasterKey('the key ring has no active root key')

  const rootKeyOf = (kid: number): Uint8Array => {
    const rootKey = rootKeys.get(kid)
    if (rootKey === undefined) throw new UnknownRootKey(`root key ${kid} is not in the key ring`)
    return rootKey
  }
  // Derived, so that no root key is used for two things.
  const sealingKeyOf = (kid: number): Uint8Array => hmac(rootKeyOf(kid), SEALING_PURPOSE)
  const newReference = (): KeyReference => ({ kid: active.kid, salt: ambient.randomBytes(SALT_BYTES) })
  const secretOf = (parts: PackParts, key: KeyReference): Uint8Array =>
    key.sealedSecret === undefined
      ? hexBytes(hmac(rootKeyOf(key.kid), parts('derived', key.salt)))
      : unseal(sealingKeyOf(key.kid), key.sealedSecret, parts('sealed', key.salt))
  const referenceTo = (parts: PackParts, secret: Uint8Array): KeyReference => {
    const key = newReference()
    const identity = parts('sealed', key.salt)
    const sealedSecret = seal(sealingKeyOf(key.kid), newNonce(ambient), secret, identity)
    return { ...key, sealedSecret }
  }
  const tagUnder = (kid: number, purpose: string, bytes: Uint8Array): Uint8Array => {
    const tag = new Uint8Array(TAG_BYTES)
    new DataView(tag.buffer).setUint32(0, kid)
    const key = hmac(rootKeyOf(kid), new TextEncoder().encode(`jeton: tags ${purpose}`))
    tag.set(hmac(key, bytes), KID_BYTES)
    return tag
  }
  return {
    tag: (purpose, bytes) => tagUnder(active.kid, purpose, bytes),
    isTag(purpose, bytes, tag): boolean {
      if (tag.length !== TAG_BYTES) return false
      const kid = new DataView(tag.buffer, tag.byteOffset).getUint32(0)
      return rootKeys.has(kid) && timingSafeEqual(tagUnder(kid, purpose, bytes), tag)
    },
    newReference,
    referenceToNamed: (tenantId, audience, id, secret) =>
      referenceTo(partsOfNamed(tenantId, audience, id), secret),
    referenceToTemporary: (line, generation, secret) =>
      referenceTo(partsOfTemporary(line, generation), secret),
    namedSecret: (tenantId, audience, id, key) => secretOf(partsOfNamed(tenantId, audience, id), key),
    temporarySecret: (line, { number, key }) => secretOf(partsOfTemporary(line, number), key),
    sealCredential: (tenantId, id, secret) => {
      const identity = identityOfCredential(tenantId, id)
      return { kid: active.kid, sealed: seal(sealingKeyOf(active.kid), newNonce(ambient), secret, identity) }
    },
    openCredential: (tenantId, id, { kid, sealed }) =>
      unseal(sealingKeyOf(kid), sealed, identityOfCredential(tenantId, id)),
  }
}

/** A fresh root key, sealed; the first one of an installation, or the next one of a rotation. */
export function newSealedRootKey(masterKey: Uint8Array, kid: number, ambient: Ambient): SealedRootKey {
  const nonce = newNonce(ambient)
  const rootKey = ambient.randomBytes(ROOT_KEY_BYTES)
  return { kid, isActive: true, sealed: seal(masterKey, nonce, rootKey, rowIdentity(kid)) }
}

const SEALING_PURPOSE = new TextEncoder().encode('jeton: seals secrets that were given elsewhere')

function openRootKey(masterKey: Uint8Array, { kid, sealed }: SealedRootKey): Uint8Array {
  try {
    const rootKey = unseal(masterKey, sealed, rowIdentity(kid))
    if (rootKey.length === ROOT_KEY_BYTES) return rootKey
  } catch (cause) {
    if (!(cause instanceof DoesNotOpen)) throw cause
    throw new WrongMasterKey(`the master key does not open root key ${kid}`, { cause })
  }
  throw new WrongMasterKey(`root key ${kid} is not as it was sealed`)
}

/** Bound in as additional data, so that a sealed key moved to another row does not open there. */
function rowIdentity(kid: number): Uint8Array {
  return new TextEncoder().encode(`jeton root key ${kid}`)
}

/** What a row's secret is derived over, or sealed for. */
type PackParts = (how: 'derived' | 'sealed', salt: Uint8Array) => Uint8Array

function partsOfNamed(tenantId: TenantId, audience: Audience, id: string): PackParts {
  return (how, salt) =>
    packSecretParts(how === 'derived' ? 'named' : 'sealed named', audience, tenantId, id, 0, salt)
}

function partsOfTemporary({ audience, tenantId, subject }: TokenLine, generation: number): PackParts {
  const whose = `${subject.kind}:${subject.id}`
  return (how, salt) =>
    packSecretParts(
      how === 'derived' ? 'temporary' : 'sealed temporary',
      audience,
      tenantId,
      whose,
      generation,
      salt,
    )
}

function identityOfCredential(tenantId: TenantId, id: string): Uint8Array {
  return packSecretParts('credential', 'astra', tenantId, id, 0, NO_SALT)
}

/** The nonce of each sealing is another one. */
const NO_SALT = new Uint8Array()

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
