import { describe } from 'bun:test'
import { Database } from 'bun:sqlite'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmptyPlace, openingContract } from './opening-contract.ts'
import { storeContract } from './store-contract.ts'
import { openTestSqlite } from './test-store.ts'

describe('the store on SQLite', () => {
  storeContract(openTestSqlite)
  openingContract(makeEmptyFolder)
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
      // The lock's file is empty and may be there; the others are the database and its log.
      const names = (await readdir(folder)).filter((name) => name !== 'jeton.lock').toSorted()
      return Promise.all(names.map(async (name) => [name, Bun.hash(await readFile(join(folder, name)))]))
    },
    cleanUp: () => rm(folder, { recursive: true, force: true }),
  }
}
