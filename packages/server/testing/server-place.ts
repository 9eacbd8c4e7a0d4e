import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyDatabase } from './postgres.ts'
import type { ServerOptions } from './server-process.ts'

export const DATABASES = ['SQLite', 'PostgreSQL'] as const

/** Where a test's servers keep what they have: nothing is there yet. */
export interface ServerPlace {
  readonly options: ServerOptions
  /** When no server uses it any more. */
  remove(): Promise<void>
}

/** A data folder of the test's own and, for PostgreSQL, a database. */
export async function newPlace(database: (typeof DATABASES)[number] = 'SQLite'): Promise<ServerPlace> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'jeton-test-'))
  const postgres = database === 'PostgreSQL' ? await emptyDatabase() : undefined
  return {
    options: postgres === undefined ? { dataFolder } : { dataFolder, databaseUrl: postgres.url },
    async remove() {
      await rm(dataFolder, { recursive: true, force: true })
      await postgres?.drop()
    },
  }
}
