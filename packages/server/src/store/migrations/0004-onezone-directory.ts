import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

/** Providers; groups, spaces, clusters, harvesters and inventories; who is a member of which, and through which. */
export function onezoneDirectory(types: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await createProviders(db, types)
      await createEntities(db, types)
      await createMemberships(db, types)
      await createEffectiveMembers(db, types)
      await createSpaceRelations(db, types)
    },
  }
}

async function createProviders(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('providers')
    .addColumn('id', types.bigint, (column) => column.primaryKey())
    .addColumn('tenant_id', types.bigint, (column) => column.notNull().references('tenants.id'))
    .addColumn('onezone_id', types.text, (column) => column.notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('domain', types.text, (column) => column.notNull())
    .addColumn('subdomain', types.text)
    .addColumn('admin_email', types.text, (column) => column.notNull())
    // Degrees.
    .addColumn('latitude', 'double precision', (column) => column.notNull())
    .addColumn('longitude', 'double precision', (column) => column.notNull())
    // Unix seconds.
    .addColumn('created_at', types.bigint, (column) => column.notNull())
    .addUniqueConstraint('providers_onezone_id_key', ['tenant_id', 'onezone_id'])
    .execute()
}

async function createEntities(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('entities')
    .addColumn('id', types.bigint, (column) => column.primaryKey())
    .addColumn('tenant_id', types.bigint, (column) => column.notNull().references('tenants.id'))
    .addColumn('kind', 'smallint', (column) => column.notNull())
    .addColumn('onezone_id', types.text, (column) => column.notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('type', types.text)
    .addColumn('endpoint', types.text)
    .addColumn('creator_kind', 'smallint', (column) => column.notNull())
    // His Onezone id, for he may be gone.
    .addColumn('creator_id', types.text)
    // Unix seconds.
    .addColumn('created_at', types.bigint, (column) => column.notNull())
    .addColumn('is_protected', 'smallint', (column) => column.notNull())
    .addUniqueConstraint('entities_onezone_id_key', ['tenant_id', 'kind', 'onezone_id'])
    .execute()
  await db.schema
    .createTable('group_privileges')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull())
    .addColumn('privilege', types.text, (column) => column.notNull())
    .addColumn('group_id', types.bigint, (column) =>
      column.notNull().references('entities.id').onDelete('cascade'),
    )
    // From a privilege to the few groups that give it: the other way round a check would try every group of the user.
    .addPrimaryKeyConstraint('group_privileges_pkey', ['tenant_id', 'privilege', 'group_id'])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await createIndex(db, 'group_privileges', ['group_id', 'privilege'])
}

/** Direct members. What they hold is a bit each; see `ENTITY_PRIVILEGES`. */
async function createMemberships(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('entity_users')
    .addColumn('entity_id', types.bigint, (column) =>
      column.notNull().references('entities.id').onDelete('cascade'),
    )
    .addColumn('user_id', types.bigint, (column) =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('privileges', types.bigint, (column) => column.notNull())
    .addColumn('is_owner', 'smallint', (column) => column.notNull())
    .addPrimaryKeyConstraint('entity_users_pkey', ['entity_id', 'user_id'])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await createIndex(db, 'entity_users', ['user_id', 'entity_id'])
  await db.schema
    .createTable('entity_groups')
    .addColumn('entity_id', types.bigint, (column) =>
      column.notNull().references('entities.id').onDelete('cascade'),
    )
    // The member.
    .addColumn('group_id', types.bigint, (column) =>
      column.notNull().references('entities.id').onDelete('cascade'),
    )
    .addColumn('privileges', types.bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('entity_groups_pkey', ['entity_id', 'group_id'])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await createIndex(db, 'entity_groups', ['group_id', 'entity_id', 'privileges'])
}

/**
 * Who is a member of what, directly or through groups, and what he holds there in all. Follows from the tables above
 * and is kept on every change of theirs, so that a question is one look-up. Without foreign keys, which would be
 * looked up for each of many thousand rows; whoever removes a user or an entity removes these too.
 */
async function createEffectiveMembers(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('effective_members')
    .addColumn('user_id', types.bigint, (column) => column.notNull())
    .addColumn('entity_id', types.bigint, (column) => column.notNull())
    .addColumn('privileges', types.bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('effective_members_pkey', ['user_id', 'entity_id'])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await createIndex(db, 'effective_members', ['entity_id', 'user_id'])
}

async function createSpaceRelations(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('space_supports')
    .addColumn('space_id', types.bigint, (column) =>
      column.notNull().references('entities.id').onDelete('cascade'),
    )
    .addColumn('provider_id', types.bigint, (column) =>
      column.notNull().references('providers.id').onDelete('cascade'),
    )
    .addColumn('is_readonly', 'smallint', (column) => column.notNull())
    .addPrimaryKeyConstraint('space_supports_pkey', ['space_id', 'provider_id'])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await createIndex(db, 'space_supports', ['provider_id', 'space_id'])
  await db.schema
    .createTable('space_harvesters')
    .addColumn('space_id', types.bigint, (column) =>
      column.notNull().references('entities.id').onDelete('cascade'),
    )
    .addColumn('harvester_id', types.bigint, (column) =>
      column.notNull().references('entities.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('space_harvesters_pkey', ['space_id', 'harvester_id'])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
  await createIndex(db, 'space_harvesters', ['harvester_id', 'space_id'])
}

async function createIndex(db: Kysely<unknown>, table: string, columns: string[]): Promise<void> {
  await db.schema.createIndex(`${table}_by_${columns[0]}`).on(table).columns(columns).execute()
}
