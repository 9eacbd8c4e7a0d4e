import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { givenLine, givenToken, sampleToken } from './samples.ts'
import { openTestSqlite } from './test-store.ts'

const WRITES = 100
/** So much in each that few do: every one waits for the disk. */
const WRITTEN_CHARS = 400_000
/** The log is written back at 1000 pages; when it is not, these writes leave six times as much. */
const MAX_LOG_BYTES = 8_000_000

test('while reads and commits alternate, each read sees the commit before it and the log does not grow', async () => {
  const store = await openTestSqlite()
  const { tenant, line } = await givenLine(store)
  const { id } = await givenToken(store, line)
  const { verification } = store.reads
  for (let write = 1; write <= WRITES; write += 1) {
    const isRevoked = write % 2 === 1
    const filling = sampleToken(line, { customMetadata: { filling: 'x'.repeat(WRITTEN_CHARS) } })
    await store.atomically(async ({ tokens }) => {
      await tokens.setRevoked(tenant.id, 'onezone', id, isRevoked)
      await tokens.insert(filling)
    })
    const found = await verification.findNamed(tenant.id, 'onezone', id)
    if (found?.token.isRevoked !== isRevoked) throw new Error(`read ${write} did not see its commit`)
  }
  if (store.location.kind !== 'sqlite') throw new Error('unreachable: openTestSqlite')
  expect(statSync(join(store.location.folder, 'jeton.sqlite-wal')).size).toBeLessThan(MAX_LOG_BYTES)
  await store.close()
})
