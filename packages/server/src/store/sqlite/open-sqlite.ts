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
import { groundListing, type PointRead, verificationReads } from '../verification-reads.ts'
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
  const snapshots: ReadSnapshot[] = []
  let checkpoints: Checkpoints | undefined
  const session = (database: ConstructorParameters<typeof SqliteSession>[0]) => {
    const opened = new SqliteSession(database, onQuery)
    sessions.push(opened)
    return opened
  }
  const reader = () => {
    const database = openReader(folder)
    const snapshot = new ReadSnapshot(database)
    snapshots.push(snapshot)
    const opened = session(database)
    const point: PointRead = (sql, parameters) => {
      snapshot.hold()
      return opened.prepare(sql).first(parameters)
    }
    const rows: ReadRows = async (sql, parameters) => {
      snapshot.hold()
      return opened.prepare(sql).all(parameters)
    }
    return { snapshot, session: opened, point, rows }
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
      // Connections of their own for reading: they wait for no transaction and see nothing that is not committed. One is
      // for verdicts: they stand on nothing that is committed without a sync, and whoever begins to see another state
      // of the database reads its pages anew.
      const [all, verdicts] = [reader(), reader()]
      const remembered = new RememberedReads()
      const log = new Checkpoints(databaseFile(folder), writerDatabase, () => verdicts.snapshot.letGo())
      checkpoints = log
      const queue = new CommitQueue(writer, writerDb, {
        before(durability) {
          all.snapshot.letGo()
          if (durability === 'at_once') verdicts.snapshot.letGo()
          remembered.forget()
        },
        after: () => log.afterCommit(),
      })
      return {
        db: kyselyOver(all.session),
        transact: queue.transact,
        readRows: all.rows,
        untilCommit: remembered.untilCommit,
        cluster: undefined,
        onCommitted: (listener) => queue.onCommitted(listener),
        verification: verificationReads(verdicts.point, '?'),
        grounds: groundListing(verdicts.rows),
        relations: relationReads(all.point, '?'),
        callers: callerReads(all.point, '?'),
        opaqueTokens: opaqueTokenReads(all.point, '?'),
        sessionVerification: sessionVerificationReads(all.point, '?'),
        accountListings: remembered.over(accountListings(all.rows, inQueryOfItsOwn)),
      }
    },

    async close(): Promise<void> {
      await checkpoints?.close()
      for (const each of snapshots) each.close()
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
