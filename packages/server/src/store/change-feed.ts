import type { FeedChange, FeedReads, FeedWrites } from '../cluster/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { ReadRows } from './sql-store.ts'
import type { Transact, UnitOfWork } from './unit-of-work.ts'

/**
 * The change feed as its readers see it. Each call is one statement and so one snapshot: rows and the floor below
 * which there are none belong together. Asked all the time by every node, so the text is written out.
 */
export function feedReads(read: ReadRows): FeedReads {
  return {
    async head() {
      // Safe: the statement selects exactly these columns, of the one row that the migration made.
      const [row] = (await read(HEAD, [])) as [{ incarnation: string; last_number: number }]
      return { incarnation: row.incarnation, number: row.last_number }
    },

    async changesAfter(number, limit) {
      // Safe: the statement selects exactly these columns, and one row at least; without a change, its columns are null.
      const rows = (await read(CHANGES_AFTER, [number, limit])) as [FeedRow, ...FeedRow[]]
      const { incarnation, last_number, oldest } = rows[0]
      return { incarnation, head: last_number, oldest, changes: rows.flatMap(changeOfRow) }
    },
  }
}

export function feedWrites(transact: Transact): FeedWrites {
  return {
    async trimBelow(number, limit): Promise<number> {
      return (await transact((unit) => trim(unit, number, limit))).result
    },
  }
}

/** @param incarnation one that the feed has never had */
export async function renameFeed(transact: Transact, incarnation: string): Promise<void> {
  await transact(({ db }) => db.updateTable('change_counter').set({ incarnation }).execute())
}

interface FeedRow {
  readonly incarnation: string
  readonly last_number: number
  readonly oldest: number
  readonly number: number | null
  readonly kind: string
  readonly tenant_id: number
  readonly key: string
}

const HEAD = 'select incarnation, last_number from change_counter'

const CHANGES_AFTER = `
  select c.incarnation, c.last_number, f.oldest, r.number, r.kind, r.tenant_id, r.key
  from change_counter c
  join change_floor f on f.id = c.id
  left join (
    select number, kind, tenant_id, key from changes where number > $1 order by number limit $2
  ) r on 1 = 1
  order by r.number`

function changeOfRow({ number, kind, tenant_id, key }: FeedRow): FeedChange[] {
  // Safe as a brand: the column is written from a TenantId.
  return number === null ? [] : [{ number, kind, tenantId: tenant_id as TenantId, key }]
}

/**
 * The floor says where the rows begin. Looking for the smallest one instead would walk, at every read, over all that
 * PostgreSQL still keeps of those removed.
 */
async function trim({ db, hasRowLocks }: UnitOfWork, number: number, limit: number): Promise<number> {
  const floor = await db
    .selectFrom('change_floor')
    .select('oldest')
    // Another node is at it: that is as good.
    .$if(hasRowLocks, (query) => query.forUpdate().skipLocked())
    .executeTakeFirst()
  if (floor === undefined) return 0
  const { last_number } = await db
    .selectFrom('change_counter')
    .select('last_number')
    .executeTakeFirstOrThrow()
  const oldest = Math.min(number, last_number + 1, floor.oldest + limit)
  if (oldest <= floor.oldest) return 0
  await db.updateTable('change_floor').set({ oldest }).execute()
  const { numDeletedRows } = await db
    .deleteFrom('changes')
    .where('number', '>=', floor.oldest)
    .where('number', '<', oldest)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
