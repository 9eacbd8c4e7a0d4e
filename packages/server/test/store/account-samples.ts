import { systemAmbient } from '../../src/ambient-system.ts'
import type { UnixSeconds } from '../../src/ambient.ts'
import type { AccountCredential } from '../../src/accounts/account-credential.ts'
import type { AccountGroup } from '../../src/accounts/account-group.ts'
import { newMetadata, NIL_UUID } from '../../src/accounts/metadata.ts'
import type { Role } from '../../src/accounts/role.ts'
import type { Principal, RoleBinding } from '../../src/accounts/role-binding.ts'
import { NO_KEY, type NamedToken, type TokenId } from '../../src/authority/named-token.ts'
import { hashOfText } from '../../src/authority/opaque-token.ts'
import { newUuid } from '../../src/directory/new-ids.ts'
import type { TenantId } from '../../src/directory/tenant.ts'
import type { User } from '../../src/directory/user.ts'
import type { Store } from '../../src/store/open-store.ts'
import { givenTenant, givenUser, lineOf, randomHex, sampleToken } from './samples.ts'

export const BEGINNING = 1_700_000_000 as UnixSeconds

export function uuid(): string {
  return newUuid(systemAmbient)
}

/** A tenant with a user whose ids look as the API of accounts wants them. */
export async function givenAccount(store: Store) {
  const tenant = await givenTenant(store, { astraAccountId: uuid() })
  return { tenant, user: await givenAccountUser(store, tenant) }
}

export function givenAccountUser(
  store: Store,
  tenant: Parameters<typeof givenUser>[1],
  parts: Partial<User> = {},
): Promise<User> {
  return givenUser(store, tenant, { uuid: uuid(), ...parts })
}

export async function givenGroup(
  store: Store,
  tenantId: TenantId,
  parts: Partial<AccountGroup> = {},
): Promise<AccountGroup> {
  const name = `group ${randomHex(6)}`
  const metadata = newMetadata(BEGINNING, NIL_UUID)
  const group = { tenantId, id: uuid(), name, authId: `cn=${name}`, metadata, ...parts }
  await store.atomically(({ accountGroups }) => accountGroups.insert(group))
  return group
}

export async function givenBinding(
  store: Store,
  tenantId: TenantId,
  principal: Principal,
  role: Role,
): Promise<RoleBinding> {
  const metadata = newMetadata(BEGINNING, NIL_UUID)
  const binding = { tenantId, id: uuid(), principal, role, roleConstraints: ['*'], metadata }
  await store.atomically(({ roleBindings }) => roleBindings.insert(binding))
  return binding
}

export async function givenMember(store: Store, group: AccountGroup, user: User): Promise<void> {
  await store.atomically(async ({ accountGroups, accountUsers }) => {
    const found = await accountUsers.find(user.tenantId, user.uuid)
    if (found !== undefined) await accountGroups.addMember(group, found)
  })
}

export function sampleCredential(
  tenantId: TenantId,
  parts: Partial<AccountCredential> = {},
): AccountCredential {
  return {
    tenantId,
    id: uuid(),
    name: `credential ${randomHex(6)}`,
    keyType: undefined,
    isValid: true,
    validFrom: undefined,
    validUntil: undefined,
    paired: undefined,
    metadata: newMetadata(BEGINNING, NIL_UUID),
    ...parts,
  }
}

/** An opaque token with its credential. */
export async function givenOpaqueToken(
  store: Store,
  user: User,
  parts: Partial<NamedToken> = {},
): Promise<{ token: NamedToken; credential: AccountCredential; text: string }> {
  const text = randomHex(22)
  const token = sampleToken(lineOf(user, 'astra'), {
    id: uuid() as TokenId,
    key: NO_KEY,
    textHash: hashOfText(text),
    ...parts,
  })
  const credential = sampleCredential(user.tenantId, {
    name: token.id,
    keyType: 'apikey',
    paired: { kind: 'token', tokenId: token.id, userId: user.id, userUuid: user.uuid },
  })
  await store.atomically(async ({ tokens, credentials }) => {
    await tokens.insert(token)
    await credentials.insert(credential, undefined)
  })
  return { token, credential, text }
}
