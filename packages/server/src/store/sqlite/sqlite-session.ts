import type { Database, SQLQueryBindings, Statement } from 'bun:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { withExactNumbers } from '../exact-number.ts'
import type { OnQuery } from '../on-query.ts'
import { sqliteFailure } from './sqlite-failure.ts'

/** How many compiled statements a connection keeps. Above what the store's queries come to; only lists vary in length. */
const MAX_STATEMENTS = 256

/**
 * One connection, in the form that Kysely's own SQLite dialect takes. Every statement goes through here, so this is
 * where integers become numbers and errors become refusals.
 */
export class SqliteSession implements SqliteDatabase {
  readonly #database: Database
  readonly #onQuery: OnQuery | undefined
  readonly #statements = new Map<string, SessionStatement>()
  #failure: Error | undefined

  constructor(database: Database, onQuery: OnQuery | undefined) {
    this.#database = database
    this.#onQuery = onQuery
  }

  /** Whether a transaction is open. SQLite ends one on its own when the disk is full. */
  get isInTransaction(): boolean {
    return this.#database.inTransaction
  }

  prepare(sql: string): SessionStatement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.mapped(() => new SessionStatement(this, sql, this.#database.prepare(sql)))
    if (this.#statements.size >= MAX_STATEMENTS) this.#forgetOldest()
    this.#statements.set(sql, statement)
    return statement
  }

  /** Runs a statement that takes no values and answers none. */
  execute(sql: string): void {
    this.prepare(sql).run([])
  }

  /** Counts the statement and runs it. @throws {Refused} for what {@link sqliteFailure} knows */
  run<T>(sql: string, action: () => T): T {
    this.#onQuery?.(sql)
    return this.mapped(action)
  }

  /** @throws {Refused} for what {@link sqliteFailure} knows; anything else as it came */
  mapped<T>(action: () => T): T {
    try {
      return action()
    } catch (error) {
      const failure = sqliteFailure(error)
      this.#failure ??= failure
      throw failure
    }
  }

  /** The first failure since the last call: a transaction with one must not commit, whoever caught it. */
  takeFailure(): Error | undefined {
    const failure = this.#failure
    this.#failure = undefined
    return failure
  }

  close(): void {
    for (const statement of this.#statements.values()) statement.finalize()
    this.#statements.clear()
    this.#database.close()
  }

  #forgetOldest(): void {
    for (const [sql, statement] of this.#statements) {
      statement.finalize()
      this.#statements.delete(sql)
      return
    }
  }
}

class SessionStatement implements SqliteStatement {
  readonly reader: boolean
  readonly #session: SqliteSession
  readonly #sql: string
  readonly #statement: Statement<Row, SQLQueryBindings[]>

  constructor(session: SqliteSession, sql: string, statement: Statement<Row, SQLQueryBindings[]>) {
    this.reader = statement.reader
    this.#session = session
    this.#sql = sql
    this.#statement = statement
  }

  all(parameters: readonly unknown[]): Row[] {
    const rows = this.#session.run(this.#sql, () => this.#statement.all(...bindings(parameters)))
    return rows.map(withExactNumbers)
  }

  /** The first row, for a statement that has at most one. */
  first(parameters: readonly unknown[]): Row | undefined {
    const row = this.#session.run(this.#sql, () => this.#statement.get(...bindings(parameters)))
    return row === null ? undefined : withExactNumbers(row)
  }

  run(parameters: readonly unknown[]) {
    return this.#session.run(this.#sql, () => this.#statement.run(...bindings(parameters)))
  }

  iterate(): never {
    throw new Error('the store reads whole results')
  }

  finalize(): void {
    this.#statement.finalize()
  }
}

type Row = Record<string, unknown>

function bindings(parameters: readonly unknown[]): SQLQueryBindings[] {
  // Safe: Kysely hands on the values of typed queries; a kind that SQLite cannot bind makes it throw.
  return parameters as SQLQueryBindings[]
}
