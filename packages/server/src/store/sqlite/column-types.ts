import { sql } from 'kysely'
import type { ColumnTypes } from '../migrations/column-types.ts'

export const columnTypes: ColumnTypes = {
  dialect: 'sqlite',
  bigint: 'integer',
  // SQLite compares text byte by byte unless it is told otherwise.
  text: 'text',
  bytes: 'blob',
  // Otherwise each row is found through its key's index and then stored a second time under a hidden number.
  keptInPrimaryKey: sql`without rowid`,
}
