import { SQL } from 'bun'
import { Kysely, sql } from 'kysely'
import { CannotOpenStore } from '../cannot-open-store.ts'
import { migrateSchema } from '../migrate.ts'
import { leases } from '../leases.ts'
import type { OnQuery } from '../on-query.ts'
import type { Schema } from '../schema.ts'
import { accountListings } from '../account-listings.ts'
import { callerReads } from '../caller-reads.ts'
import { opaqueTokenReads } from '../opaque-token-reads.ts'
import { relationReads } from '../relation-reads.ts'
import { sessionVerificationReads } from '../session-verification-reads.ts'
import {
  inspectDatabase,
  type Inspection,
  type ReadRows,
  type SqlDatabase,
  type SqlStore,
} from '../sql-store.ts'
import { type PointRead, groundListing, verificationReads } from '../verification-reads.ts'
import { columnTypes } from './column-types.ts'
import {
  defaultDeadlines,
  IDLE_IN_TRANSACTION_MILLIS,
  type PostgresDeadlines,
  STATEMENT_MILLIS,
} from './deadlines.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { postgresTransact } from './postgres-transact.ts'
import { ReadPool } from './read-pool.ts'
import { isUnstorable } from './unstorable-text.ts'
import { PostgresWakeUps } from './wake-ups.ts'

/** Connections for transactions and ordinary reads, where nothing else is configured. */
const DEFAULT_CONNECTIONS = 10
/** Connections that only the hot reads use, so that no queue of transactions holds them up. Each takes many at once. */
const READ_CONNECTIONS = 4
/** Connections that only the leases use: a node must not lose its own to a queue of transactions. */
const CLUSTER_CONNECTIONS = 2
const CONNECTION_TIMEOUT_SECONDS = 2
/** What has not been answered by then at the end is given up. */
const CLOSE_TIMEOUT_SECONDS = 5
/** A migration takes as long as it takes. The longest that a timer can be set for. */
const UNLIMITED = { transaction: 2 ** 31 - 1, statement: 2 ** 31 - 1 }
/** Nodes that start at once can be in each other's way while the very first tables are made. */
const MIGRATION_ATTEMPTS = 5
const MIGRATION_PAUSE_MILLIS = 200

export interface PostgresLocation {
  readonly url: string
  /** For transactions and ordinary reads; the hot reads and the leases have a few of their own. */
  readonly maxConnections?: number
  /** {@link defaultDeadlines}, unless a test wants them shorter. */
  readonly deadlines?: Partial<PostgresDeadlines>
}

/** A PostgreSQL, or a database that speaks its protocol and SQL. Nothing is sent before the first call. */
export function openPostgres(location: PostgresLocation, onQuery: OnQuery | undefined): SqlDatabase {
  const { url, maxConnections = DEFAULT_CONNECTIONS } = location
  const deadlines = { ...defaultDeadlines, ...location.deadlines }
  const kyselyOver = (pool: SQL, given: Partial<PostgresDeadlines> = {}) =>
    new Kysely<Schema>({
      dialect: postgresDialect({ pool, onQuery, deadlines: { ...deadlines, ...given } }),
    })
  const pool = connect(url, maxConnections)
  const clusterPool = connect(url, CLUSTER_CONNECTIONS)
  const quickPool = connect(url, 1, { synchronous_commit: 'off' })
  const readPool = new ReadPool(() => connect(url, READ_CONNECTIONS), deadlines.read, onQuery)
  const db = kyselyOver(pool)
  const clusterDb = kyselyOver(clusterPool, { statement: deadlines.lease, connection: deadlines.lease })
  const quickDb = kyselyOver(quickPool, { statement: deadlines.lease, connection: deadlines.lease })
  const wakeUps = new PostgresWakeUps(quickPool, quickDb)
  const point = pointRead(readPool)
  const rows: ReadRows = (text, parameters) => readPool.read(text, parameters)

  return {
    inspect: (): Promise<Inspection> => inspectDatabase(db).catch(refuseStart),

    async migrate(incarnation): Promise<SqlStore> {
      await migrateTogether(kyselyOver(pool, UNLIMITED), incarnation).catch(refuseStart)
      return {
        db,
        transact: postgresTransact(db),
        verification: verificationReads(point, '$'),
        grounds: groundListing(rows),
        relations: relationReads(point, '$'),
        callers: callerReads(point, '$'),
        opaqueTokens: opaqueTokenReads(point, '$'),
        sessionVerification: sessionVerificationReads(point, '$'),
        accountListings: accountListings(rows, (number) => `$${number}`),
        readRows: rows,
        untilCommit: (_, read) => read,
        cluster: { leases: leases(clusterDb, quickDb), wakeUps },
        onCommitted: () => undefined,
      }
    },

    async close(): Promise<void> {
      wakeUps.close()
      const pools = [pool, clusterPool, quickPool, readPool]
      await Promise.all(pools.map((each) => each.close({ timeout: CLOSE_TIMEOUT_SECONDS })))
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
      statement_timeout: STATEMENT_MILLIS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MILLIS,
      ...parameters,
    },
  })
}

function pointRead(pool: ReadPool): PointRead {
  return async (text, parameters) => {
    if (parameters.some(isUnstorable)) return undefined
    return (await pool.read(text, parameters))[0]
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
