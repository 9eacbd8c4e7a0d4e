import type { RawBuilder } from 'kysely'

/** What the two databases call by different names. */
export interface ColumnTypes {
  readonly dialect: 'sqlite' | 'postgres'
  /** Integers up to 2^63. SQLite wants the word `integer` for a key that is the row's own number. */
  readonly bigint: 'integer' | 'bigint'
  /** Text that is compared and sorted byte by byte, whatever the database's locale. */
  readonly text: RawBuilder<unknown> | 'text'
  readonly bytes: 'blob' | 'bytea'
  /** What follows the columns of a table whose rows live in its primary key. */
  readonly keptInPrimaryKey: RawBuilder<unknown>
}
