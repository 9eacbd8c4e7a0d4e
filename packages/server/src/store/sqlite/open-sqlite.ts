import { existsSync } from 'node:fs'
import { migrateSchema } from '../migrate.ts'
import { columnTypes } from './column-types.ts'
import type { OnQuery } from '../on-query.ts'
import {
  inspectDatabase,
  type Inspection,
  type ReadRows,
  type SqlDatabase,
  type SqlStore,
} from '../sql-store.ts'
import { accountListings } from '../account-listings.ts'
import { callerReads } from '../caller-reads.ts'
import { opaqueTokenReads } from '../opaque-token-reads.ts'
import { relationReads } from '../relation-reads.ts'
import { sessionVerificationReads } from '../session-verification-reads.ts'
import { type PointRead, verificationReads } from '../verification-reads.ts'
import { Checkpoints } from './checkpoints.ts'
import { CommitQueue } from './commit-queue.ts'
import { lockDataFolder } from './data-folder-lock.ts'
import { kyselyOver } from './sqlite-dialect.ts'
import { ReadSnapshot } from './read-snapshot.ts'
import { RememberedReads } from './remembered-reads.ts'
import { databaseFile, openForInspection, openReader, openWriter } from './sqlite-files.ts'
import { SqliteSession } from './sqlite-session.ts'

/**
 * The embedded store. Takes the data folder's lock, and makes the folder for it, but leaves the database as it is.
 * @throws {CannotOpenStore}
 */
export function openSqlite(folder: string, onQuery: OnQuery | undefined): SqlDatabase {
  const lock = lockDataFolder(folder)
  const sessions: SqliteSession[] = []
  let snapshot: ReadSnapshot | undefined
  let checkpoints: Checkpoints | undefined
  const session = (database: ConstructorParameters<typeof SqliteSession>[0]) => {
    const opened = new SqliteSession(database, onQuery)
    sessions.push(opened)
    return opened
  }

  return {
    async inspect(): Promise<Inspection> {
      if (!existsSync(databaseFile(folder))) return { schema: 'empty', rootKeys: [] }
      const db = kyselyOver(new SqliteSession(openForInspection(folder), onQuery))
      try {
        return await inspectDatabase(db)
      } finally {
        await db.destroy()
      }
    },

    async migrate(incarnation): Promise<SqlStore> {
      const writerDatabase = openWriter(folder)
      const writer = session(writerDatabase)
      const writerDb = kyselyOver(writer)
      await migrateSchema(writerDb, columnTypes, incarnation)
      // One connection of its own for reading: it waits for no transaction and sees nothing that is not committed.
      const readerDatabase = openReader(folder)
      const held = new ReadSnapshot(readerDatabase)
      snapshot = held
      const reader = session(readerDatabase)
      const point: PointRead = (sql, parameters) => {
        held.hold()
        return reader.prepare(sql).first(parameters)
      }
      const rows: ReadRows = async (sql, parameters) => {
        held.hold()
        return reader.prepare(sql).all(parameters)
      }
      const remembered = new RememberedReads()
      const log = new Checkpoints(databaseFile(folder), writerDatabase)
      checkpoints = log
      const queue = new CommitQueue(writer, writerDb, {
        before() {
          held.letGo()
          remembered.forget()
        },
        after: () => log.afterCommit(),
      })
      return {
        db: kyselyOver(reader),
        transact: queue.transact,
        readRows: rows,
        untilCommit: remembered.untilCommit,
        cluster: undefined,
        onCommitted: (listener) => queue.onCommitted(listener),
        verification: verificationReads(point, '?'),
        relations: relationReads(point, '?'),
        callers: callerReads(point, '?'),
        opaqueTokens: opaqueTokenReads(point, '?'),
        sessionVerification: sessionVerificationReads(point, '?'),
        accountListings: remembered.over(accountListings(rows, inQueryOfItsOwn)),
      }
    },

    async close(): Promise<void> {
      await checkpoints?.close()
      snapshot?.close()
      for (const each of sessions) each.close()
      lock.release()
    },
  }
}

/**
 * Where a bare parameter stands beside an order or in a limit, SQLite prepares the statement anew at every call, which
 * takes several times what a page of ten does.
 */
function inQueryOfItsOwn(number: number): string {
  return `(select ?${number})`
}
