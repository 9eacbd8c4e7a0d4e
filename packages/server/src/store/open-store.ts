import type { Ambient } from '../ambient.ts'
import type { Atomically, Commit } from '../atomically.ts'
import type { AccountListings, AccountsWrites, CallerReads, OtherRights } from '../accounts/ports.ts'
import type {
  DeadTokens,
  GroundListing,
  OpaqueTokenReads,
  RootKeys,
  RootKeyWrites,
  TokenReads,
  TokenWrites,
  UsageReads,
  UsageWrites,
  VerificationReads,
} from '../authority/ports.ts'
import type { ChangeListener } from '../change.ts'
import type { ClusterStore, FeedReads, FeedWrites } from '../cluster/ports.ts'
import type { TenantReads, TenantWrites, UserReads, UserWrites } from '../directory/ports.ts'
import type {
  DirectoryWrites,
  EntityReads,
  GroupReads,
  ProviderReads,
  RelationReads,
} from '../directory/relation-ports.ts'
import type { ImportWrites } from '../import/onezone/ports.ts'
import type { OperatorsReads, OperatorsWrites } from '../operators/operator-ports.ts'
import type {
  ClientReads,
  ExpiredSessions,
  LoginReads,
  OperatorSessionWrites,
  PasswordHistoryReads,
  SessionReads,
  SessionVerificationReads,
} from '../operators/session-ports.ts'
import { credentialWrites } from './account-credentials.ts'
import { accountGroupWrites } from './account-group-writes.ts'
import { accountUserWrites } from './account-user-writes.ts'
import { accountTokenWrites, accountWrites } from './account-writes.ts'
import { expiredSessions } from './expired-sessions.ts'
import { feedReads, feedWrites, renameFeed } from './change-feed.ts'
import { customPermissionReads, customPermissionWrites } from './custom-permissions.ts'
import { customRoleReads, customRoleWrites } from './custom-roles.ts'
import { entityReads } from './entity-reads.ts'
import { entityWrites } from './entity-writes.ts'
import { groupReads } from './group-reads.ts'
import { importWrites } from './imports.ts'
import type { OnQuery } from './on-query.ts'
import { clientReads, clientWrites } from './operator-clients.ts'
import { loginReads, loginWrites, passwordHistoryReads, passwordHistoryWrites } from './operator-logins.ts'
import { openPostgres, type PostgresLocation } from './postgres/open-postgres.ts'
import { providerReads, providerWrites } from './providers.ts'
import { relationWrites } from './relation-writes.ts'
import { roleBindingWrites } from './role-binding-writes.ts'
import { rootKeys, rootKeyWrites } from './root-keys.ts'
import { otherRights } from './other-rights.ts'
import { operatorReads, operatorWrites } from './operators.ts'
import { sessionReads } from './session-reads.ts'
import { sessionWrites } from './session-writes.ts'
import type { Inspection, SqlDatabase, SqlStore } from './sql-store.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'
import { supportWrites } from './support-writes.ts'
import { deadTokens } from './sweeps.ts'
import { settingsReads, settingsWrites } from './tenant-settings.ts'
import { tenantReads, tenantWrites } from './tenants.ts'
import { tokenReads } from './token-reads.ts'
import { tokenWrites } from './token-writes.ts'
import { usageReads, usageWrites } from './usage.ts'
import { userReads } from './user-reads.ts'
import { userWrites } from './user-writes.ts'

/** Where the store is. */
export type StoreLocation =
  /** Embedded, in that data folder. */
  { readonly kind: 'sqlite'; readonly folder: string } | ({ readonly kind: 'postgres' } & PostgresLocation)

/** A store that is there and has not been changed: for looking before the start is decided. */
export interface OpenedStore {
  /**
   * What is in it. Changes nothing.
   * @throws {CannotOpenStore} when it cannot be reached, or a newer version of the program has migrated it
   */
  inspect(): Promise<Inspection>
  /** Brings the schema up to date and takes the store into use. @throws {CannotOpenStore} */
  migrate(): Promise<Store>
  /** Instead of `migrate`, when the start ends here. */
  close(): Promise<void>
}

/** The ports over SQL. */
export interface Store {
  readonly reads: StoreReads
  readonly atomically: Atomically<StoreWrites>
  /** As `atomically`, and tells where in the feed the work stands. */
  readonly commit: Commit<StoreWrites>
  /**
   * Where this process alone writes (SQLite): the listener applies every change after its commit and before the work
   * that made it is acknowledged, and is flushed when the outcome of a commit is unknown. Elsewhere the feed tells of
   * changes, and this does nothing.
   */
  onCommitted(listener: ChangeListener): void
  readonly feed: FeedReads & FeedWrites
  /** `undefined` where there can be no second node (SQLite). */
  readonly cluster: ClusterStore | undefined
  /**
   * Gives the feed another name, so that every node forgets what it remembers. For after a restore: the numbers that
   * the backup does not hold are given out again.
   */
  newIncarnation(): Promise<void>
  readonly deadTokens: DeadTokens
  readonly expiredSessions: ExpiredSessions
  readonly usage: UsageWrites
  /** Whether it can be read. @throws {Refused} `store_unavailable` */
  ping(): Promise<void>
  /** After the last call has been answered. */
  close(): Promise<void>
}

