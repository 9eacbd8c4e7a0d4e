import type { UnixSeconds } from '../src/ambient.ts'
import type { KeyRing } from '../src/authority/key-ring.ts'
import type { NamedToken, TokenId } from '../src/authority/named-token.ts'
import { textOfNamedToken } from '../src/authority/token-text.ts'
import type { Tenant, TenantId } from '../src/directory/tenant.ts'
import type { User, UserId } from '../src/directory/user.ts'
import { hmacSha256 } from '../src/hmac.ts'

/** How much a store is filled with. */
export interface SeedPlan {
  readonly tokens: number
  /** The tokens are dealt out among them in turn. */
  readonly users: number
  /** The users are dealt out among them in turn; the first is the default one. At most as many as users. */
  readonly tenants: number
}

/** Named tokens of three caveats each, the same in every run, and the means to write down the text of any of them. */
export interface Seeds {
  readonly plan: SeedPlan
  /** @param index from 0, as everywhere here */
  readonly tenant: (index: number) => Tenant
  readonly user: (index: number) => User
  readonly token: (index: number) => NamedToken
  /** Of the token: its id alone, which is had sooner than all of it. */
  readonly idOf: (token: number) => TokenId
  readonly textOf: (token: number) => string
  /** The host name of the token's tenant. */
  readonly hostOf: (token: number) => string
  /** The token's subject, as Onezone names him. */
  readonly subjectOf: (token: number) => string
}

/** The address that the tokens' IP caveat lets through. */
export const SEEDED_PEER_IP = '10.1.2.3'

const YEAR_2100 = 4_102_444_800
const CREATED_AT = 1_800_000_000 as UnixSeconds

export function seedsOf(plan: SeedPlan, defaultTenant: Tenant, keyRing: KeyRing): Seeds {
  const { kid } = keyRing.newReference()
  const deps = { keyRing, hmac: hmacSha256 }
  const tenants = Array.from({ length: plan.tenants }, (_, index) =>
    index === 0 ? defaultTenant : seededTenant(index),
  )
  const tenant = (index: number): Tenant => tenants[index] ?? defaultTenant
  const tenantOfUser = (index: number): Tenant => tenant(index % plan.tenants)
  const user = (index: number): User => seededUser(tenantOfUser(index), index)
  const owner = (token: number): User => user(token % plan.users)
  const tenantOf = (token: number): Tenant => tenantOfUser(token % plan.users)
  return {
    plan,
    tenant,
    user,
    token: (index) => seededToken(owner(index), kid, index),
    idOf: (index) => tokenIdOf(tokenDigest(index)),
    textOf(index) {
      const subject = owner(index)
      const name = { type: 'user', id: subject.onezoneId } as const
      return textOfNamedToken(deps, tenantOf(index), name, seededToken(subject, kid, index))
    },
    hostOf: (index) => tenantOf(index).onezoneDomain,
    subjectOf: (index) => owner(index).onezoneId,
  }
}

function seededTenant(index: number): Tenant {
  const bytes = digest(`tenant ${index}`)
  return {
    id: bytes.readUIntBE(0, 6) as TenantId,
    name: `tenant ${index}`,
    onezoneDomain: `tenant-${index}.example.org`,
    astraAccountId: uuidOf(bytes),
    sdwanTenantId: sdwanIdOf(bytes),
    isDefault: false,
    createdAt: CREATED_AT,
  }
}

function seededUser(tenant: Tenant, index: number): User {
  const bytes = digest(`user ${index}`)
  return {
    id: bytes.readUIntBE(0, 6) as UserId,
    tenantId: tenant.id,
    uuid: uuidOf(bytes),
    onezoneId: onezoneIdOf(bytes),
    sdwanOperatorId: sdwanIdOf(bytes),
    username: undefined,
    email: undefined,
    fullName: `Seeded User ${index}`,
    basicAuthEnabled: false,
    isBlocked: false,
    createdAt: CREATED_AT,
  }
}

function seededToken({ id, tenantId }: User, kid: number, index: number): NamedToken {
  const bytes = tokenDigest(index)
  return {
    line: { tenantId, audience: 'onezone', subject: { kind: 'user', id } },
    id: tokenIdOf(bytes),
    name: `token ${index}`,
    type: { kind: 'access' },
    caveats: [
      { type: 'time', validUntil: YEAR_2100 },
      { type: 'ip', whitelist: ['10.0.0.0/8', '192.168.0.0/16'] },
      { type: 'service', whitelist: ['ozw-onezone'] },
    ],
    customMetadata: {},
    isRevoked: false,
    createdAt: CREATED_AT,
    key: { kid, salt: new Uint8Array(bytes.subarray(40, 56)) },
  }
}

function tokenDigest(index: number): Buffer {
  return digest(`token ${index}`)
}

function tokenIdOf(bytes: Buffer): TokenId {
  return onezoneIdOf(bytes) as TokenId
}

/** 64 bytes that are the same in every run. Nothing of it is secret. */
function digest(what: string): Buffer {
  return Buffer.from(new Bun.CryptoHasher('sha512').update(what).digest())
}

function onezoneIdOf(bytes: Buffer): string {
  const hex = bytes.toString('hex', 0, 18)
  return `${hex.slice(0, 32)}ch${hex.slice(32)}`
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex', 20, 36)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

function sdwanIdOf(bytes: Buffer): string {
  return String(10n ** 17n + (bytes.readBigUInt64BE(40) % (9n * 10n ** 17n)))
}
