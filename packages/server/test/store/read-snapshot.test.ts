import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { UnixSeconds } from '../../src/ambient.ts'
import { givenLine, givenToken, sampleToken } from './samples.ts'
import { openTestSqlite } from './test-store.ts'

const WRITES = 100
/** So much in each that few do: every one waits for the disk. */
const WRITTEN_CHARS = 400_000
/** The log is written back at 1000 pages; when it is not, these writes leave six times as much. */
const MAX_LOG_BYTES = 8_000_000
/** A page each, at least. */
const COMMITS = 6000
const CREATED_AT = 1_800_000_000 as UnixSeconds

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

test('while verdicts are reached between uses that are written down, each stands on the revocation before it and the log does not grow', async () => {
  const store = await openTestSqlite()
  if (store.location.kind !== 'sqlite') throw new Error('unreachable: openTestSqlite')
  const { tenant, line } = await givenLine(store)
  const { id } = await givenToken(store, line)
  const { verification } = store.reads
  const found = () => verification.findNamed(tenant.id, 'onezone', id)
  const { serial = 0 } = (await found())?.token ?? {}
  for (let commit = 1; commit <= COMMITS; commit += 1) {
    await store.usage.record([{ serial, lastUsedAt: CREATED_AT, uses: 1 }], 'soon')
    const isRevoked = commit >= COMMITS / 2
    if (commit === COMMITS / 2) {
      await store.atomically(({ tokens }) => tokens.setRevoked(tenant.id, 'onezone', id, true))
    }
    if ((await found())?.token.isRevoked !== isRevoked)
      throw new Error(`read ${commit} did not see the revocation`)
  }
  expect((await store.reads.usage.find(tenant.id, 'onezone', id))?.uses).toBe(COMMITS)
  expect(statSync(join(store.location.folder, 'jeton.sqlite-wal')).size).toBeLessThan(MAX_LOG_BYTES)
  await store.close()
})
