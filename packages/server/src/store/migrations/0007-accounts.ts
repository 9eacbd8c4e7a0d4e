import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

/** What accounts have beside tenants and users: groups, role bindings, credentials; and opaque tokens. */
export function accounts(types: ColumnTypes): Migration {
  return {
    async up(db: Kysely<object>): Promise<void> {
      await extendTenants(db, types)
      await extendUsers(db, types)
      await extendTokens(db, types)
      await createGroups(db, types)
      await createRoleBindings(db, types)
      await createCredentials(db, types)
    },
  }
}

/** `createdBy` of what was not made through the API of accounts. */
const NIL_UUID = '00000000-0000-0000-0000-000000000000'

// Absent texts are empty and absent times 0: what is ordered by must not be null, which each database puts elsewhere.

async function extendTenants(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  await addColumns(db, 'tenants', types, {
    account_state: "'active'",
    account_contact: "''",
    ...METADATA_TEXTS,
  })
  await addColumns(db, 'tenants', 'smallint', { account_is_enabled: '1' })
  await addColumns(db, 'tenants', types.bigint, { account_enabled_at: '0', ...METADATA_TIMES })
  const eldest = sql`coalesce((select min(users.created_at) from users where users.tenant_id = tenants.id), 0)`
  await sql`
    update tenants set created_at = ${eldest}, modified_at = ${eldest}, account_enabled_at = ${eldest}`.execute(
    db,
  )
  await indexes(db, 'tenants', [
    ['created', ['created_at', 'astra_account_id']],
    ['name', ['name', 'astra_account_id']],
  ])
}

async function extendUsers(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  await addColumns(db, 'users', types, {
    first_name: "''",
    last_name: "''",
    company_name: "''",
    phone: "''",
    // JSON.
    postal_address: "''",
    auth_provider: "'local'",
    // Of local users it is the e-mail address, whatever stands here.
    auth_id: "''",
    account_state: "'active'",
    ...METADATA_TEXTS,
  })
  await addColumns(db, 'users', 'smallint', { sends_welcome_email: '0' })
  await addColumns(db, 'users', types.bigint, { enabled_at: '0', modified_at: '0' })
  await sql`update users set enabled_at = created_at, modified_at = created_at`.execute(db)
  await indexes(db, 'users', [
    ['created', ['tenant_id', 'created_at', 'uuid']],
    ['uuid', ['tenant_id', 'uuid']],
    ['email', ['tenant_id', "coalesce(email, '')", 'uuid']],
  ])
}

async function extendTokens(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  // Of opaque tokens only.
  await db.schema.alterTable('named_tokens').addColumn('text_hash', types.text).execute()
  await sql`
    create unique index named_tokens_text_hash on named_tokens (text_hash)
    where text_hash is not null`.execute(db)
  // The audience of accounts alone: making tokens for the others is not to take longer.
  const line = 'tenant_id, subject_kind, subject_id, epoch'
  await sql`
    create index named_tokens_by_created on named_tokens (${sql.raw(line)}, created_at, id)
    where audience = 2`.execute(db)
  await sql`
    create index named_tokens_by_id on named_tokens (${sql.raw(line)}, id)
    where audience = 2`.execute(db)
}

