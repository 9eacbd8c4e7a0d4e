import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

/** Leases of the nodes, the floor of the change feed, and when tokens were used. */
export function cluster(types: ColumnTypes): Migration {
  return {
    async up(db: Kysely<Floored>): Promise<void> {
      await createLeases(db, types)
      await createFloor(db, types)
      await createUsage(db, types)
    },
  }
}

/** The one table that this migration also writes to, as it was then. */
interface Floored {
  readonly change_floor: { readonly id: number; readonly oldest: number }
}

async function createLeases(db: Kysely<Floored>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('node_leases')
    .addColumn('node_id', types.text, (column) => column.primaryKey())
    .addColumn('address', types.text, (column) => column.notNull())
    .addColumn('ttl_millis', 'integer', (column) => column.notNull())
    // From 1. The holder's next renewal names the number that it has seen last.
    .addColumn('renewal', types.bigint, (column) => column.notNull())
    // The holder has applied every change up to this number.
    .addColumn('applied', types.bigint, (column) => column.notNull())
    .addColumn('is_fenced', 'smallint', (column) => column.notNull())
    .execute()
}

async function createFloor(db: Kysely<Floored>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('change_floor')
    .addColumn('id', 'smallint', (column) => column.primaryKey())
    // Changes with smaller numbers have been trimmed.
    .addColumn('oldest', types.bigint, (column) => column.notNull())
    .execute()
  await db.insertInto('change_floor').values({ id: 1, oldest: 1 }).execute()
}

async function createUsage(db: Kysely<Floored>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('token_usage')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull())
    .addColumn('audience', 'smallint', (column) => column.notNull())
    .addColumn('token_id', types.text, (column) => column.notNull())
    // Unix seconds.
    .addColumn('last_used_at', types.bigint, (column) => column.notNull())
    .addColumn('uses', types.bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('token_usage_pkey', ['tenant_id', 'audience', 'token_id'])
    // Whoever removes a token, alone or by the thousand, need not know of this table.
    .addForeignKeyConstraint(
      'token_usage_token_fkey',
      ['tenant_id', 'audience', 'token_id'],
      'named_tokens',
      ['tenant_id', 'audience', 'id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
}
