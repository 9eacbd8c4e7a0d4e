import type { Ambient } from './ambient.ts'
import { type KeyRing, newSealedRootKey, openKeyRing, WrongMasterKey } from './authority/key-ring.ts'
import { Refused } from './failure.ts'
import { hmacSha256 } from './hmac.ts'
import { createMasterKeyFile, MasterKeyProblem, readMasterKeyFile } from './master-key.ts'
import { CannotOpenStore } from './store/cannot-open-store.ts'
import type { SchemaState } from './store/migrate.ts'
import { type OpenedStore, openStore, type Store, type StoreLocation } from './store/open-store.ts'
import { hasDatabase } from './store/sqlite/sqlite-files.ts'

/** Where an installation keeps what it lives on. */
export interface InstallationPlace {
  readonly store: StoreLocation
  readonly masterKeyFile: string
  /** From the environment, instead of the file. */
  readonly masterKey: Uint8Array | undefined
}

export interface Installation {
  readonly store: Store
  readonly keyRing: KeyRing
}

const FIRST_KID = 1

/** What opening may do to what it finds. */
export type Opening =
  /** A start: begins an installation where there is none, and brings an older one up to date. */
  | 'starts'
  /** Only what a start of this version has made, and left as it is. */
  | 'uses'

/**
 * Opens what is there, or begins a new installation. Everything that can stop a start is looked at before anything is
 * written: a newer database, a master key that is missing or another one.
 *
 * @param onUpgrade before an older version's database is brought up to date, which may take minutes
 * @throws {CannotOpenStore} @throws {MasterKeyProblem}
 */
export async function openInstallation(
  place: InstallationPlace,
  ambient: Ambient,
  opening: Opening = 'starts',
  onUpgrade: () => void = () => undefined,
): Promise<Installation> {
  if (opening === 'uses') refuseEmptyFolder(place.store)
  const opened = await openStore(place.store, ambient)
  try {
    const { schema, rootKeys } = await opened.inspect()
    if (opening === 'uses' && schema !== 'current') throw notStarted(schema)
    const isNew = rootKeys.length === 0
    const masterKey = findMasterKey(place, isNew, ambient)
    if (!isNew) openRing(masterKey, rootKeys, place, ambient)
    if (schema === 'behind') onUpgrade()
    return await migrate(opened, masterKey, place, ambient)
  } catch (problem) {
    await opened.close()
    throw problem
  }
}

/** Before the folder is made for the lock in it. @throws {CannotOpenStore} */
function refuseEmptyFolder(store: StoreLocation): void {
  if (store.kind === 'sqlite' && !hasDatabase(store.folder)) throw notStarted('empty')
}

function notStarted(schema: SchemaState): CannotOpenStore {
  const found =
    schema === 'empty' ? 'There is no installation there' : 'An older version made the installation there'
  return new CannotOpenStore(`${found}: start the server of this version once. Nothing was changed.`)
}

async function migrate(
  opened: OpenedStore,
  masterKey: Uint8Array,
  place: InstallationPlace,
  ambient: Ambient,
): Promise<Installation> {
  const store = await opened.migrate()
  if ((await store.reads.rootKeys.list()).length === 0) await insertFirstRootKey(store, masterKey, ambient)
  // Read again: another node on the same database may have been the first one.
  const keyRing = openRing(masterKey, await store.reads.rootKeys.list(), place, ambient)
  return { store, keyRing }
}

async function insertFirstRootKey(store: Store, masterKey: Uint8Array, ambient: Ambient): Promise<void> {
  const first = newSealedRootKey(masterKey, FIRST_KID, ambient)
  try {
    await store.atomically(({ rootKeys }) => rootKeys.insert(first))
  } catch (error) {
    if (!(error instanceof Refused) || error.failure.kind !== 'id_taken') throw error
  }
}

function findMasterKey(place: InstallationPlace, isNew: boolean, ambient: Ambient): Uint8Array {
  const known = place.masterKey ?? readMasterKeyFile(place.masterKeyFile)
  if (known !== undefined) return known
  if (isNew) return createMasterKeyFile(place.masterKeyFile, ambient)
  throw new MasterKeyProblem(
    `The master key is missing: there is no ${place.masterKeyFile}, and the database holds a key ring that only ` +
      'its own master key opens. Put the file back, name its place with --master-key-file, or set ' +
      'JETON_MASTER_KEY. Nothing was changed.',
  )
}

function openRing(
  masterKey: Uint8Array,
  rootKeys: Parameters<typeof openKeyRing>[1],
  place: InstallationPlace,
  ambient: Ambient,
): KeyRing {
  try {
    return openKeyRing(masterKey, rootKeys, ambient, hmacSha256)
  } catch (cause) {
    if (!(cause instanceof WrongMasterKey)) throw cause
    const source = place.masterKey === undefined ? place.masterKeyFile : 'JETON_MASTER_KEY'
    throw new MasterKeyProblem(
      `The master key in ${source} is not the one of this database: it does not open the key ring. ` +
        'Use the master key that the installation was made with. Nothing was changed.',
      { cause },
    )
  }
}
