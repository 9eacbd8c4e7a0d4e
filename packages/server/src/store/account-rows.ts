import type { UnixSeconds } from '../ambient.ts'
import type { Account, AccountState, JsonValue } from '../accounts/account.ts'
import type { AccountCredential, KeyType, PairedWith } from '../accounts/account-credential.ts'
import type { AccountGroup } from '../accounts/account-group.ts'
import type { AccountToken } from '../accounts/account-token.ts'
import type { AccountUser, AuthProvider, UserState } from '../accounts/account-user.ts'
import { type Label, type Metadata, NIL_UUID } from '../accounts/metadata.ts'
import type { Role } from '../accounts/role.ts'
import type { Principal, RoleBinding } from '../accounts/role-binding.ts'
import type { TokenId } from '../authority/named-token.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { parseExactJson } from '../exact-json.ts'
import { emailKey, flag } from './rows.ts'
import type {
  AccountGroupRow,
  CredentialRow,
  MetadataColumns,
  NamedTokenRow,
  RoleBindingRow,
  TenantAccountColumns,
  TenantRow,
  UserAccountColumns,
  UserRow,
} from './schema.ts'
import { shownName } from './token-names.ts'

// Every brand and every narrower type given in this file is safe for one reason: only the functions below write these
// columns, or the migration that made them, and they take the narrower type. Absent texts are empty, absent times 0.

export function accountFromRow(row: TenantRow & TenantAccountColumns): Account {
  return {
    tenantId: row.id as TenantId,
    id: row.astra_account_id,
    name: row.name,
    state: row.account_state as AccountState,
    isEnabled: row.account_is_enabled === 1,
    enabledAt: presentTime(row.account_enabled_at),
    contact: presentJson(row.account_contact),
    isDefault: row.is_default === 1,
    metadata: metadataFromRow(row),
  }
}

/** What can be changed of one. */
export function accountColumns(account: Account) {
  return {
    name: account.name,
    account_state: account.state,
    account_is_enabled: flag(account.isEnabled),
    account_enabled_at: account.enabledAt ?? 0,
    account_contact: jsonText(account.contact),
    ...metadataColumns(account.metadata),
  } satisfies Partial<TenantRow & TenantAccountColumns>
}

export type ShownUserRow = Pick<
  UserRow,
  'id' | 'tenant_id' | 'uuid' | 'email' | 'is_blocked' | 'created_at' | 'enabled_at' | 'modified_at'
> &
  UserAccountColumns

export function accountUserFromRow(row: ShownUserRow): AccountUser {
  const authProvider = row.auth_provider as AuthProvider
  const email = row.email ?? ''
  return {
    userId: row.id as UserId,
    tenantId: row.tenant_id as TenantId,
    id: row.uuid,
    email,
    firstName: row.first_name,
    lastName: row.last_name,
    companyName: presentText(row.company_name),
    phone: presentText(row.phone),
    postalAddress: presentJson(row.postal_address),
    authProvider,
    authId: authProvider === 'local' ? email : row.auth_id,
    sendsWelcomeEmail: row.sends_welcome_email === 1,
    state: row.account_state as UserState,
    isEnabled: row.is_blocked === 0,
    enabledAt: row.enabled_at as UnixSeconds,
    metadata: metadataFromRow(row),
  }
}

/** What can be changed of one. */
export function accountUserColumns(user: AccountUser) {
  return {
    email: presentText(user.email) ?? null,
    email_key: user.email === '' ? null : emailKey(user.email),
    first_name: user.firstName,
    last_name: user.lastName,
    company_name: user.companyName ?? '',
    phone: user.phone ?? '',
    postal_address: jsonText(user.postalAddress),
    auth_provider: user.authProvider,
    auth_id: user.authProvider === 'local' ? '' : user.authId,
    sends_welcome_email: flag(user.sendsWelcomeEmail),
    account_state: user.state,
    is_blocked: flag(!user.isEnabled),
    enabled_at: user.enabledAt,
    ...metadataColumns(user.metadata),
  } satisfies Partial<UserRow & UserAccountColumns>
}

export function accountGroupFromRow(row: AccountGroupRow): AccountGroup {
  return {
    tenantId: row.tenant_id as TenantId,
    id: row.id,
    name: row.name,
    authId: row.auth_id,
    metadata: metadataFromRow(row),
  }
}

export function accountGroupRow(group: AccountGroup): AccountGroupRow {
  return {
    tenant_id: group.tenantId,
    id: group.id,
    name: group.name,
    auth_id: group.authId,
    auth_key: group.authId.toLowerCase(),
    ...metadataColumns(group.metadata),
  }
}

