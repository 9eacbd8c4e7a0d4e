import {
  CompiledQuery,
  type Dialect,
  type Driver,
  type Kysely,
  type MigrationLockOptions,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type TransactionSettings,
  sql,
} from 'kysely'
import { type ConnectionTerms, PostgresConnection } from './postgres-connection.ts'
import { commitFailure } from './postgres-failure.ts'

/** Kysely over `Bun.SQL`. The pool is closed by whoever has opened it. */
export function postgresDialect(terms: ConnectionTerms): Dialect {
  return {
    createDriver: () => new PostgresDriver(terms),
    createAdapter: () => new RowLockingAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  }
}

class PostgresDriver implements Driver {
  readonly #terms: ConnectionTerms

  constructor(terms: ConnectionTerms) {
    this.#terms = terms
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<PostgresConnection> {
    return PostgresConnection.reserve(this.#terms)
  }

  async beginTransaction(connection: PostgresConnection, settings: TransactionSettings): Promise<void> {
    const { isolationLevel } = settings
    connection.failure = undefined
    connection.isInTransaction = true
    const level = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`
    await connection.executeQuery(CompiledQuery.raw(`begin${level}`))
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    // The server answers the commit of a failed transaction with a rollback and no error. Whoever caught the
    // failure of a statement must not be told that its work was done.
    if (connection.failure !== undefined) throw connection.failure
    try {
      await connection.executeQuery(CompiledQuery.raw('commit'))
    } catch (failure) {
      throw commitFailure(failure)
    }
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    // Where this fails the connection is lost and the server has rolled back; the first failure is the one to tell.
    await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => {})
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    await connection.release()
  }

  async destroy(): Promise<void> {}
}

class RowLockingAdapter extends PostgresAdapter {
  // Kysely takes an advisory lock, which not every database that speaks this protocol has. The lock row is there anyway.
  override async acquireMigrationLock(db: Kysely<unknown>, options: MigrationLockOptions): Promise<void> {
    await sql`select id from ${sql.table(options.lockTable)} where id = ${options.lockRowId} for update`.execute(
      db,
    )
  }

  /** Released with the transaction that the migrations run in. */
  override async releaseMigrationLock(): Promise<void> {}
}
