import { Database, SQLiteError } from 'bun:sqlite'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CannotOpenStore } from '../cannot-open-store.ts'

export interface DataFolderLock {
  release(): void
}

/**
 * Takes the data folder for this process alone; makes the folder when it is missing.
 *
 * The lock is that of a database file of its own, held by an open exclusive transaction: the operating system drops it
 * with the process, however that ends, so no stale lock is ever left to be removed by hand.
 * @throws {CannotOpenStore} when another process holds the folder, or it cannot be written
 */
export function lockDataFolder(folder: string): DataFolderLock {
  let database: Database | undefined
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    database = new Database(join(folder, 'jeton.lock'), { create: true })
    // Nothing is ever written, so no journal file is needed beside it.
    database.run('PRAGMA journal_mode = MEMORY')
    database.run('BEGIN EXCLUSIVE')
  } catch (error) {
    database?.close()
    throw new CannotOpenStore(reason(folder, error), { cause: error })
  }
  const held = database
  return { release: () => held.close() }
}

function reason(folder: string, error: unknown): string {
  if (error instanceof SQLiteError && error.code === 'SQLITE_BUSY') {
    return (
      `The data folder ${folder} is in use by another jeton process. One process serves one data folder: stop the ` +
      'other one, talk to it over HTTP, or give this one a folder of its own (--data). For several nodes use PostgreSQL (--database-url).'
    )
  }
  const detail = error instanceof Error ? error.message : String(error)
  return `The data folder ${folder} cannot be used: ${detail}. It has to be a folder that this user may write to.`
}
