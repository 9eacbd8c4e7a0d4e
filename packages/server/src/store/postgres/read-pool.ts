import type { SQL } from 'bun'
import { withExactNumbers } from '../exact-number.ts'
import type { OnQuery } from '../on-query.ts'
import { answerWithin } from './deadlines.ts'
import { despiteLoss } from './despite-loss.ts'
import { postgresFailure } from './postgres-failure.ts'

/** Connections that carry many single reads at once. Nothing but reads, so one that failed may be sent again. */
export class ReadPool {
  readonly #connect: () => SQL
  readonly #deadlineMillis: number
  readonly #onQuery: OnQuery | undefined
  #pool: SQL

  constructor(connect: () => SQL, deadlineMillis: number, onQuery: OnQuery | undefined) {
    this.#connect = connect
    this.#deadlineMillis = deadlineMillis
    this.#onQuery = onQuery
    this.#pool = connect()
  }

  /** @throws {Refused} `store_unavailable` */
  async read(text: string, parameters: readonly (string | number)[]): Promise<object[]> {
    this.#onQuery?.(text)
    try {
      const rows = await despiteLoss(() => this.#send(text, parameters))
      return rows.map(withExactNumbers)
    } catch (error) {
      throw postgresFailure(error)
    }
  }

  close(options: { readonly timeout: number }): Promise<void> {
    return this.#pool.close(options)
  }

  #send(text: string, parameters: readonly (string | number)[]): Promise<object[]> {
    const pool = this.#pool
    const rows = pool.unsafe<object[]>(text, [...parameters])
    return answerWithin(this.#deadlineMillis, rows, () => this.#replace(pool))
  }

  /**
   * Which of its connections has gone silent the pool does not tell, and the others will have too. The reads that
   * waited for them are sent again on new ones.
   */
  #replace(silent: SQL): void {
    if (silent !== this.#pool) return
    this.#pool = this.#connect()
    void silent.close({ timeout: 0 })
  }
}
