import type { SQL } from 'bun'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Kysely,
  type MigrationLockOptions,
  PostgresAdapter,
  type QueryResult,
  SelectQueryNode,
  sql,
} from 'kysely'
import {
  PostgresJSDialect,
  type PostgresJSDialectConfig,
  PostgresJSDriver,
  type PostgresJSSql,
} from 'kysely-postgres-js'
import { withExactNumbers } from '../exact-number.ts'
import type { OnQuery } from '../on-query.ts'
import { commitFailure, postgresFailure } from './postgres-failure.ts'
import { isUnstorable } from './unstorable-text.ts'

/** `kysely-postgres-js` over `Bun.SQL`, with what this store wants otherwise. */
export class PostgresStoreDialect extends PostgresJSDialect {
  readonly #config: PostgresJSDialectConfig
  readonly #onQuery: OnQuery | undefined

  constructor(pool: SQL, onQuery: OnQuery | undefined) {
    // Safe: Bun's pool is one of the two that the driver is written for, and it tells them apart as it runs. Its types
    // name the other one's.
    const config = { postgres: pool as unknown as PostgresJSSql }
    super(config)
    this.#config = config
    this.#onQuery = onQuery
  }

  override createDriver(): PostgresStoreDriver {
    return new PostgresStoreDriver(this.#config, this.#onQuery)
  }

  override createAdapter(): RowLockingAdapter {
    return new RowLockingAdapter()
  }
}

type Connection = Awaited<ReturnType<PostgresJSDriver['acquireConnection']>>

/** Every statement goes through here, so this is where integers become numbers and errors become refusals. */
class PostgresStoreDriver extends PostgresJSDriver {
  readonly #onQuery: OnQuery | undefined
  /** The first failure in each open transaction. */
  readonly #failures = new WeakMap<DatabaseConnection, Error>()

  constructor(config: PostgresJSDialectConfig, onQuery: OnQuery | undefined) {
    super(config)
    this.#onQuery = onQuery
  }

  override async acquireConnection(): Promise<Connection> {
    const connection = await super.acquireConnection().catch((error: unknown) => {
      throw postgresFailure(error)
    })
    const execute = connection.executeQuery.bind(connection)
    connection.executeQuery = async <Row>(
      query: Parameters<typeof execute>[0],
    ): Promise<QueryResult<Row>> => {
      if (SelectQueryNode.is(query.query) && query.parameters.some(isUnstorable)) return { rows: [] }
      this.#onQuery?.(query.sql)
      try {
        const result = await execute<Row>(query)
        // Safe as objects: a row is its columns by name.
        for (const row of result.rows) withExactNumbers(row as object)
        return result
      } catch (error) {
        const failure = postgresFailure(error)
        if (!this.#failures.has(connection)) this.#failures.set(connection, failure)
        throw failure
      }
    }
    return connection
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    // The server answers the commit of a failed transaction with a rollback and no error. Whoever caught the
    // failure of a statement must not be told that its work was done.
    const failure = this.#failures.get(connection)
    if (failure !== undefined) throw failure
    await super.commitTransaction(connection).catch((failure: unknown) => {
      throw commitFailure(failure)
    })
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // Where this fails the connection is lost and the server has rolled back; the first failure is the one to tell.
    // Kysely's own would ask the connection for a method that only its own connections have.
    await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => {})
  }
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