export interface StoreReads extends OperatorsReads {
  readonly tenants: TenantReads
  readonly users: UserReads
  readonly tokens: TokenReads
  readonly verification: VerificationReads
  readonly grounds: GroundListing
  readonly usage: UsageReads
  readonly rootKeys: RootKeys
  readonly relations: RelationReads
  readonly entities: EntityReads
  readonly groups: GroupReads
  readonly providers: ProviderReads
  readonly opaqueTokens: OpaqueTokenReads
  readonly callers: CallerReads
  readonly otherRights: OtherRights
  readonly sessionVerification: SessionVerificationReads
  readonly sessions: SessionReads
  readonly logins: LoginReads
  readonly passwordHistory: PasswordHistoryReads
  readonly clients: ClientReads
  readonly accountListings: AccountListings
}

export interface StoreWrites extends DirectoryWrites, AccountsWrites, OperatorsWrites, OperatorSessionWrites {
  readonly tenants: TenantWrites
  readonly users: UserWrites
  readonly tokens: TokenWrites
  readonly rootKeys: RootKeyWrites
  readonly imports: ImportWrites
}

/**
 * Opens a store without changing what is in it. For SQLite this takes the data folder's lock.
 * @throws {CannotOpenStore} when the data folder is in use by another process, or cannot be written
 */
export async function openStore(
  location: StoreLocation,
  ambient: StoreAmbient,
  onQuery?: OnQuery,
): Promise<OpenedStore> {
  const database = openDatabase(location, onQuery)
  return {
    inspect: () => database.inspect(),
    async migrate(): Promise<Store> {
      // Also a look: a database that is newer must not be touched by whoever forgot to ask first.
      await database.inspect()
      return storeOver(await database.migrate(newIncarnation(ambient)), database, ambient)
    },
    close: () => database.close(),
  }
}

type StoreAmbient = Pick<Ambient, 'randomBytes' | 'monotonicMillis' | 'nowMillis'>

function newIncarnation(ambient: Pick<Ambient, 'randomBytes'>): string {
  return Buffer.from(ambient.randomBytes(16)).toString('hex')
}

function openDatabase(location: StoreLocation, onQuery: OnQuery | undefined): SqlDatabase {
  switch (location.kind) {
    case 'sqlite':
      return openSqlite(location.folder, onQuery)
    case 'postgres':
      return openPostgres(location, onQuery)
  }
}

function storeOver(sqlStore: SqlStore, database: SqlDatabase, ambient: StoreAmbient): Store {
  const { db, transact } = sqlStore
  const commit: Commit<StoreWrites> = async (work) => {
    const { result, changes } = await transact((unit) =>
      work({
        tenants: tenantWrites(unit),
        users: userWrites(unit),
        tokens: tokenWrites(unit),
        rootKeys: rootKeyWrites(unit),
        imports: importWrites(unit),
        entities: entityWrites(unit),
        relations: relationWrites(unit),
        supports: supportWrites(unit),
        providers: providerWrites(unit),
        accounts: accountWrites(unit),
        accountUsers: accountUserWrites(unit),
        accountGroups: accountGroupWrites(unit),
        roleBindings: roleBindingWrites(unit),
        credentials: credentialWrites(unit),
        accountTokens: accountTokenWrites(unit),
        operators: operatorWrites(unit),
        customRoles: customRoleWrites(unit),
        customPermissions: customPermissionWrites(unit),
        tenantSettings: settingsWrites(unit),
        sessions: sessionWrites(unit),
        logins: loginWrites(unit),
        passwordHistory: passwordHistoryWrites(unit),
        clients: clientWrites(unit),
      }),
    )
    return { result, lastNumber: changes.at(-1)?.number }
  }
  const feed = { ...feedReads(sqlStore.readRows), ...feedWrites(transact) }
  return {
    reads: {
      tenants: tenantReads(db),
      users: userReads(db),
      tokens: tokenReads(db),
      verification: sqlStore.verification,
      grounds: sqlStore.grounds,
      usage: usageReads(db),
      rootKeys: rootKeys(db),
      relations: sqlStore.relations,
      entities: entityReads(db),
      groups: groupReads(db),
      providers: providerReads(db),
      opaqueTokens: sqlStore.opaqueTokens,
      callers: sqlStore.callers,
      otherRights: otherRights(db),
      operators: operatorReads(db, sqlStore.readRows, sqlStore.untilCommit),
      customRoles: customRoleReads(db),
      customPermissions: customPermissionReads(db),
      tenantSettings: settingsReads(sqlStore.readRows, sqlStore.untilCommit),
      sessionVerification: sqlStore.sessionVerification,
      sessions: sessionReads(sqlStore.readRows, sqlStore.untilCommit),
      logins: loginReads(db),
      passwordHistory: passwordHistoryReads(db),
      clients: clientReads(db),
      accountListings: sqlStore.accountListings,
    },
    atomically: async (work) => (await commit(work)).result,
    commit,
    onCommitted: (listener) => sqlStore.onCommitted(listener),
    feed,
    cluster: sqlStore.cluster && { feed, ...sqlStore.cluster },
    newIncarnation: () => renameFeed(transact, newIncarnation(ambient)),
    deadTokens: deadTokens(transact, ambient),
    expiredSessions: expiredSessions(transact, ambient),
    usage: usageWrites(transact),
    async ping(): Promise<void> {
      await db.selectFrom('change_counter').select('id').execute()
    },
    close: () => database.close(),
  }
}