async function createGroups(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('account_groups')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull().references('tenants.id'))
    .addColumn('id', types.text, (column) => column.notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    // The distinguished name as it was sent, and as it is compared: lowered before it gets here.
    .addColumn('auth_id', types.text, (column) => column.notNull())
    .addColumn('auth_key', types.text, (column) => column.notNull())
    .addPrimaryKeyConstraint('account_groups_pkey', ['tenant_id', 'id'])
    .addUniqueConstraint('account_groups_auth_key', ['tenant_id', 'auth_key'])
    .execute()
  await addMetadata(db, 'account_groups', types)
  await indexes(db, 'account_groups', [
    ['created', ['tenant_id', 'created_at', 'id']],
    ['name', ['tenant_id', 'name', 'id']],
  ])
  await db.schema
    .createTable('account_group_users')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull())
    .addColumn('group_id', types.text, (column) => column.notNull())
    .addColumn('user_uuid', types.text, (column) =>
      column.notNull().references('users.uuid').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('account_group_users_pkey', ['tenant_id', 'group_id', 'user_uuid'])
    .addForeignKeyConstraint(
      'account_group_users_group_fkey',
      ['tenant_id', 'group_id'],
      'account_groups',
      ['tenant_id', 'id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await indexes(db, 'account_group_users', [['user', ['user_uuid', 'group_id']]])
}

async function createRoleBindings(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('role_bindings')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull().references('tenants.id'))
    .addColumn('id', types.text, (column) => column.notNull())
    // One of the two is null.
    .addColumn('user_uuid', types.text, (column) => column.references('users.uuid').onDelete('cascade'))
    .addColumn('group_id', types.text)
    .addColumn('role', types.text, (column) => column.notNull())
    // A JSON list of words.
    .addColumn('role_constraints', types.text, (column) => column.notNull())
    .addPrimaryKeyConstraint('role_bindings_pkey', ['tenant_id', 'id'])
    .addUniqueConstraint('role_bindings_user_key', ['user_uuid'])
    .addUniqueConstraint('role_bindings_group_key', ['tenant_id', 'group_id'])
    .addForeignKeyConstraint(
      'role_bindings_group_fkey',
      ['tenant_id', 'group_id'],
      'account_groups',
      ['tenant_id', 'id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute()
  await addMetadata(db, 'role_bindings', types)
  await indexes(db, 'role_bindings', [
    ['created', ['tenant_id', 'created_at', 'id']],
    ['role', ['tenant_id', 'role', 'id']],
  ])
}

async function createCredentials(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('account_credentials')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull().references('tenants.id'))
    .addColumn('id', types.text, (column) => column.notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('key_type', types.text, (column) => column.notNull())
    .addColumn('is_valid', 'smallint', (column) => column.notNull())
    .addColumn('valid_from', types.bigint, (column) => column.notNull())
    .addColumn('valid_until', types.bigint, (column) => column.notNull())
    // Whose password, or whose token's side. Without a foreign key: what is left of tokens is swept with them.
    .addColumn('user_id', types.bigint)
    .addColumn('user_uuid', types.text)
    .addColumn('token_id', types.text)
    // Of a token's side: its token's. Dead with it.
    .addColumn('epoch', 'integer')
    // Neither of passwords, which stand with their users, nor of tokens, whose hashes do.
    .addColumn('kid', 'integer')
    .addColumn('sealed', types.bytes)
    .addPrimaryKeyConstraint('account_credentials_pkey', ['tenant_id', 'id'])
    .addUniqueConstraint('account_credentials_token_key', ['tenant_id', 'token_id'])
    .execute()
  await addMetadata(db, 'account_credentials', types)
  await indexes(db, 'account_credentials', [
    ['created', ['tenant_id', 'created_at', 'id']],
    ['name', ['tenant_id', 'name', 'id']],
    ['user', ['tenant_id', 'user_id', 'epoch']],
  ])
  await sql`
    create unique index account_credentials_password_key on account_credentials (tenant_id, user_uuid)
    where token_id is null`.execute(db)
}

/** What stands beside every entry of an account; labels are a JSON list. */
const METADATA_TEXTS = { labels: "'[]'", created_by: `'${NIL_UUID}'`, modified_by: "''" }

const METADATA_TIMES = { created_at: '0', modified_at: '0' }

async function addMetadata(db: Kysely<object>, table: string, types: ColumnTypes): Promise<void> {
  await addColumns(db, table, types, METADATA_TEXTS)
  await addColumns(db, table, types.bigint, METADATA_TIMES)
}

/** Columns that are never null, with what they hold unless something else is written. */
async function addColumns(
  db: Kysely<object>,
  table: string,
  type: ColumnTypes | ColumnTypes['bigint'] | 'smallint',
  defaults: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, value] of Object.entries(defaults)) {
    await db.schema
      .alterTable(table)
      .addColumn(name, typeof type === 'string' ? type : type.text, (column) =>
        column.notNull().defaultTo(sql.raw(value)),
      )
      .execute()
  }
}

async function indexes(
  db: Kysely<object>,
  table: string,
  columns: readonly (readonly [name: string, columns: readonly string[]])[],
): Promise<void> {
  for (const [name, of] of columns) {
    const index = sql.id(`${table}_by_${name}`)
    await sql`create index ${index} on ${sql.table(table)} (${sql.raw(of.join(', '))})`.execute(db)
  }
}
