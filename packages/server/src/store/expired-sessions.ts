import type { Ambient } from '../ambient.ts'
import type { ExpiredSessions } from '../operators/session-ports.ts'
import { audienceCode } from './codes.ts'
import type { Transact, UnitOfWork } from './unit-of-work.ts'

/** The wall clock of another node may be behind this one's. */
const GRACE_MILLIS = 60_000

/** So few that a slice is not much longer than it may be, where every row keeps the process from answering. */
const SQLITE_CHUNK = 32
/** So many that the round trip is not what takes the time. */
const POSTGRES_CHUNK = 250

export function expiredSessions(
  transact: Transact,
  clock: Pick<Ambient, 'monotonicMillis' | 'nowMillis'>,
): ExpiredSessions {
  return {
    async sweep(limit, maxMillis = Number.POSITIVE_INFINITY): Promise<number> {
      const { result } = await transact(async (unit) => {
        const end = clock.monotonicMillis() + maxMillis
        const before = clock.nowMillis() - GRACE_MILLIS
        const chunk = unit.hasRowLocks ? POSTGRES_CHUNK : SQLITE_CHUNK
        let removed = 0
        for (;;) {
          const wanted = Math.min(chunk, limit - removed)
          const rows = await removeExpired(unit, before, wanted)
          removed += rows
          if (rows < wanted || removed >= limit || clock.monotonicMillis() >= end) return removed
        }
      })
      return result
    },
  }
}

/** No change row: what is over is refused without one. */
async function removeExpired(
  { db, hasRowLocks }: UnitOfWork,
  before: number,
  limit: number,
): Promise<number> {
  const expired = await db
    .selectFrom('operator_sessions')
    .select('id')
    .where('expires_ms', '<', before)
    .orderBy('expires_ms')
    .limit(limit)
    .$if(hasRowLocks, (query) => query.forUpdate().skipLocked())
    .execute()
  if (expired.length === 0) return 0
  const ids = expired.map(({ id }) => id)
  await db
    .deleteFrom('named_tokens')
    .where((eb) =>
      eb(
        eb.refTuple('tenant_id', 'audience', 'id'),
        'in',
        eb
          .selectFrom('operator_sessions as s')
          .select((s) => ['s.tenant_id', s.val(audienceCode('sdwan')).as('audience'), 's.id'])
          .where('s.id', 'in', ids)
          .$asTuple('tenant_id', 'audience', 'id'),
      ),
    )
    .execute()
  await db.deleteFrom('operator_sessions').where('id', 'in', ids).execute()
  return ids.length
}
