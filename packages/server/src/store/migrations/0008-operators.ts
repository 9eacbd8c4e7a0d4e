import { type CreateTableBuilder, type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

/** What the tenants of Prisma SD-WAN have beside tenants and users: operators, custom roles, sessions, clients. */
export function operators(types: ColumnTypes): Migration {
  return {
    async up(db: Kysely<object>): Promise<void> {
      await createSettings(db, types)
      await createCustomRoles(db, types)
      await createOperators(db, types)
      await createSessions(db, types)
      await createClients(db, types)
    },
  }
}

// Numbers of 17 digits are text: as an integer column each would have to get past every float on its way. As they all
// have the same length, their order as texts is that of their numbers. Absent texts are empty, absent times null.

async function createSettings(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('operator_tenants')
    // There is a row once something has been changed.
    .addColumn('tenant_id', types.bigint, (column) => column.primaryKey().references('tenants.id'))
    .addColumn('canonical_name', types.text, (column) => column.notNull())
    .addColumn('description', types.text, (column) => column.notNull())
    // JSON: the fields that are only kept.
    .addColumn('profile', types.text, (column) => column.notNull())
    // JSON.
    .addColumn('password_policy', types.text, (column) => column.notNull())
    .addColumn('etag', 'integer', (column) => column.notNull())
    .addColumn('updated_utc', types.text, (column) => column.notNull())
    .execute()
}

async function createCustomRoles(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('custom_permissions')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull().references('tenants.id'))
    .addColumn('id', types.text, (column) => column.notNull())
    .addColumn('value', types.text, (column) => column.notNull())
    .addColumn('allowed_after_ms', types.bigint)
    .addColumn('allowed_before_ms', types.bigint)
    .addColumn('is_disallowed', 'smallint', (column) => column.notNull())
    // Where alone it is in force; empty: everywhere. No request sets it.
    .addColumn('region', types.text, (column) => column.notNull())
    .$call((table) => withState(table, types))
    .addPrimaryKeyConstraint('custom_permissions_pkey', ['tenant_id', 'id'])
    .execute()
  await db.schema
    .createTable('custom_roles')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull().references('tenants.id'))
    .addColumn('id', types.text, (column) => column.notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('description', types.text, (column) => column.notNull())
    // JSON lists of names of system roles, and of permission values.
    .addColumn('roles', types.text, (column) => column.notNull())
    .addColumn('permissions', types.text, (column) => column.notNull())
    .addColumn('disallow_permissions', types.text, (column) => column.notNull())
    .addColumn('is_system_owned', 'smallint', (column) => column.notNull())
    .$call((table) => withState(table, types))
    .addPrimaryKeyConstraint('custom_roles_pkey', ['tenant_id', 'id'])
    .addUniqueConstraint('custom_roles_name_key', ['tenant_id', 'name'])
    .execute()
  await db.schema
    .createTable('custom_role_permissions')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull())
    .addColumn('role_id', types.text, (column) => column.notNull())
    .addColumn('permission_id', types.text, (column) => column.notNull())
    // In the order of the role's list.
    .addColumn('place', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('custom_role_permissions_pkey', ['tenant_id', 'role_id', 'permission_id'])
    .addForeignKeyConstraint(
      'custom_role_permissions_role_fkey',
      ['tenant_id', 'role_id'],
      'custom_roles',
      ['tenant_id', 'id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'custom_role_permissions_permission_fkey',
      ['tenant_id', 'permission_id'],
      'custom_permissions',
      ['tenant_id', 'id'],
    )
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await index(db, 'custom_role_permissions', 'permission', 'tenant_id, permission_id')
}

async function createOperators(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('operators')
    .addColumn('user_id', types.bigint, (column) =>
      column.primaryKey().references('users.id').onDelete('cascade'),
    )
    .addColumn('tenant_id', types.bigint, (column) => column.notNull().references('tenants.id'))
    // JSON lists of names of system roles, of ids of custom roles, and of addresses he may log in from.
    .addColumn('roles', types.text, (column) => column.notNull())
    .addColumn('custom_role_ids', types.text, (column) => column.notNull())
    .addColumn('ipv4_list', types.text, (column) => column.notNull())
    .addColumn('session_ip_lock', 'smallint', (column) => column.notNull())
    // JSON: the fields that are only kept.
    .addColumn('profile', types.text, (column) => column.notNull())
    // Disabled is whoever is blocked as a user.
    .addColumn('disabled_reason', types.text, (column) => column.notNull())
    .addColumn('inactive', 'smallint', (column) => column.notNull())
    .addColumn('inactive_reason', types.text, (column) => column.notNull())
    .addColumn('is_system_owned', 'smallint', (column) => column.notNull())
    // What logging in writes: none of it is a change of the operator.
    .addColumn('failed_logins', 'integer', (column) => column.notNull())
    .addColumn('is_locked', 'smallint', (column) => column.notNull())
    .addColumn('last_login_at', types.bigint)
    .addColumn('etag', 'integer', (column) => column.notNull())
    .addColumn('created_utc', types.text, (column) => column.notNull())
    .addColumn('updated_utc', types.text, (column) => column.notNull())
    .execute()
  await index(db, 'operators', 'created', 'tenant_id, created_utc, user_id')
  // Who holds a custom role, so that one in use is found by an index.
  await db.schema
    .createTable('operator_custom_roles')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull())
    .addColumn('role_id', types.text, (column) => column.notNull())
    .addColumn('user_id', types.bigint, (column) =>
      column.notNull().references('operators.user_id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('operator_custom_roles_pkey', ['tenant_id', 'role_id', 'user_id'])
    .addForeignKeyConstraint('operator_custom_roles_role_fkey', ['tenant_id', 'role_id'], 'custom_roles', [
      'tenant_id',
      'id',
    ])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await index(db, 'operator_custom_roles', 'user', 'user_id')
  // The passwords that he had, as far as the tenant's policy forbids them to come back.
  await db.schema
    .createTable('operator_passwords')
    .addColumn('user_id', types.bigint, (column) =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('password_version', 'integer', (column) => column.notNull())
    .addColumn('password_hash', types.text, (column) => column.notNull())
    .addColumn('set_at', types.bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('operator_passwords_pkey', ['user_id', 'password_version'])
    .execute()
}

async function createSessions(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('operator_sessions')
    // Of a token: that of its row among the named tokens.
    .addColumn('id', types.text, (column) => column.primaryKey())
    .addColumn('tenant_id', types.bigint, (column) => column.notNull().references('tenants.id'))
    .addColumn('user_id', types.bigint, (column) =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('kind', 'smallint', (column) => column.notNull())
    .addColumn('text_hash', types.text, (column) => column.notNull())
    .addColumn('session_key', types.text, (column) => column.notNull())
    // Of a token: its line's. Dead with it.
    .addColumn('epoch', 'integer')
    // Of a login: the password's that it was opened with. Dead with it.
    .addColumn('password_version', 'integer')
    // Of a token: JSON lists of names of system roles and of ids of custom roles. The others have their operator's.
    .addColumn('roles', types.text, (column) => column.notNull())
    .addColumn('custom_role_ids', types.text, (column) => column.notNull())
    .addColumn('expires_ms', types.bigint)
    .addColumn('client_ip', types.text, (column) => column.notNull())
    .addColumn('is_ip_locked', 'smallint', (column) => column.notNull())
    .addColumn('is_profile_called', 'smallint', (column) => column.notNull())
    // Of one who has opened it himself.
    .addColumn('is_own', 'smallint', (column) => column.notNull())
    .addColumn('is_system_owned', 'smallint', (column) => column.notNull())
    .addColumn('user_agent', types.text, (column) => column.notNull())
    .addUniqueConstraint('operator_sessions_text_hash_key', ['text_hash'])
    .execute()
  // The user first: he takes them with him, and is looked for by nothing else then.
  await index(db, 'operator_sessions', 'user', 'user_id, kind, id')
  await sql`
    create index operator_sessions_by_expiry on operator_sessions (expires_ms)
    where expires_ms is not null`.execute(db)
  // Which tokens have a custom role, as `operator_custom_roles` says of operators.
  await db.schema
    .createTable('operator_session_roles')
    .addColumn('role_id', types.text, (column) => column.notNull())
    .addColumn('session_id', types.text, (column) =>
      column.notNull().references('operator_sessions.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('operator_session_roles_pkey', ['role_id', 'session_id'])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await index(db, 'operator_session_roles', 'session', 'session_id')
}

async function createClients(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('operator_clients')
    .addColumn('client_id', types.text, (column) => column.primaryKey())
    .addColumn('tenant_id', types.bigint, (column) => column.notNull().references('tenants.id'))
    // The operator that the client is.
    .addColumn('user_id', types.bigint, (column) =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('secret_hash', types.text, (column) => column.notNull())
    .addColumn('created_at', types.bigint, (column) => column.notNull())
    .addUniqueConstraint('operator_clients_user_key', ['user_id'])
    .execute()
  await index(db, 'operator_clients', 'tenant', 'tenant_id, client_id')
}

/** Whether an entry is in force, as its administrator and as the system have it, and which version of it this is. */
function withState<Table extends string, Columns extends string>(
  table: CreateTableBuilder<Table, Columns>,
  types: ColumnTypes,
): CreateTableBuilder<Table, Columns | 'disabled' | 'disabled_reason' | 'inactive' | 'inactive_reason'> {
  return table
    .addColumn('disabled', 'smallint', (column) => column.notNull())
    .addColumn('disabled_reason', types.text, (column) => column.notNull())
    .addColumn('inactive', 'smallint', (column) => column.notNull())
    .addColumn('inactive_reason', types.text, (column) => column.notNull())
    .addColumn('etag', 'integer', (column) => column.notNull())
    .addColumn('updated_utc', types.text, (column) => column.notNull())
}

async function index(db: Kysely<object>, table: string, name: string, columns: string): Promise<void> {
  await sql`
    create index ${sql.id(`${table}_by_${name}`)} on ${sql.table(table)} (${sql.raw(columns)})`.execute(db)
}
