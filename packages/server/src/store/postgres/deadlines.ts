/**
 * For how long an answer is waited for, in milliseconds. A connection that goes silent ends in nothing else: no packet
 * says that none will come.
 */
export interface PostgresDeadlines {
  /** A hot read, or one of the feed: their callers answer requests, or keep a lease. */
  readonly read: number
  /** A statement about a lease; half the shortest time that one lasts by default. */
  readonly lease: number
  /**
   * A statement of a transaction: more than a silent node's transaction can keep its rows locked
   * ({@link IDLE_IN_TRANSACTION_MILLIS}).
   */
  readonly transaction: number
  /** Any other statement, however long its answer: more than the server lets it run ({@link STATEMENT_MILLIS}). */
  readonly statement: number
  /** A connection from the pool. */
  readonly connection: number
}

export const defaultDeadlines: PostgresDeadlines = {
  read: 1500,
  lease: 1000,
  transaction: 4000,
  statement: 11_000,
  connection: 3000,
}

/** How long the server lets one statement run. */
export const STATEMENT_MILLIS = 10_000
/** How long the server lets a transaction lie idle: a node that hangs with locks must not hold up the others for longer than a lease. */
export const IDLE_IN_TRANSACTION_MILLIS = 2000

/** The database has not answered in time. Whether it has done what it was told, nobody knows. */
export class Overdue extends Error {
  override readonly name = 'Overdue'
}

/**
 * The answer, unless it takes too long.
 * @param giveUp ends what the answer would have come on, so that nobody else waits for it
 * @throws {Overdue}
 */
export async function answerWithin<T>(
  millis: number,
  answer: PromiseLike<T>,
  giveUp: () => void,
): Promise<T> {
  const { promise: overdue, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new Overdue(`no answer within ${millis} ms`))
    giveUp()
  }, millis)
  try {
    return await Promise.race([answer, overdue])
  } finally {
    clearTimeout(timer)
  }
}
