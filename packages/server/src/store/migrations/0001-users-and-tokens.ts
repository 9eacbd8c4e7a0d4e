import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

/** Tenants, users, tokens, the key ring and the change feed. */
export function usersAndTokens(types: ColumnTypes, incarnation: string): Migration {
  return {
    async up(db: Kysely<Incarnated>): Promise<void> {
      await createDirectory(db, types)
      await createTokens(db, types)
      await createKeyRing(db, types)
      await createChangeFeed(db, types, incarnation)
    },
  }
}

/** The one table that this migration also writes to, as it was then. */
interface Incarnated {
  readonly change_counter: {
    readonly id: number
    readonly incarnation: string
    readonly last_number: number
  }
}

async function createDirectory(db: Kysely<Incarnated>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('tenants')
    .addColumn('id', types.bigint, (column) => column.primaryKey())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('onezone_domain', types.text, (column) => column.notNull())
    .addColumn('astra_account_id', types.text, (column) => column.notNull())
    .addColumn('sdwan_tenant_id', types.text, (column) => column.notNull())
    .addColumn('is_default', 'smallint', (column) => column.notNull())
    .addUniqueConstraint('tenants_onezone_domain_key', ['onezone_domain'])
    .addUniqueConstraint('tenants_astra_account_id_key', ['astra_account_id'])
    .addUniqueConstraint('tenants_sdwan_tenant_id_key', ['sdwan_tenant_id'])
    .execute()
  await db.schema
    .createIndex('tenants_one_default')
    .unique()
    .on('tenants')
    .column('is_default')
    .where(sql.ref('is_default'), '=', sql.lit(1))
    .execute()
  await db.schema
    .createTable('users')
    .addColumn('id', types.bigint, (column) => column.primaryKey())
    .addColumn('tenant_id', types.bigint, (column) => column.notNull().references('tenants.id'))
    .addColumn('uuid', types.text, (column) => column.notNull())
    .addColumn('onezone_id', types.text, (column) => column.notNull())
    .addColumn('sdwan_operator_id', types.text, (column) => column.notNull())
    .addColumn('username', types.text)
    .addColumn('email', types.text)
    // The address as it is compared: lowered before it gets here.
    .addColumn('email_key', types.text)
    .addColumn('full_name', types.text, (column) => column.notNull())
    .addColumn('password_hash', types.text)
    .addColumn('password_version', 'integer', (column) => column.notNull())
    .addColumn('basic_auth_enabled', 'smallint', (column) => column.notNull())
    .addColumn('is_blocked', 'smallint', (column) => column.notNull())
    // Unix seconds.
    .addColumn('created_at', types.bigint, (column) => column.notNull())
    .addUniqueConstraint('users_uuid_key', ['uuid'])
    .addUniqueConstraint('users_onezone_id_key', ['tenant_id', 'onezone_id'])
    .addUniqueConstraint('users_sdwan_operator_id_key', ['sdwan_operator_id'])
    .addUniqueConstraint('users_username_key', ['username'])
    .addUniqueConstraint('users_email_key', ['email_key'])
    .execute()
  await db.schema
    .createTable('user_privileges')
    .addColumn('user_id', types.bigint, (column) =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('privilege', types.text, (column) => column.notNull())
    .addPrimaryKeyConstraint('user_privileges_pkey', ['user_id', 'privilege'])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
}

async function createTokens(db: Kysely<Incarnated>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('token_lines')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull())
    .addColumn('audience', 'smallint', (column) => column.notNull())
    .addColumn('subject_kind', 'smallint', (column) => column.notNull())
    .addColumn('subject_id', types.bigint, (column) => column.notNull())
    // Named tokens of any other epoch are dead. From 1.
    .addColumn('epoch', 'integer', (column) => column.notNull())
    // Of temporary tokens; 0 until one is needed, and then its key stands beside it.
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('generation_kid', 'integer')
    .addColumn('generation_salt', types.bytes)
    .addPrimaryKeyConstraint('token_lines_pkey', ['tenant_id', 'audience', 'subject_kind', 'subject_id'])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await db.schema
    .createTable('named_tokens')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull())
    .addColumn('audience', 'smallint', (column) => column.notNull())
    .addColumn('id', types.text, (column) => column.notNull())
    .addColumn('subject_kind', 'smallint', (column) => column.notNull())
    .addColumn('subject_id', types.bigint, (column) => column.notNull())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('type', types.text, (column) => column.notNull())
    // A JSON list of serialized caveats.
    .addColumn('caveats', types.text, (column) => column.notNull())
    .addColumn('custom_metadata', types.text, (column) => column.notNull())
    .addColumn('is_revoked', 'smallint', (column) => column.notNull())
    // Goes up with every change that a verdict depends on.
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', types.bigint, (column) => column.notNull())
    .addColumn('kid', 'integer', (column) => column.notNull())
    .addColumn('salt', types.bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('named_tokens_pkey', ['tenant_id', 'audience', 'id'])
    // Also the index for lists, and for the sweeper to find dead epochs by.
    .addUniqueConstraint('named_tokens_name_key', [
      'tenant_id',
      'audience',
      'subject_kind',
      'subject_id',
      'epoch',
      'name',
    ])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await db.schema
    .createTable('sweeps')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull())
    .addColumn('audience', 'smallint', (column) => column.notNull())
    .addColumn('subject_kind', 'smallint', (column) => column.notNull())
    .addColumn('subject_id', types.bigint, (column) => column.notNull())
    // The line's named tokens of smaller epochs wait to be removed.
    .addColumn('below_epoch', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('sweeps_pkey', ['tenant_id', 'audience', 'subject_kind', 'subject_id'])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
}

async function createKeyRing(db: Kysely<Incarnated>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('root_keys')
    .addColumn('kid', 'integer', (column) => column.primaryKey())
    .addColumn('is_active', 'smallint', (column) => column.notNull())
    .addColumn('sealed', types.bytes, (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('root_keys_one_active')
    .unique()
    .on('root_keys')
    .column('is_active')
    .where(sql.ref('is_active'), '=', sql.lit(1))
    .execute()
}

async function createChangeFeed(
  db: Kysely<Incarnated>,
  types: ColumnTypes,
  incarnation: string,
): Promise<void> {
  await db.schema
    .createTable('changes')
    .addColumn('number', types.bigint, (column) => column.primaryKey())
    .addColumn('kind', types.text, (column) => column.notNull())
    .addColumn('tenant_id', types.bigint, (column) => column.notNull())
    .addColumn('key', types.text, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('change_counter')
    .addColumn('id', 'smallint', (column) => column.primaryKey())
    // Another one tells a reader that this is not the feed it was reading.
    .addColumn('incarnation', types.text, (column) => column.notNull())
    .addColumn('last_number', types.bigint, (column) => column.notNull())
    .execute()
  await db.insertInto('change_counter').values({ id: 1, incarnation, last_number: 0 }).execute()
}
