import type { ReservedSQL, SQL } from 'bun'
import { type CompiledQuery, type DatabaseConnection, type QueryResult, SelectQueryNode } from 'kysely'
import { withExactNumbers } from '../exact-number.ts'
import type { OnQuery } from '../on-query.ts'
import { answerWithin } from './deadlines.ts'
import { despiteLoss } from './despite-loss.ts'
import { isConnectionLost, postgresFailure } from './postgres-failure.ts'
import { isUnstorable } from './unstorable-text.ts'

export interface ConnectionTerms {
  readonly pool: SQL
  readonly onQuery: OnQuery | undefined
  /** Milliseconds, for a statement in a transaction, for any other one, and for a connection. */
  readonly deadlines: {
    readonly transaction: number
    readonly statement: number
    readonly connection: number
  }
}

/**
 * One connection for as long as it is held. Every statement goes through here, so this is where integers become
 * numbers, errors become refusals, and silence becomes an error.
 */
export class PostgresConnection implements DatabaseConnection {
  readonly #terms: ConnectionTerms
  #reserved: ReservedSQL
  isInTransaction = false
  /** The first one since the transaction began. */
  failure: Error | undefined

  private constructor(terms: ConnectionTerms, reserved: ReservedSQL) {
    this.#terms = terms
    this.#reserved = reserved
  }

  /** @throws {Refused} `store_unavailable` */
  static async reserve(terms: ConnectionTerms): Promise<PostgresConnection> {
    return new PostgresConnection(terms, await reserve(terms))
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const isSelect = SelectQueryNode.is(query.query)
    if (isSelect && query.parameters.some(isUnstorable)) return { rows: [] }
    this.#terms.onQuery?.(query.sql)
    const isRepeatable = isSelect && !this.isInTransaction
    try {
      return await (isRepeatable ? despiteLoss(() => this.#sendAnywhere<Row>(query)) : this.#send<Row>(query))
    } catch (error) {
      const failure = postgresFailure(error)
      this.failure ??= failure
      throw failure
    }
  }

  streamQuery(): never {
    throw new Error('the store reads whole results')
  }

  release(): Promise<void> {
    return this.#reserved.release()
  }

  async #send<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { transaction, statement } = this.#terms.deadlines
    const reserved = this.#reserved
    const rows = await answerWithin(
      this.isInTransaction ? transaction : statement,
      reserved.unsafe<object[]>(query.sql, [...query.parameters]),
      () => void reserved.close(),
    )
    // Safe as rows: Kysely knows what it has asked for.
    return { rows: rows.map(withExactNumbers) as Row[], numAffectedRows: BigInt(rows.affectedRows) }
  }

  /** As {@link #send}; where it fails, the next attempt has another connection. */
  async #sendAnywhere<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      return await this.#send<Row>(query)
    } catch (error) {
      if (isConnectionLost(error)) {
        await this.#reserved.release()
        this.#reserved = await reserve(this.#terms)
      }
      throw error
    }
  }
}

async function reserve({ pool, deadlines }: ConnectionTerms): Promise<ReservedSQL> {
  const giveUp = new AbortController()
  try {
    return await answerWithin(deadlines.connection, pool.reserve({ signal: giveUp.signal }), () =>
      giveUp.abort(),
    )
  } catch (error) {
    throw postgresFailure(error)
  }
}
