import type { Kysely } from 'kysely'
import type { Durability } from '../authority/ports.ts'
import type { Change, NumberedChange } from '../change.ts'
import { writeChanges } from './changes.ts'
import type { Schema } from './schema.ts'

/** One transaction as the adapters of the write ports see it. */
export interface UnitOfWork {
  readonly db: Kysely<Schema>
  /** Whether rows are locked one by one (`for share`, `for update`), or the whole database by its only writer. */
  readonly hasRowLocks: boolean
  /** Writes the change into the feed when the work is done, in the same transaction. */
  recordChange(change: Change): void
}

/** What a work came to, with the changes that stand in the feed because of it. */
export interface Completed<T> {
  readonly result: T
  readonly changes: readonly NumberedChange[]
}

/** Runs a work in one transaction; see `Atomically` for what that promises. Durable at once unless said otherwise. */
export type Transact = <T>(
  work: (unit: UnitOfWork) => Promise<T>,
  durability?: Durability,
) => Promise<Completed<T>>

/**
 * What every transaction consists of between its begin and its commit, on either database.
 * @param beforeNumbers awaited before the first number is taken, by works that have changed something
 */
export async function completeWork<T>(
  db: Kysely<Schema>,
  hasRowLocks: boolean,
  work: (unit: UnitOfWork) => Promise<T>,
  beforeNumbers?: () => Promise<void>,
): Promise<Completed<T>> {
  const changes: Change[] = []
  const result = await work({ db, hasRowLocks, recordChange: (change) => changes.push(change) })
  if (changes.length > 0) await beforeNumbers?.()
  return { result, changes: await writeChanges(db, changes) }
}