export function roleBindingFromRow(row: RoleBindingRow): RoleBinding {
  return {
    tenantId: row.tenant_id as TenantId,
    id: row.id,
    principal: principalFromRow(row),
    role: row.role as Role,
    roleConstraints: JSON.parse(row.role_constraints) as string[],
    metadata: metadataFromRow(row),
  }
}

function principalFromRow({ user_uuid, group_id }: RoleBindingRow): Principal {
  if (user_uuid !== null) return { kind: 'user', id: user_uuid }
  return { kind: 'group', id: group_id ?? NIL_UUID }
}

export function roleBindingRow(binding: RoleBinding): RoleBindingRow {
  const { kind, id } = binding.principal
  return {
    tenant_id: binding.tenantId,
    id: binding.id,
    user_uuid: kind === 'user' ? id : null,
    group_id: kind === 'group' ? id : null,
    role: binding.role,
    role_constraints: JSON.stringify(binding.roleConstraints),
    ...metadataColumns(binding.metadata),
  }
}

export function credentialFromRow(row: Omit<CredentialRow, 'kid' | 'sealed'>): AccountCredential {
  return {
    tenantId: row.tenant_id as TenantId,
    id: row.id,
    name: row.name,
    keyType: presentText(row.key_type) as KeyType | undefined,
    isValid: row.is_valid === 1,
    validFrom: presentTime(row.valid_from),
    validUntil: presentTime(row.valid_until),
    paired: pairedFromRow(row),
    metadata: metadataFromRow(row),
  }
}

function pairedFromRow({
  user_id,
  user_uuid,
  token_id,
}: Pick<CredentialRow, 'user_id' | 'user_uuid' | 'token_id'>): PairedWith | undefined {
  if (user_id === null || user_uuid === null) return undefined
  const user = { userId: user_id as UserId, userUuid: user_uuid }
  if (token_id === null) return { kind: 'password', ...user }
  return { kind: 'token', tokenId: token_id as TokenId, ...user }
}

/** All but the secret, and the epoch of a token's side. */
export function credentialColumns(credential: AccountCredential) {
  const { paired } = credential
  return {
    tenant_id: credential.tenantId,
    id: credential.id,
    name: credential.name,
    key_type: credential.keyType ?? '',
    is_valid: flag(credential.isValid),
    valid_from: credential.validFrom ?? 0,
    valid_until: credential.validUntil ?? 0,
    user_id: paired?.userId ?? null,
    user_uuid: paired?.userUuid ?? null,
    token_id: paired?.kind === 'token' ? paired.tokenId : null,
    ...metadataColumns(credential.metadata),
  } satisfies Partial<CredentialRow>
}

export type ShownTokenRow = Pick<
  NamedTokenRow,
  'tenant_id' | 'audience' | 'id' | 'name' | 'created_at' | 'custom_metadata'
> & { readonly user_uuid: string }

export function accountTokenFromRow(row: ShownTokenRow): AccountToken {
  // What another way of making tokens has written there is no such text: it has no labels, and the system made it.
  const kept = parseExactJson(row.custom_metadata) as Partial<Omit<Metadata, 'createdAt'>>
  const createdAt = row.created_at as UnixSeconds
  return {
    tenantId: row.tenant_id as TenantId,
    id: row.id as TokenId,
    name: shownName(row),
    userUuid: row.user_uuid,
    metadata: {
      labels: kept.labels ?? [],
      createdAt,
      createdBy: kept.createdBy ?? NIL_UUID,
      modifiedAt: kept.modifiedAt ?? createdAt,
      modifiedBy: kept.modifiedBy,
    },
  }
}

function metadataFromRow(row: MetadataColumns): Metadata {
  return {
    labels: JSON.parse(row.labels) as Label[],
    createdAt: row.created_at as UnixSeconds,
    createdBy: row.created_by,
    modifiedAt: row.modified_at as UnixSeconds,
    modifiedBy: presentText(row.modified_by),
  }
}

function metadataColumns(metadata: Metadata): MetadataColumns {
  return {
    labels: JSON.stringify(metadata.labels.map(({ name, value }) => ({ name, value }))),
    created_by: metadata.createdBy,
    modified_by: metadata.modifiedBy ?? '',
    created_at: metadata.createdAt,
    modified_at: metadata.modifiedAt,
  }
}

function presentText(text: string): string | undefined {
  return text === '' ? undefined : text
}

function presentTime(time: number): UnixSeconds | undefined {
  return time === 0 ? undefined : (time as UnixSeconds)
}

function presentJson(text: string): JsonValue | undefined {
  return text === '' ? undefined : (JSON.parse(text) as JsonValue)
}

function jsonText(value: JsonValue | undefined): string {
  return value === undefined ? '' : JSON.stringify(value)
}
