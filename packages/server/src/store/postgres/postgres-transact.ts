import { type Kysely, sql } from 'kysely'
import { Refused } from '../../failure.ts'
import type { Schema } from '../schema.ts'
import { type Completed, completeWork, type Transact, type UnitOfWork } from '../unit-of-work.ts'
import { CounterTurns } from './counter-turn.ts'
import { despiteLoss } from './despite-loss.ts'
import { isConflict } from './postgres-failure.ts'

/** How often a work is run before the conflict is the caller's answer. */
const MAX_ATTEMPTS = 6
/** Before the second attempt; twice as long before each one after that. */
const FIRST_PAUSE_MILLIS = 2

/** Runs each work in a transaction of its own; row locks and the constraints decide between those that meet. */
export function postgresTransact(db: Kysely<Schema>): Transact {
  const turns = new CounterTurns()
  return (work, durability) =>
    despiteLoss(() => runDespiteConflicts(db, turns, durability === 'soon' ? unhurried(work) : work))
}

async function runDespiteConflicts<T>(
  db: Kysely<Schema>,
  turns: CounterTurns,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<Completed<T>> {
  for (let attempt = 1; ; attempt++) {
    const turn = turns.next()
    try {
      return await db
        .transaction()
        // Said outright, for the database may be set to another: the row locks are placed for this one.
        .setIsolationLevel('read committed')
        .execute((transaction) => completeWork(transaction, true, work, () => turn.begin()))
    } catch (failure) {
      if (!isConflict(failure)) throw failure
      if (attempt === MAX_ATTEMPTS) throw new Refused({ kind: 'store_unavailable' }, failure)
    } finally {
      turn.end()
    }
    await Bun.sleep(FIRST_PAUSE_MILLIS * 2 ** (attempt - 1))
  }
}

/** The commit is answered before it is on the disk. */
function unhurried<T>(work: (unit: UnitOfWork) => Promise<T>): (unit: UnitOfWork) => Promise<T> {
  return async (unit) => {
    await sql`set local synchronous_commit = off`.execute(unit.db)
    return work(unit)
  }
}
