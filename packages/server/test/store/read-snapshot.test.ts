import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { givenLine, givenToken } from './samples.ts'
import { openTestSqlite } from './test-store.ts'

const WRITES = 1500
/** SQLite checkpoints at 1000 pages; without checkpoints these writes leave ten times as much. */
const MAX_LOG_BYTES = 8_000_000

test('while reads and commits alternate, each read sees the commit before it and the log does not grow', async () => {
  const store = await openTestSqlite()
  const { tenant, line } = await givenLine(store)
  const { id } = await givenToken(store, line)
  const { verification } = store.reads
  for (let write = 1; write <= WRITES; write += 1) {
    const isRevoked = write % 2 === 1
    await store.atomically(({ tokens }) => tokens.setRevoked(tenant.id, 'onezone', id, isRevoked))
    const found = await verification.findNamed(tenant.id, 'onezone', id)
    if (found?.token.isRevoked !== isRevoked) throw new Error(`read ${write} did not see its commit`)
  }
  if (store.location.kind !== 'sqlite') throw new Error('unreachable: openTestSqlite')
  expect(statSync(join(store.location.folder, 'jeton.sqlite-wal')).size).toBeLessThan(MAX_LOG_BYTES)
  await store.close()
})
