import type { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { TenantId } from '../../src/directory/tenant.ts'
import { migrateSchema } from '../../src/store/migrate.ts'
import { columnTypes } from '../../src/store/sqlite/column-types.ts'
import { CommitQueue } from '../../src/store/sqlite/commit-queue.ts'
import { kyselyOver } from '../../src/store/sqlite/sqlite-dialect.ts'
import { openWriter } from '../../src/store/sqlite/sqlite-files.ts'
import { sqliteFailure } from '../../src/store/sqlite/sqlite-failure.ts'
import { SqliteSession } from '../../src/store/sqlite/sqlite-session.ts'
import { tenantWrites } from '../../src/store/tenants.ts'
import type { UnitOfWork } from '../../src/store/unit-of-work.ts'
import { refusalOf, sampleTenant } from './samples.ts'

let folder: string
let database: Database
let queue: CommitQueue
let statements: string[]
/** A fault of the disk, which cannot be had to order. */
let commitFault: Error | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jeton-queue-'))
  database = openWriter(folder)
  statements = []
  commitFault = undefined
  const session = new SqliteSession(database, (text) => {
    statements.push(text)
    if (text === 'COMMIT' && commitFault !== undefined) throw sqliteFailure(commitFault)
  })
  const db = kyselyOver(session)
  await migrateSchema(db, columnTypes, 'incarnation')
  queue = new CommitQueue(session, db)
  statements.length = 0
})

afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true, force: true })
})

describe('writes that wait together', () => {
  test('share a commit, and are all there when it is acknowledged', async () => {
    await Promise.all(Array.from({ length: 50 }, () => queue.transact(insertTenant())))
    expect(statements.filter((text) => text === 'COMMIT').length).toBe(1)
    expect(countTenants()).toBe(50)
  })

  test('share none between what is to be durable at once and what is not', async () => {
    const durabilities = ['at_once', 'soon', 'soon', 'at_once'] as const
    await Promise.all(durabilities.map((durability) => queue.transact(insertTenant(), durability)))
    const pragmas = statements.filter((text) => text.startsWith('PRAGMA') || text === 'COMMIT')
    const [synced, unsynced] = ['PRAGMA synchronous = FULL', 'PRAGMA synchronous = NORMAL']
    expect(pragmas).toEqual([synced, 'COMMIT', unsynced, 'COMMIT', synced, 'COMMIT'])
    expect(countTenants()).toBe(4)
  })

  test('come in the order in which they were asked for', async () => {
    const order: number[] = []
    const works = Array.from({ length: 200 }, (_, index) => queue.transact(async () => order.push(index)))
    await Promise.all(works)
    expect(order).toEqual(Array.from({ length: 200 }, (_, index) => index))
  })

  const culprits: [string, (unit: UnitOfWork) => Promise<unknown>][] = [
    ['a work that takes the whole transaction with it', (unit) => sql`rollback`.execute(unit.db)],
    ['a work that cannot be committed', violateAtCommit],
  ]
  test.each(culprits)('%s is the only one that fails', async (_title, ruin) => {
    const works = Array.from({ length: 9 }, (_, index) =>
      queue.transact(async (unit) => {
        await insertTenant()(unit)
        if (index === 4) {
          await ruin(unit)
          if (!database.inTransaction) throw new Error('rolled back')
        }
      }),
    )
    const outcomes = await Promise.allSettled(works)
    const failed = outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))
    expect(failed).toEqual([4])
    expect(countTenants()).toBe(8)
  })
})

describe('a listener', () => {
  const told: string[] = []
  beforeEach(() => {
    told.length = 0
    queue.onCommitted({
      apply: ({ number, key }) => told.push(`${number} ${key}${database.inTransaction ? ' too soon' : ''}`),
      flush: () => told.push('flush'),
    })
  })

  test('is told of all changes of a commit, in order, before any of its works is acknowledged', async () => {
    const works = ['a', 'b', 'c'].map(async (key) => {
      const { result, changes } = await queue.transact(revoke(key))
      return [result, changes.length, told.length]
    })
    expect(await Promise.all(works)).toEqual(['a', 'b', 'c'].map((key) => [key, 1, 3]))
    expect(told).toEqual(['1 a', '2 b', '3 c'])
  })

  test('is told nothing of a work that was undone', async () => {
    const failing = queue.transact(async (unit) => {
      await revoke('undone')(unit)
      throw new Error('thought better of it')
    })
    await Promise.allSettled([failing, queue.transact(revoke('done'))])
    expect(told).toEqual(['1 done'])
  })

  test('is flushed when nobody knows whether the commit stands', async () => {
    // By its name is how the class knows its own.
    commitFault = Object.assign(new Error('fault'), { name: 'SQLiteError', code: 'SQLITE_IOERR_FSYNC' })
    expect(await refusalOf(queue.transact(revoke('lost')))).toBe('outcome_unknown')
    expect(told).toEqual(['flush'])
  })
})

describe('a full disk', () => {
  test('refuses what does not fit as store_full, keeps the rest, and is usable again when there is room', async () => {
    await queue.transact(insertTenant())
    allowPages(2)
    expect(await refusalOf(queue.transact(insertTenant('x'.repeat(1_000_000))))).toBe('store_full')
    expect(countTenants()).toBe(1)
    await queue.transact(insertTenant())
    allowPages(10_000)
    await queue.transact(insertTenant('x'.repeat(1_000_000)))
    expect(countTenants()).toBe(3)
  })

  test('refuses one work of many without the others noticing', async () => {
    allowPages(20)
    const sizes = [10, 10, 1_000_000, 10, 10]
    const outcomes = await Promise.all(
      sizes.map((size) => refusalOf(queue.transact(insertTenant('x'.repeat(size))))),
    )
    expect(outcomes).toEqual([undefined, undefined, 'store_full', undefined, undefined])
    expect(countTenants()).toBe(4)
  })
})

test('a database that somebody else is writing to is refused as store_unavailable, and then usable', async () => {
  const backup = openWriter(folder)
  backup.run('BEGIN IMMEDIATE')
  expect(await refusalOf(queue.transact(insertTenant()))).toBe('store_unavailable')
  backup.run('ROLLBACK')
  backup.close()
  await queue.transact(insertTenant())
  expect(countTenants()).toBe(1)
})

test('integers come as numbers, and above 2^53 as the exact bigint', () => {
  const session = new SqliteSession(database, undefined)
  const statement = session.prepare('select 9007199254740991 as most, 9007199254740993 as more, -5 as less')
  expect(statement.all([])).toEqual([{ most: 9007199254740991, more: 9007199254740993n, less: -5 }])
})

function insertTenant(name = 'sample') {
  return (unit: UnitOfWork): Promise<void> => tenantWrites(unit).insert(sampleTenant({ name }))
}

function revoke(key: string) {
  return async (unit: UnitOfWork): Promise<string> => {
    unit.recordChange({ kind: 'token', tenantId: 1 as TenantId, key })
    return key
  }
}

/** A foreign key that is looked at only when the transaction is committed. */
async function violateAtCommit({ db }: UnitOfWork): Promise<void> {
  await sql`pragma defer_foreign_keys = on`.execute(db)
  await db.insertInto('user_privileges').values({ user_id: 1, privilege: 'none' }).execute()
}

function countTenants(): number {
  return Number(database.query<{ count: bigint }, []>('select count(*) as count from tenants').get()?.count)
}

/** Lets the database grow by that many pages and no more. */
function allowPages(count: number): void {
  const row = database.query<{ page_count: bigint }, []>('pragma page_count').get()
  database.run(`pragma max_page_count = ${Number(row?.page_count) + count}`)
}
