import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely'
import type { Schema } from '../schema.ts'
import type { SqliteSession } from './sqlite-session.ts'

/** Kysely on one connection. It closes the session when it is destroyed. */
export function kyselyOver(session: SqliteSession): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new TransactionalDialect({ database: session }) })
}

class TransactionalDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter()
  }
}

class TransactionalAdapter extends SqliteAdapter {
  // SQLite can roll back DDL. Kysely says it cannot, and would leave a migration half done when the process is killed.
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
