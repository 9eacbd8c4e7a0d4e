import type { Account } from '../accounts/account.ts'
import type { AccountCredential } from '../accounts/account-credential.ts'
import type { AccountGroup } from '../accounts/account-group.ts'
import type { AccountToken } from '../accounts/account-token.ts'
import type { AccountUser } from '../accounts/account-user.ts'
import { NIL_UUID } from '../accounts/metadata.ts'
import type {
  AccountField,
  AccountGroupField,
  AccountListings,
  AccountScope,
  AccountTokenField,
  AccountUserField,
  CredentialField,
  GroupScope,
  RoleBindingField,
  RoleBindingScope,
  TenantScope,
  TokenScope,
  UserScope,
} from '../accounts/ports.ts'
import type { RoleBinding } from '../accounts/role-binding.ts'
import { SIDE_IS_ALIVE } from './account-credentials.ts'
import {
  accountFromRow,
  accountGroupFromRow,
  accountTokenFromRow,
  accountUserFromRow,
  credentialFromRow,
  roleBindingFromRow,
  type ShownTokenRow,
  type ShownUserRow,
} from './account-rows.ts'
import { audienceCode, userKindCode } from './codes.ts'
import { type FieldColumn, listing, type ListingSource, type Placeholder } from './listing.ts'
import type {
  AccountGroupRow,
  CredentialRow,
  RoleBindingRow,
  TenantAccountColumns,
  TenantRow,
} from './schema.ts'
import type { ReadRows } from './sql-store.ts'
import { storedName, storedNamesOf } from './token-names.ts'

export function accountListings(read: ReadRows, placeholder: Placeholder): AccountListings {
  return {
    accounts: listing(read, placeholder, ACCOUNTS),
    users: listing(read, placeholder, USERS),
    groups: listing(read, placeholder, GROUPS),
    roleBindings: listing(read, placeholder, ROLE_BINDINGS),
    credentials: listing(read, placeholder, CREDENTIALS),
    tokens: listing(read, placeholder, TOKENS),
  }
}

const METADATA = {
  createdAt: seconds('created_at'),
  modifiedAt: seconds('modified_at'),
  createdBy: text('created_by'),
  modifiedBy: text('modified_by'),
}

const ACCOUNTS: ListingSource<AccountScope, AccountField, TenantRow & TenantAccountColumns, Account> = {
  fields: {
    ...METADATA,
    id: text('astra_account_id'),
    name: text('name'),
    state: text('account_state'),
    isEnabled: flagText('account_is_enabled', 1),
    enabledAt: seconds('account_enabled_at'),
  },
  id: 'astra_account_id',
  columns: `tenants.*`,
  from: ({ tenantId }, parameters) =>
    `tenants where ${tenantId === undefined ? '1 = 1' : `tenants.id = ${parameters.add(tenantId)}`}`,
  item: accountFromRow,
}

const USER_COLUMNS = `
  users.id, users.tenant_id, uuid, email, is_blocked, created_at, enabled_at, modified_at, first_name, last_name,
  company_name, phone, postal_address, auth_provider, auth_id, account_state, sends_welcome_email, labels,
  created_by, modified_by`

const USERS: ListingSource<UserScope, AccountUserField, ShownUserRow, AccountUser> = {
  fields: {
    ...METADATA,
    id: text('uuid'),
    email: { value: "coalesce(email, '')", holds: 'text' },
    firstName: text('first_name'),
    lastName: text('last_name'),
    companyName: text('company_name'),
    phone: text('phone'),
    authProvider: text('auth_provider'),
    authId: {
      value: "case auth_provider when 'local' then coalesce(email, '') else auth_id end",
      holds: 'text',
    },
    sendsWelcomeEmail: flagText('sends_welcome_email', 1),
    state: text('account_state'),
    isEnabled: flagText('is_blocked', 0),
    enabledAt: seconds('enabled_at'),
  },
  id: 'uuid',
  columns: USER_COLUMNS,
  from: ({ tenantId, groupId }, parameters) => {
    const tenant = parameters.add(tenantId)
    if (groupId === undefined) return `users where users.tenant_id = ${tenant}`
    return `
      users join account_group_users m on m.user_uuid = users.uuid
      where users.tenant_id = ${tenant} and m.tenant_id = ${tenant} and m.group_id = ${parameters.add(groupId)}`
  },
  item: accountUserFromRow,
}

