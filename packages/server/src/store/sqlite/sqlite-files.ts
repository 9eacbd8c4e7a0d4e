import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Megabytes of the database that each connection may keep in memory: of ten million tokens, what leads to their rows. */
const CACHE_MEGABYTES = 16
/**
 * How much of the database is read where the system keeps it, instead of by a call and a copy for each page. All that
 * SQLite allows; pages beyond it are read by calls.
 */
const MAX_MAPPED_BYTES = 0x7fff0000
/** Bytes of write-ahead log that stay on the disk after a checkpoint. */
const MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024
/** The data folder is this process's alone; only a backup tool can be in the way, and not for long. */
const BUSY_TIMEOUT_MILLIS = 1_000

export function databaseFile(folder: string): string {
  return join(folder, 'jeton.sqlite')
}

export function hasDatabase(folder: string): boolean {
  return existsSync(databaseFile(folder))
}

/** The connection that writes, made durable: an acknowledged commit survives a power cut. */
export function openWriter(folder: string): Database {
  const database = new Database(databaseFile(folder), { create: true, safeIntegers: true, strict: true })
  database.run('PRAGMA journal_mode = WAL')
  database.run('PRAGMA synchronous = FULL')
  database.run('PRAGMA foreign_keys = ON')
  database.run(`PRAGMA journal_size_limit = ${MAX_IDLE_LOG_BYTES}`)
  limit(database)
  return database
}

/** A connection that sees what is committed and can write nothing. */
export function openReader(folder: string): Database {
  const database = new Database(databaseFile(folder), { readwrite: true, safeIntegers: true, strict: true })
  database.run('PRAGMA query_only = ON')
  limit(database)
  return database
}

/** A connection that leaves the files as they are, for a look before the start is decided. */
export function openForInspection(folder: string): Database {
  // The last connection that may write folds a log into the database as it closes. Where a killed process has left a
  // log it must not; where there is none, only such a one takes the empty log away that looking has made.
  const hasLog = existsSync(`${databaseFile(folder)}-wal`)
  const options = { readonly: hasLog, readwrite: !hasLog, safeIntegers: true, strict: true }
  const database = new Database(databaseFile(folder), options)
  database.run('PRAGMA query_only = ON')
  return database
}

function limit(database: Database): void {
  database.run(`PRAGMA mmap_size = ${MAX_MAPPED_BYTES}`)
  database.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MILLIS}`)
  database.run(`PRAGMA cache_size = -${CACHE_MEGABYTES * 1024}`)
}
