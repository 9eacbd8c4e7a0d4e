import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemAmbient } from '../src/ambient-system.ts'
import { openInstallation } from '../src/open-installation.ts'
import { migrateSchema } from '../src/store/migrate.ts'
import { columnTypes } from '../src/store/sqlite/column-types.ts'
import { kyselyOver } from '../src/store/sqlite/sqlite-dialect.ts'
import { openWriter } from '../src/store/sqlite/sqlite-files.ts'
import { SqliteSession } from '../src/store/sqlite/sqlite-session.ts'

const folders: string[] = []

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-installation-'))
  folders.push(folder)
  return folder
}

/** How often one start says that it brings an older database up to date. */
async function upgradesOf(folder: string): Promise<number> {
  const store = { kind: 'sqlite', folder } as const
  const place = { store, masterKeyFile: join(folder, 'master.key'), masterKey: undefined }
  let upgrades = 0
  const opened = await openInstallation(place, systemAmbient, 'starts', () => {
    upgrades += 1
  })
  await opened.store.close()
  return upgrades
}

describe('a start', () => {
  test('says that it brings an older version’s database up to date, and the next one has nothing to say', async () => {
    const folder = await newFolder()
    const db = kyselyOver(new SqliteSession(openWriter(folder), undefined))
    await migrateSchema(db, columnTypes, 'incarnation', '0002-cluster')
    await db.destroy()
    expect(await upgradesOf(folder)).toBe(1)
    expect(await upgradesOf(folder)).toBe(0)
  })

  test('says nothing of a new database', async () => {
    expect(await upgradesOf(await newFolder())).toBe(0)
  })
})
