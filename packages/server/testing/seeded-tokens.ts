import { SQLiteError } from 'bun:sqlite'
import { constants, existsSync, rmSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readMasterKeyFile } from '../src/master-key.ts'
import { CannotOpenStore } from '../src/store/cannot-open-store.ts'
import { type DataFolderLock, lockDataFolder } from '../src/store/sqlite/data-folder-lock.ts'
import { fillStore, readSeeds } from './fill-store.ts'
import type { SeedPlan, Seeds } from './seeds.ts'
import { startServer } from './server-process.ts'

/** A data folder with many named tokens, for whoever has asked for it alone. */
export interface SeededTokens extends Seeds {
  readonly folder: string
  /** When no server uses it any more. Otherwise it goes with the process, or with the next one that asks. */
  remove(): Promise<void>
}

const MOST_USERS = 1000
const MARKER = 'seeded.json'
const WAIT_MILLIS = 500
const PROGRESS_STEP = 50_000

/**
 * Tokens as a large installation has them, in SQLite: made by a server's own first start, then filled through the store.
 * That is kept between runs, under a name that tells what it was made with, so a change of the schema or of these files
 * makes another one. Nobody serves it: everyone gets a copy, so two runs at once are not in each other's way, and what
 * one of them writes is not the next one's.
 *
 * @param plan absent parts: a thousand users at most, of the default tenant
 */
export async function seededTokens(
  plan: { readonly tokens: number } & Partial<SeedPlan>,
  onProgress: (message: string) => void = () => undefined,
): Promise<SeededTokens> {
  const whole = { users: Math.min(MOST_USERS, plan.tokens), tenants: 1, ...plan }
  const root = join(tmpdir(), `jeton-seeded-${await fingerprint()}`)
  const name = `${whole.tokens}-tokens-${whole.users}-users-${whole.tenants}-tenants`
  const original = join(root, name)
  await mkdir(root, { recursive: true, mode: 0o700 })
  if (!existsSync(join(original, MARKER))) await makeOnce(original, whole, onProgress)
  const folder = await copyOf(original, join(root, 'copies'), name)
  const seeds = await readSeeds({ kind: 'sqlite', folder }, masterKeyOf(folder), whole)
  return { ...seeds, folder, remove: () => rm(folder, REMOVAL) }
}

/** What another process makes is waited for. */
async function makeOnce(
  original: string,
  plan: SeedPlan,
  onProgress: (message: string) => void,
): Promise<void> {
  const lock = await lockOf(original, () =>
    onProgress(`another process makes the ${plan.tokens} tokens in ${original}: waiting for it`),
  )
  try {
    if (!existsSync(join(original, MARKER))) await make(original, plan, onProgress)
  } finally {
    lock.release()
  }
}

async function make(folder: string, plan: SeedPlan, onProgress: (message: string) => void): Promise<void> {
  // What a run left that was ended halfway.
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { mode: 0o700 })
  await (await startServer({ dataFolder: folder })).stop()
  await fillStore({ kind: 'sqlite', folder }, masterKeyOf(folder), plan, (done) => {
    if (done % PROGRESS_STEP === 0) onProgress(`seeding: ${done} of ${plan.tokens} tokens`)
  })
  await writeFile(join(folder, MARKER), JSON.stringify(plan))
}

async function lockOf(folder: string, onWait: () => void): Promise<DataFolderLock> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // The operating system drops it with its process, however that ends.
      return lockDataFolder(`${folder}.lock`)
    } catch (error) {
      if (!isTaken(error)) throw error
      if (attempt === 1) onWait()
      await Bun.sleep(WAIT_MILLIS)
    }
  }
}

function isTaken(error: unknown): boolean {
  const cause = error instanceof CannotOpenStore ? error.cause : undefined
  return cause instanceof SQLiteError && cause.code === 'SQLITE_BUSY'
}

async function copyOf(original: string, copies: string, name: string): Promise<string> {
  await removeAbandoned(copies)
  const copy = join(copies, String(process.pid), `${name}-${Bun.nanoseconds()}`)
  process.once('exit', () => rmSync(join(copies, String(process.pid)), REMOVAL))
  // Some file systems share the pages until they are written to.
  await cp(original, copy, { recursive: true, mode: constants.COPYFILE_FICLONE })
  return copy
}

/** A server that was killed a moment ago may still be about to write. */
const REMOVAL = { recursive: true, force: true, maxRetries: 5 } as const

/** A process that was killed could not remove its own. */
async function removeAbandoned(copies: string): Promise<void> {
  await mkdir(copies, { recursive: true })
  for (const pid of await readdir(copies)) {
    if (!isRunning(Number(pid))) await rm(join(copies, pid), REMOVAL)
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function masterKeyOf(folder: string): Uint8Array {
  const masterKey = readMasterKeyFile(join(folder, 'master.key'))
  if (masterKey === undefined) throw new Error(`${folder} was not made by a server`)
  return masterKey
}

async function fingerprint(): Promise<string> {
  const migrations = join(import.meta.dir, '../src/store/migrations')
  const files = [
    ...['seeds.ts', 'fill-store.ts'].map((name) => join(import.meta.dir, name)),
    ...(await readdir(migrations)).toSorted().map((name) => join(migrations, name)),
  ]
  const hasher = new Bun.CryptoHasher('sha256')
  for (const file of files) hasher.update(await readFile(file))
  return hasher.digest('hex').slice(0, 12)
}
