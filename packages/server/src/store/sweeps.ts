import type { DeadTokens } from '../authority/ports.ts'
import type { SweepRow } from './schema.ts'
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

export function deadTokens(transact: Transact): DeadTokens {
  return {
    async sweep(limit): Promise<number> {
      for (;;) {
        const { result: removed } = await transact((unit) => sweepFirst(unit, limit))
        // A sweep that had no rows left says nothing about the next one.
        if (removed === undefined) return 0
        if (removed > 0) return removed
      }
    },
  }
}

/** @returns rows removed for the first sweep that is due, `undefined` when none is */
async function sweepFirst(unit: UnitOfWork, limit: number): Promise<number | undefined> {
  const sweep = await unit.db
    .selectFrom('sweeps')
    .selectAll()
    .orderBy('tenant_id')
    .orderBy('audience')
    .orderBy('subject_kind')
    .orderBy('subject_id')
    .limit(1)
    .executeTakeFirst()
  if (sweep === undefined) return undefined
  const removed = await removeBelowEpoch(unit, sweep, limit)
  if (removed < limit) await finishSweep(unit, sweep)
  return removed
}

async function removeBelowEpoch(
  unit: UnitOfWork,
  { below_epoch, ...line }: SweepRow,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await unit.db
    .deleteFrom('named_tokens')
    .where('tenant_id', '=', line.tenant_id)
    .where('audience', '=', line.audience)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('named_tokens')
        .select('id')
        .where(isOfLine(line))
        .where('epoch', '<', below_epoch)
        .limit(limit),
    )
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** Only as it was read: an epoch that was raised meanwhile has left more to do. */
async function finishSweep(unit: UnitOfWork, { below_epoch, ...line }: SweepRow): Promise<void> {
  await unit.db.deleteFrom('sweeps').where(isOfLine(line)).where('below_epoch', '=', below_epoch).execute()
}
