import { SQL } from 'bun'
import { Kysely, sql } from 'kysely'
import { CannotOpenStore } from '../cannot-open-store.ts'
import { withExactNumbers } from '../exact-number.ts'
import { migrateSchema } from '../migrate.ts'
import { leases } from '../leases.ts'
import type { OnQuery } from '../on-query.ts'
import type { Schema } from '../schema.ts'
import {
  inspectDatabase,
  type Inspection,
  type ReadRows,
  type SqlDatabase,
  type SqlStore,
} from '../sql-store.ts'
import { type PointRead, verificationReads } from '../verification-reads.ts'
import { columnTypes } from './column-types.ts'
import { PostgresStoreDialect } from './postgres-dialect.ts'
import { postgresFailure } from './postgres-failure.ts'
import { postgresTransact } from './postgres-transact.ts'
import { isUnstorable } from './unstorable-text.ts'
import { PostgresWakeUps } from './wake-ups.ts'

/** Connections for transactions and ordinary reads, where nothing else is configured. */
const DEFAULT_CONNECTIONS = 10
/** Connections that only the hot reads use, so that no queue of transactions holds them up. Each takes many at once. */
const VERIFICATION_CONNECTIONS = 4
/** Connections that only the leases use: a node must not lose its own to a queue of transactions. */
const CLUSTER_CONNECTIONS = 2
const CONNECTION_TIMEOUT_SECONDS = 5
/** How long the server lets one statement run, and a transaction lie idle: a node that hangs must not keep row locks. */
const SERVER_TIMEOUT_MILLIS = 10_000
/** Nodes that start at once can be in each other's way while the very first tables are made. */
const MIGRATION_ATTEMPTS = 5
const MIGRATION_PAUSE_MILLIS = 200

export interface PostgresLocation {
  readonly url: string
  readonly maxConnections?: number
}

/** A PostgreSQL, or a database that speaks its protocol and SQL. Nothing is sent before the first call. */
export function openPostgres(location: PostgresLocation, onQuery: OnQuery | undefined): SqlDatabase {
  const pool = connect(location.url, location.maxConnections ?? DEFAULT_CONNECTIONS)
  const verificationPool = connect(location.url, VERIFICATION_CONNECTIONS)
  const clusterPool = connect(location.url, CLUSTER_CONNECTIONS)
  const quickPool = connect(location.url, 1, { synchronous_commit: 'off' })
  const kyselyOver = (over: SQL) => new Kysely<Schema>({ dialect: new PostgresStoreDialect(over, onQuery) })
  const [db, clusterDb, quickDb] = [kyselyOver(pool), kyselyOver(clusterPool), kyselyOver(quickPool)]
  const wakeUps = new PostgresWakeUps(quickPool)

  return {
    inspect: (): Promise<Inspection> => inspectDatabase(db).catch(refuseStart),

    async migrate(incarnation): Promise<SqlStore> {
      await migrateTogether(db, incarnation).catch(refuseStart)
      const readHot = readRows(verificationPool, onQuery)
      return {
        db,
        transact: postgresTransact(db),
        verification: verificationReads(pointRead(readHot), '$'),
        readRows: readHot,
        cluster: { leases: leases(clusterDb, quickDb), wakeUps },
        onCommitted: () => undefined,
      }
    },

    async close(): Promise<void> {
      wakeUps.close()
      await Promise.all([db.destroy(), clusterDb.destroy(), quickDb.destroy()])
      await Promise.all([pool, verificationPool, clusterPool, quickPool].map((each) => each.close()))
    },
  }
}

function connect(url: string, max: number, parameters: Readonly<Record<string, string>> = {}): SQL {
  return new SQL(url, {
    adapter: 'postgres',
    // Otherwise 64-bit integers come as text.
    bigint: true,
    max,
    connectionTimeout: CONNECTION_TIMEOUT_SECONDS,
    connection: {
      application_name: 'jeton',
      statement_timeout: SERVER_TIMEOUT_MILLIS,
      idle_in_transaction_session_timeout: SERVER_TIMEOUT_MILLIS,
      ...parameters,
    },
  })
}

function pointRead(read: ReadRows): PointRead {
  return async (text, parameters) => {
    if (parameters.some(isUnstorable)) return undefined
    return (await read(text, parameters))[0]
  }
}

function readRows(pool: SQL, onQuery: OnQuery | undefined): ReadRows {
  return async (text, parameters) => {
    onQuery?.(text)
    try {
      const rows = await pool.unsafe<object[]>(text, [...parameters])
      return rows.map(withExactNumbers)
    } catch (error) {
      throw postgresFailure(error)
    }
  }
}

/** All migrations in one transaction, which also holds the lock row against another node's. */
async function migrateTogether(db: Kysely<Schema>, incarnation: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(async (transaction) => {
        await sql`set local statement_timeout = 0`.execute(transaction)
        await migrateSchema(transaction, columnTypes, incarnation)
      })
    } catch (error) {
      if (attempt === MIGRATION_ATTEMPTS) throw error
      await Bun.sleep(MIGRATION_PAUSE_MILLIS)
    }
  }
}

/** @throws {CannotOpenStore} always */
function refuseStart(error: unknown): never {
  if (error instanceof CannotOpenStore) throw error
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const detail = cause instanceof Error ? cause.message : String(cause)
  throw new CannotOpenStore(
    `The PostgreSQL database cannot be used: ${detail}. Check --database-url, and that the server is up.`,
    { cause: error },
  )
}