const GROUPS: ListingSource<GroupScope, AccountGroupField, AccountGroupRow, AccountGroup> = {
  fields: { ...METADATA, id: text('id'), name: text('name'), authId: text('auth_id') },
  id: 'id',
  columns: `account_groups.*`,
  from: ({ tenantId, userUuid }, parameters) => {
    const tenant = parameters.add(tenantId)
    if (userUuid === undefined) return `account_groups where account_groups.tenant_id = ${tenant}`
    return `
      account_groups
      join account_group_users m on m.tenant_id = account_groups.tenant_id and m.group_id = account_groups.id
      where account_groups.tenant_id = ${tenant} and m.user_uuid = ${parameters.add(userUuid)}`
  },
  item: accountGroupFromRow,
}

const ROLE_BINDINGS: ListingSource<RoleBindingScope, RoleBindingField, RoleBindingRow, RoleBinding> = {
  fields: {
    ...METADATA,
    id: text('id'),
    userId: { value: `coalesce(user_uuid, '${NIL_UUID}')`, holds: 'text' },
    groupId: { value: `coalesce(group_id, '${NIL_UUID}')`, holds: 'text' },
    role: text('role'),
    principalType: { value: "case when user_uuid is null then 'group' else 'user' end", holds: 'text' },
  },
  id: 'id',
  columns: `role_bindings.*`,
  from: ({ tenantId, principal }, parameters) => {
    const all = `role_bindings where tenant_id = ${parameters.add(tenantId)}`
    if (principal === undefined) return all
    const column = principal.kind === 'user' ? 'user_uuid' : 'group_id'
    return `${all} and ${column} = ${parameters.add(principal.id)}`
  },
  item: roleBindingFromRow,
}

const CREDENTIAL_COLUMNS = `
  c.tenant_id, c.id, c.name, c.key_type, c.is_valid, c.valid_from, c.valid_until, c.user_id, c.user_uuid, c.token_id,
  c.epoch, c.labels, c.created_by, c.modified_by, c.created_at, c.modified_at`

const CREDENTIALS: ListingSource<
  TenantScope,
  CredentialField,
  Omit<CredentialRow, 'kid' | 'sealed'>,
  AccountCredential
> = {
  fields: {
    ...METADATA,
    id: text('id'),
    name: text('name'),
    keyType: text('key_type'),
    isValid: flagText('is_valid', 1),
    validFrom: seconds('valid_from'),
    validUntil: seconds('valid_until'),
  },
  id: 'c.id',
  columns: CREDENTIAL_COLUMNS,
  from: ({ tenantId }, parameters) =>
    `account_credentials c where c.tenant_id = ${parameters.add(tenantId)} and ${SIDE_IS_ALIVE}`,
  item: credentialFromRow,
}

/** Of a token's id, which is a UUID. */
const ID_CHARS = 36

const TOKENS: ListingSource<TokenScope, AccountTokenField, ShownTokenRow, AccountToken> = {
  fields: {
    id: text('id'),
    createdAt: seconds('created_at'),
    name: tokenName(),
  },
  id: 'id',
  // Looked up row by row: SQLite prepares a join that has parameters in it anew at every call.
  columns: `
    tenant_id, audience, id, name, created_at, custom_metadata,
    (select uuid from users where users.id = named_tokens.subject_id) as user_uuid`,
  from: ({ tenantId, userId }, parameters) => {
    const [tenant, user] = [parameters.add(tenantId), parameters.add(userId)]
    // The codes written out, for the indexes are of these tokens only.
    const line = `
      tenant_id = ${tenant} and audience = ${audienceCode('astra')}
      and subject_kind = ${userKindCode} and subject_id = ${user}`
    return `named_tokens where ${line} and epoch = (select epoch from token_lines where ${line})`
  },
  item: accountTokenFromRow,
}

/** Answered from the index of stored names, which have the id in them: nothing else needs to be read to tell a place. */
function tokenName(): FieldColumn {
  const stored = 'named_tokens.name'
  return {
    value: `substr(${stored}, 1, length(${stored}) - ${ID_CHARS + 1})`,
    holds: 'text',
    equals: (name, parameters) => {
      const [above, below] = storedNamesOf(name)
      return `(${stored} > ${parameters.add(above)} and ${stored} < ${parameters.add(below)})`
    },
    placed: {
      column: stored,
      id: `substr(${stored}, length(${stored}) - ${ID_CHARS - 1})`,
      of: ({ key, id }) => storedName('astra', id, String(key)),
    },
  }
}

function text(column: string): FieldColumn {
  return { value: column, holds: 'text' }
}

function seconds(column: string): FieldColumn {
  return { value: column, holds: 'seconds' }
}

/** @param whenTrue what the column holds then */
function flagText(column: string, whenTrue: 0 | 1): FieldColumn {
  return { value: `case ${column} when ${whenTrue} then 'true' else 'false' end`, holds: 'text' }
}
