import { sql } from 'kysely'
import type { ColumnTypes } from '../migrations/column-types.ts'

export const columnTypes: ColumnTypes = {
  dialect: 'postgres',
  bigint: 'bigint',
  text: sql`text collate "C"`,
  bytes: 'bytea',
  // PostgreSQL has no such tables.
  keptInPrimaryKey: sql``,
}
