import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemAmbient } from '../../src/ambient-system.ts'
import { openStore, type StoreLocation } from '../../src/store/open-store.ts'
import { type EmptyPlace, openingContract } from './opening-contract.ts'
import { storeContract } from './store-contract.ts'
import { givenDeadTokens } from './sweeping-contract.ts'
import { openTestSqlite } from './test-store.ts'

describe('the store on SQLite', () => {
  storeContract(openTestSqlite)
  openingContract(makeEmptyFolder)

  test('a look at what a killed process has left sees all that was committed, and leaves its log alone', async () => {
    const store = await openTestSqlite()
    const rootKey = { kid: 1, isActive: true, sealed: new Uint8Array(60) }
    await store.atomically(({ rootKeys }) => rootKeys.insert(rootKey))
    const place = await makeEmptyFolder()
    // What a kill leaves is what stands there at any moment.
    for (const file of ['jeton.sqlite', 'jeton.sqlite-wal', 'jeton.sqlite-shm']) {
      await copyFile(join(folderOf(store), file), join(folderOf(place), file))
    }
    const before = await durableFiles(folderOf(place))
    const opened = await openStore(place.location, systemAmbient)
    expect(await opened.inspect()).toEqual({ schema: 'current', rootKeys: [rootKey] })
    expect(await durableFiles(folderOf(place))).toEqual(before)
    const recovered = await opened.migrate()
    expect(await recovered.reads.rootKeys.list()).toEqual([rootKey])
    await recovered.close()
    await place.cleanUp()
    await store.close()
  })

  test('dead rows are removed without waiting for the disk', async () => {
    const store = await openTestSqlite()
    await givenDeadTokens(store, 100)
    const statements = await store.statementsOf(async () => {
      while ((await store.deadTokens.sweep(1000)) > 0);
    })
    const syncing = statements.filter((statement) => statement.startsWith('PRAGMA synchronous'))
    expect(new Set(syncing)).toEqual(new Set(['PRAGMA synchronous = NORMAL']))
    await store.close()
  })
})

async function makeEmptyFolder(): Promise<EmptyPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-store-'))
  return {
    location: { kind: 'sqlite', folder },
    async execute(sql): Promise<void> {
      const database = new Database(join(folder, 'jeton.sqlite'))
      database.run(sql)
      database.close()
    },
    async contents(): Promise<unknown> {
      // The lock's file is empty and may be there; it is not read, for closing it would drop the lock.
      const names = (await readdir(folder)).filter((name) => name !== 'jeton.lock').toSorted()
      return Promise.all(names.map((name) => fingerprint(folder, name)))
    },
    cleanUp: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The database and its log; the index to the log beside them is memory that happens to be a file. */
function durableFiles(folder: string): Promise<unknown> {
  return Promise.all(['jeton.sqlite', 'jeton.sqlite-wal'].map((name) => fingerprint(folder, name)))
}

async function fingerprint(folder: string, name: string): Promise<unknown> {
  return [name, Bun.hash(await readFile(join(folder, name)))]
}

function folderOf({ location }: { readonly location: StoreLocation }): string {
  if (location.kind !== 'sqlite') throw new Error('not in a folder')
  return location.folder
}
