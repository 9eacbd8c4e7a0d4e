import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

/** What invites carry, and how often they were used. */
export function invites(types: ColumnTypes): Migration {
  return {
    async up(db: Kysely<object>): Promise<void> {
      // Of the entity that the invite leads into, a bit for each; null for tokens that carry none.
      await db.schema.alterTable('named_tokens').addColumn('carried_privileges', types.bigint).execute()
      // Decimal digits, however many; null: as often as anybody likes.
      await db.schema.alterTable('named_tokens').addColumn('usage_limit', types.text).execute()
      await db.schema
        .alterTable('named_tokens')
        .addColumn('usage_count', types.bigint, (column) => column.notNull().defaultTo(0))
        .execute()
    },
  }
}
