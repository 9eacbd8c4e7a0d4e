import { systemAmbient } from '../../src/ambient-system.ts'
import type { UnixSeconds } from '../../src/ambient.ts'
import type {
  Audience,
  KeyReference,
  NamedToken,
  SubjectName,
  TokenId,
  TokenLine,
} from '../../src/authority/named-token.ts'
import type { Tenant, TenantId } from '../../src/directory/tenant.ts'
import type { User, UserId, UserWithPassword } from '../../src/directory/user.ts'
import { type Failure, Refused } from '../../src/failure.ts'
import type { Store } from '../../src/store/open-store.ts'

export function randomHex(bytes: number): string {
  return Buffer.from(systemAmbient.randomBytes(bytes)).toString('hex')
}

export function randomId(): number {
  return Number.parseInt(randomHex(6), 16)
}

export function sampleTenant(parts: Partial<Tenant> = {}): Tenant {
  return {
    id: randomId() as TenantId,
    name: 'Sample',
    onezoneDomain: `${randomHex(4)}.example.org`,
    astraAccountId: randomHex(16),
    sdwanTenantId: String(randomId()),
    isDefault: false,
    createdAt: 1_700_000_000 as UnixSeconds,
    ...parts,
  }
}

export function sampleUser(tenantId: TenantId, parts: Partial<User> = {}): User {
  return {
    id: randomId() as UserId,
    tenantId,
    uuid: randomHex(16),
    onezoneId: `${randomHex(16)}ch${randomHex(2)}`,
    sdwanOperatorId: String(randomId()),
    username: `user-${randomHex(6)}`,
    email: `${randomHex(6)}@example.org`,
    fullName: 'Sample User',
    basicAuthEnabled: true,
    isBlocked: false,
    createdAt: 1_700_000_000 as UnixSeconds,
    ...parts,
  }
}

export function withPassword(user: User, passwordHash?: string): UserWithPassword {
  return { user, passwordHash, passwordVersion: 1 }
}

export function sampleKey(): KeyReference {
  return { kid: 7, salt: systemAmbient.randomBytes(16) }
}

export function lineOf(user: User, audience: Audience = 'onezone'): TokenLine {
  return { tenantId: user.tenantId, audience, subject: { kind: 'user', id: user.id } }
}

/** As a token's text names a user. */
export function userNamed(id: string): SubjectName {
  return { type: 'user', id }
}

export function sampleToken(line: TokenLine, parts: Partial<NamedToken> = {}): NamedToken {
  return {
    line,
    id: randomHex(16) as TokenId,
    name: `token-${randomHex(6)}`,
    type: { kind: 'access' },
    caveats: [],
    customMetadata: {},
    isRevoked: false,
    createdAt: 1_700_000_000 as UnixSeconds,
    key: sampleKey(),
    ...parts,
  }
}

export async function givenTenant(store: Store, parts: Partial<Tenant> = {}): Promise<Tenant> {
  const tenant = sampleTenant(parts)
  await store.atomically(({ tenants }) => tenants.insert(tenant))
  return tenant
}

export async function givenUser(store: Store, tenant: Tenant, parts: Partial<User> = {}): Promise<User> {
  const user = sampleUser(tenant.id, parts)
  await store.atomically(({ users }) => users.insert(withPassword(user)))
  return user
}

export async function givenToken(
  store: Store,
  line: TokenLine,
  parts: Partial<NamedToken> = {},
): Promise<NamedToken> {
  const token = sampleToken(line, parts)
  await store.atomically(({ tokens }) => tokens.insert(token))
  return token
}

/** A user of a tenant of his own, with his Onezone line. */
export async function givenLine(store: Store): Promise<{ tenant: Tenant; user: User; line: TokenLine }> {
  const tenant = await givenTenant(store)
  const user = await givenUser(store, tenant)
  return { tenant, user, line: lineOf(user) }
}

/** What the action is refused with; `undefined` when it is not. What else it throws, it throws. */
export async function failureOf(action: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await action
    return undefined
  } catch (error) {
    if (error instanceof Refused) return error.failure
    throw error
  }
}

/** The kind of that. */
export async function refusalOf(action: Promise<unknown>): Promise<Failure['kind'] | undefined> {
  return (await failureOf(action))?.kind
}
