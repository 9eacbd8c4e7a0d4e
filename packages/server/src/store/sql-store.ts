import type { Kysely } from 'kysely'
import type { AccountListings, CallerReads } from '../accounts/ports.ts'
import type { GroundListing, OpaqueTokenReads, SealedRootKey, VerificationReads } from '../authority/ports.ts'
import type { ChangeListener } from '../change.ts'
import type { Leases, WakeUps } from '../cluster/ports.ts'
import type { RelationReads } from '../directory/relation-ports.ts'
import type { SessionVerificationReads } from '../operators/session-ports.ts'
import { inspectSchema, type SchemaState } from './migrate.ts'
import { rootKeys } from './root-keys.ts'
import type { Schema } from './schema.ts'
import type { Transact } from './unit-of-work.ts'

/** A database that has been reached and looked at by nobody yet. What both kinds of store have in common. */
export interface SqlDatabase {
  /** Changes nothing. @throws {CannotOpenStore} */
  inspect(): Promise<Inspection>
  /** @param incarnation of the change feed, if this makes it @throws {CannotOpenStore} */
  migrate(incarnation: string): Promise<SqlStore>
  close(): Promise<void>
}

/** What stands in the database before anything is done to it. */
export interface Inspection {
  readonly schema: SchemaState
  /** The key ring, still sealed: a master key that does not open it must stop the start. */
  readonly rootKeys: readonly SealedRootKey[]
}

/** A database in use. */
export interface SqlStore {
  /** Sees what is committed. */
  readonly db: Kysely<Schema>
  readonly transact: Transact
  readonly verification: VerificationReads
  readonly grounds: GroundListing
  readonly relations: RelationReads
  readonly callers: CallerReads
  readonly opaqueTokens: OpaqueTokenReads
  readonly sessionVerification: SessionVerificationReads
  readonly accountListings: AccountListings
  readonly readRows: ReadRows
  readonly untilCommit: UntilCommit
  readonly cluster: SqlCluster | undefined
  /** See `Store`. */
  onCommitted(listener: ChangeListener): void
}

/** Answers one prepared statement whose text is written out, `$1` for the first parameter. */
export type ReadRows = (sql: string, parameters: readonly (string | number)[]) => Promise<object[]>

/**
 * Makes a read give what it gave as long as nothing is committed, where that is known at once: one and the same object.
 * Elsewhere it is the read itself.
 * @param name no other read has it
 */
export type UntilCommit = <Parameters extends readonly (string | number)[], Found>(
  name: string,
  read: (...parameters: Parameters) => Promise<Found>,
) => (...parameters: Parameters) => Promise<Found>

export interface SqlCluster {
  readonly leases: Leases
  readonly wakeUps: WakeUps
}

/** @throws {CannotOpenStore} when a newer version of the program has migrated the database */
export async function inspectDatabase(db: Kysely<Schema>): Promise<Inspection> {
  const schema = await inspectSchema(db)
  return { schema, rootKeys: schema === 'empty' ? [] : await rootKeys(db).list() }
}
