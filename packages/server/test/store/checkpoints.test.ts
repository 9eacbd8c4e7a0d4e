import type { Database } from 'bun:sqlite'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateSchema } from '../../src/store/migrate.ts'
import { Checkpoints } from '../../src/store/sqlite/checkpoints.ts'
import { columnTypes } from '../../src/store/sqlite/column-types.ts'
import { CommitQueue } from '../../src/store/sqlite/commit-queue.ts'
import { kyselyOver } from '../../src/store/sqlite/sqlite-dialect.ts'
import { databaseFile, openWriter } from '../../src/store/sqlite/sqlite-files.ts'
import { SqliteSession } from '../../src/store/sqlite/sqlite-session.ts'
import { tenantWrites } from '../../src/store/tenants.ts'
import { sampleTenant } from './samples.ts'

let folder: string
let database: Database
let session: SqliteSession

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jeton-checkpoints-'))
  database = openWriter(folder)
  session = new SqliteSession(database, undefined)
  await migrateSchema(kyselyOver(session), columnTypes, 'incarnation')
  database.run('PRAGMA wal_checkpoint(TRUNCATE)')
})

afterEach(async () => {
  session.close()
  await rm(folder, { recursive: true, force: true })
})

test('a long log is written back between its commit and the acknowledgement, and not by the commit', async () => {
  const checkpoints = new Checkpoints(databaseFile(folder), database)
  const atCommit: LogPages[] = []
  const write = writing(() => {
    atCommit.push(logPages())
    return checkpoints.afterCommit()
  })
  await write(100)
  expect(logPages().checkpointed).toBe(0)
  await write(1000)
  const [short, long] = atCommit
  expect(short?.log).toBeLessThan(1000)
  expect(long?.log).toBeGreaterThan(1000)
  expect(long?.checkpointed).toBe(0)
  expect(logPages()).toEqual({ log: long?.log ?? 0, checkpointed: long?.log ?? 0 })
  await write(1)
  expect(logPages().log).toBeLessThan(100)
  await checkpoints.close()
})

test('the thread is gone with the store, and so is the log', async () => {
  const checkpoints = new Checkpoints(databaseFile(folder), database)
  await writing(() => checkpoints.afterCommit())(1000)
  await checkpoints.close()
  session.close()
  expect(existsSync(`${databaseFile(folder)}-wal`)).toBe(false)
})

test('when its thread is lost, commits go on and the log is still bounded', async () => {
  const checkpoints = new Checkpoints(join(folder, 'nowhere', 'jeton.sqlite'), database)
  const write = writing(() => checkpoints.afterCommit())
  for (let count = 0; count < 8; count += 1) await write(1000)
  expect(logPages().log).toBeLessThan(6000)
  await checkpoints.close()
})

/** @returns a commit that makes the log about so many pages longer */
function writing(after: () => Promise<void> | undefined): (pages: number) => Promise<unknown> {
  const queue = new CommitQueue(session, kyselyOver(session), { after })
  return (pages) =>
    queue.transact((unit) => tenantWrites(unit).insert(sampleTenant({ name: 'x'.repeat(pages * 4096) })))
}

interface LogPages {
  readonly log: number
  readonly checkpointed: number
}

function logPages(): LogPages {
  const { log, checkpointed } = database
    .query<Record<keyof LogPages, bigint>, []>('PRAGMA wal_checkpoint(NOOP)')
    .get() ?? { log: 0n, checkpointed: 0n }
  return { log: Number(log), checkpointed: Number(checkpointed) }
}
