import type { Ambient } from '../ambient.ts'
import type { DeadTokens } from '../authority/ports.ts'
import { removeDeadCredentials } from './account-credentials.ts'
import type { SweepRow } from './schema.ts'
import { removeDeadSessions } from './session-writes.ts'
import { isOfLine, lineColumnNames } from './token-lines.ts'
import type { Transact, UnitOfWork } from './unit-of-work.ts'

/** Leaves the rows of the line's epochs below `below_epoch` to the sweeper. */
export async function scheduleSweep(unit: UnitOfWork, sweep: SweepRow): Promise<void> {
  await unit.db
    .insertInto('sweeps')
    .values(sweep)
    .onConflict((conflict) =>
      conflict.columns(lineColumnNames).doUpdateSet({ below_epoch: sweep.below_epoch }),
    )
    .execute()
}

export function deadTokens(transact: Transact, clock: Pick<Ambient, 'monotonicMillis'>): DeadTokens {
  return {
    async sweep(limit, maxMillis = Number.POSITIVE_INFINITY): Promise<number> {
      const slice = (unit: UnitOfWork): Promise<number> => {
        const end = clock.monotonicMillis() + maxMillis
        return sweepSlice(unit, limit, () => clock.monotonicMillis() >= end)
      }
      // Rows that a power cut brings back are as dead as before, and so is what says that they are to go.
      const { result } = await transact(slice, 'soon')
      return result
    },
  }
}

/** So few that a slice is not much longer than it may be, where every row keeps the process from answering. */
const SQLITE_CHUNK = 32
/** So many that the round trip is not what takes the time. */
const POSTGRES_CHUNK = 250

/** @returns rows removed, of as many lines as it takes */
async function sweepSlice(unit: UnitOfWork, limit: number, isOver: () => boolean): Promise<number> {
  const chunk = unit.hasRowLocks ? POSTGRES_CHUNK : SQLITE_CHUNK
  let removed = 0
  do {
    const sweep = await firstSweep(unit)
    if (sweep === undefined) break
    const wanted = Math.min(chunk, limit - removed)
    const rows = await removeBelowEpoch(unit, sweep, wanted)
    removed += rows
    // What is left is being removed by another node.
    if (rows < wanted && !(await finishSweep(unit, sweep))) break
  } while (removed < limit && (removed === 0 || !isOver()))
  return removed
}

function firstSweep(unit: UnitOfWork): Promise<SweepRow | undefined> {
  return unit.db
    .selectFrom('sweeps')
    .selectAll()
    .orderBy('tenant_id')
    .orderBy('audience')
    .orderBy('subject_kind')
    .orderBy('subject_id')
    .limit(1)
    .executeTakeFirst()
}

async function removeBelowEpoch(
  unit: UnitOfWork,
  { below_epoch, ...line }: SweepRow,
  limit: number,
): Promise<number> {
  const credentials = await removeDeadCredentials(unit, line, below_epoch, limit)
  const sessions = await removeDeadSessions(unit, line, below_epoch, limit - credentials)
  const sides = credentials + sessions
  if (sides === limit) return sides
  return sides + (await removeDeadTokens(unit, { below_epoch, ...line }, limit - sides))
}

async function removeDeadTokens(
  unit: UnitOfWork,
  { below_epoch, ...line }: SweepRow,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await unit.db
    // Chosen once and kept: PostgreSQL would be free to choose again for every row that it looks at.
    .with(
      (cte) => cte('doomed').materialized(),
      (db) =>
        db
          .selectFrom('named_tokens')
          .select('serial')
          .where(isOfLine(line))
          .where('epoch', '<', below_epoch)
          .limit(limit)
          // Several nodes sweep the same line beside each other.
          .$if(unit.hasRowLocks, (query) => query.forUpdate().skipLocked()),
    )
    .deleteFrom('named_tokens')
    .where('serial', 'in', (eb) => eb.selectFrom('doomed').select('serial'))
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/**
 * Only as it was read, for an epoch that was raised meanwhile has left more to do; and only when no row is left, nor
 * one that another node may yet fail to remove.
 */
async function finishSweep(unit: UnitOfWork, { below_epoch, ...line }: SweepRow): Promise<boolean> {
  const { numDeletedRows } = await unit.db
    .deleteFrom('sweeps')
    .where(isOfLine(line))
    .where('below_epoch', '=', below_epoch)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb.selectFrom('named_tokens').select('id').where(isOfLine(line)).where('epoch', '<', below_epoch),
        ),
      ),
    )
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
