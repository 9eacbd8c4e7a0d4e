import { type Kysely, type RawBuilder, sql } from 'kysely'
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
import { isSideAlive } from './account-credentials.ts'
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
import { type FieldColumn, listing, type ListingSource } from './listing.ts'
import type {
  AccountGroupRow,
  CredentialRow,
  RoleBindingRow,
  Schema,
  TenantAccountColumns,
  TenantRow,
} from './schema.ts'
import { storedName, storedNamesOf } from './token-names.ts'

export function accountListings(db: Kysely<Schema>): AccountListings {
  return {
    accounts: listing(db, ACCOUNTS),
    users: listing(db, USERS),
    groups: listing(db, GROUPS),
    roleBindings: listing(db, ROLE_BINDINGS),
    credentials: listing(db, CREDENTIALS),
    tokens: listing(db, TOKENS),
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
  id: sql.ref('astra_account_id'),
  columns: sql`tenants.*`,
  from: ({ tenantId }) =>
    tenantId === undefined ? sql`tenants where 1 = 1` : sql`tenants where id = ${tenantId}`,
  item: accountFromRow,
}

const USER_COLUMNS = sql`
  users.id, users.tenant_id, uuid, onezone_id, sdwan_operator_id, username, email, email_key, full_name,
  password_version, basic_auth_enabled, is_blocked, created_at, enabled_at, modified_at, first_name, last_name,
  company_name, phone, postal_address, auth_provider, auth_id, account_state, sends_welcome_email, labels,
  created_by, modified_by`

const USERS: ListingSource<UserScope, AccountUserField, ShownUserRow, AccountUser> = {
  fields: {
    ...METADATA,
    id: text('uuid'),
    email: { value: sql`coalesce(email, '')`, holds: 'text' },
    firstName: text('first_name'),
    lastName: text('last_name'),
    companyName: text('company_name'),
    phone: text('phone'),
    authProvider: text('auth_provider'),
    authId: {
      value: sql`case auth_provider when 'local' then coalesce(email, '') else auth_id end`,
      holds: 'text',
    },
    sendsWelcomeEmail: flagText('sends_welcome_email', 1),
    state: text('account_state'),
    isEnabled: flagText('is_blocked', 0),
    enabledAt: seconds('enabled_at'),
  },
  id: sql.ref('uuid'),
  columns: USER_COLUMNS,
  from: ({ tenantId, groupId }) =>
    groupId === undefined
      ? sql`users where users.tenant_id = ${tenantId}`
      : sql`
        users join account_group_users m on m.user_uuid = users.uuid
        where users.tenant_id = ${tenantId} and m.tenant_id = ${tenantId} and m.group_id = ${groupId}`,
  item: accountUserFromRow,
}

const GROUPS: ListingSource<GroupScope, AccountGroupField, AccountGroupRow, AccountGroup> = {
  fields: { ...METADATA, id: text('id'), name: text('name'), authId: text('auth_id') },
  id: sql.ref('id'),
  columns: sql`account_groups.*`,
  from: ({ tenantId, userUuid }) =>
    userUuid === undefined
      ? sql`account_groups where account_groups.tenant_id = ${tenantId}`
      : sql`
        account_groups
        join account_group_users m on m.tenant_id = account_groups.tenant_id and m.group_id = account_groups.id
        where account_groups.tenant_id = ${tenantId} and m.user_uuid = ${userUuid}`,
  item: accountGroupFromRow,
}

const ROLE_BINDINGS: ListingSource<RoleBindingScope, RoleBindingField, RoleBindingRow, RoleBinding> = {
  fields: {
    ...METADATA,
    id: text('id'),
    userId: { value: sql`coalesce(user_uuid, ${sql.lit(NIL_UUID)})`, holds: 'text' },
    groupId: { value: sql`coalesce(group_id, ${sql.lit(NIL_UUID)})`, holds: 'text' },
    role: text('role'),
    principalType: { value: sql`case when user_uuid is null then 'group' else 'user' end`, holds: 'text' },
  },
  id: sql.ref('id'),
  columns: sql`role_bindings.*`,
  from: ({ tenantId, principal }) =>
    sql`role_bindings where tenant_id = ${tenantId} ${ofPrincipal(principal)}`,
  item: roleBindingFromRow,
}

function ofPrincipal(principal: RoleBindingScope['principal']): RawBuilder<unknown> {
  if (principal === undefined) return sql``
  return principal.kind === 'user'
    ? sql`and user_uuid = ${principal.id}`
    : sql`and group_id = ${principal.id}`
}

const CREDENTIAL_COLUMNS = sql`
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
  id: sql.ref('c.id'),
  columns: CREDENTIAL_COLUMNS,
  from: ({ tenantId }) => sql`account_credentials c where c.tenant_id = ${tenantId} and ${isSideAlive('c')}`,
  item: credentialFromRow,
}

/** Written out, for the indexes are of these tokens only. */
const ASTRA = sql.lit(audienceCode('astra'))
const USER = sql.lit(userKindCode)

const TOKENS: ListingSource<TokenScope, AccountTokenField, ShownTokenRow, AccountToken> = {
  fields: {
    id: text('id'),
    createdAt: seconds('created_at'),
    name: tokenName(),
  },
  id: sql.ref('id'),
  columns: sql`tenant_id, audience, id, name, created_at, custom_metadata, user_uuid`,
  from: ({ tenantId, userId }) => sql`
    named_tokens join (select uuid as user_uuid from users where id = ${userId} limit 1) u on 1 = 1
    where tenant_id = ${tenantId} and audience = ${ASTRA} and subject_kind = ${USER} and subject_id = ${userId}
      and epoch = (
        select epoch from token_lines
        where tenant_id = ${tenantId} and audience = ${ASTRA} and subject_kind = ${USER} and subject_id = ${userId}
      )`,
  item: accountTokenFromRow,
}

/** Answered from the index of stored names, which also has the id. */
function tokenName(): FieldColumn {
  const stored = sql.ref('named_tokens.name')
  return {
    value: sql`substr(${stored}, 1, length(${stored}) - 1 - length(named_tokens.id))`,
    holds: 'text',
    equals: (name) => {
      const [above, below] = storedNamesOf(name)
      return sql`(${stored} > ${above} and ${stored} < ${below})`
    },
    placed: {
      column: stored,
      of: ({ key, id }) => storedName('astra', id, String(key)),
    },
  }
}

function text(column: string): FieldColumn {
  return { value: sql.ref(column), holds: 'text' }
}

function seconds(column: string): FieldColumn {
  return { value: sql.ref(column), holds: 'seconds' }
}

/** @param whenTrue what the column holds then */
function flagText(column: string, whenTrue: 0 | 1): FieldColumn {
  return {
    value: sql`case ${sql.ref(column)} when ${sql.lit(whenTrue)} then 'true' else 'false' end`,
    holds: 'text',
  }
}
