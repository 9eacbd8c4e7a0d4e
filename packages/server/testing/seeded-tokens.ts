import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { UnixSeconds } from '../src/ambient.ts'
import { systemAmbient } from '../src/ambient-system.ts'
import { type KeyRing, openKeyRing } from '../src/authority/key-ring.ts'
import type { NamedToken, TokenId } from '../src/authority/named-token.ts'
import { textOfNamedToken } from '../src/authority/token-text.ts'
import type { Tenant } from '../src/directory/tenant.ts'
import type { User, UserId } from '../src/directory/user.ts'
import { hmacSha256 } from '../src/hmac.ts'
import { readMasterKeyFile } from '../src/master-key.ts'
import { openStore, type Store } from '../src/store/open-store.ts'
import { startServer } from './server-process.ts'

/** A data folder with many named tokens of three caveats each, and the means to write down the text of any of them. */
export interface SeededTokens {
  readonly folder: string
  readonly count: number
  /** @param index of the token, from 0 */
  textOf(index: number): string
}

/** The address that the tokens' IP caveat lets through. */
export const SEEDED_PEER_IP = '10.1.2.3'

const MOST_USERS = 1000
const TOKENS_PER_TRANSACTION = 5000
const YEAR_2100 = 4_102_444_800
const CREATED_AT = 1_800_000_000 as UnixSeconds
const MARKER = 'seeded.json'

/**
 * Tokens as a large installation has them, in a SQLite data folder that is kept between runs: made by a server's own
 * first start, then filled through the store. What the folder was made with is in its name, so a change of the schema
 * or of this file makes a new one.
 */
export async function seededTokens(
  count: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<SeededTokens> {
  const folder = join(tmpdir(), `jeton-seeded-${count}-${await fingerprint()}`)
  if (!existsSync(join(folder, MARKER))) {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await (await startServer({ dataFolder: folder })).stop()
    await withStore(folder, (store, seeds) => fill(store, seeds, count, onProgress))
    await writeFile(join(folder, MARKER), JSON.stringify({ count }))
  }
  const seeds = await withStore(folder, async (_store, seeds) => seeds)
  return { folder, count, textOf: (index) => seeds.textOf(index, userCount(count)) }
}

/** What the tokens of one folder are made from. */
interface Seeds {
  readonly user: (index: number) => User
  readonly token: (index: number, users: number) => NamedToken
  readonly textOf: (index: number, users: number) => string
}

async function withStore<T>(folder: string, work: (store: Store, seeds: Seeds) => Promise<T>): Promise<T> {
  const opened = await openStore({ kind: 'sqlite', folder }, systemAmbient)
  const store = await opened.migrate()
  try {
    const tenant = await store.reads.tenants.findDefault()
    const masterKey = readMasterKeyFile(join(folder, 'master.key'))
    if (tenant === undefined || masterKey === undefined) throw new Error(`${folder} was not made by a server`)
    const keyRing = openKeyRing(masterKey, await store.reads.rootKeys.list(), systemAmbient, hmacSha256)
    return await work(store, seedsOf(tenant, keyRing))
  } finally {
    await store.close()
  }
}

async function fill(
  store: Store,
  seeds: Seeds,
  count: number,
  onProgress: (done: number) => void,
): Promise<void> {
  const users = userCount(count)
  await store.atomically(async (ports) => {
    for (let index = 0; index < users; index += 1) {
      await ports.users.insert({ user: seeds.user(index), passwordHash: undefined, passwordVersion: 1 })
    }
  })
  for (let from = 0; from < count; from += TOKENS_PER_TRANSACTION) {
    const to = Math.min(from + TOKENS_PER_TRANSACTION, count)
    await store.atomically(async ({ tokens }) => {
      for (let index = from; index < to; index += 1) await tokens.insert(seeds.token(index, users))
    })
    onProgress(to)
  }
}

function seedsOf(tenant: Tenant, keyRing: KeyRing): Seeds {
  const { kid } = keyRing.newReference()
  const user = (index: number): User => seededUser(tenant, index)
  const token = (index: number, users: number): NamedToken =>
    seededToken(tenant, user(index % users), kid, index)
  const deps = { keyRing, hmac: hmacSha256 }
  return {
    user,
    token,
    textOf: (index, users) =>
      textOfNamedToken(deps, tenant, user(index % users).onezoneId, token(index, users)),
  }
}

function seededUser(tenant: Tenant, index: number): User {
  const bytes = digest(`user ${index}`)
  return {
    id: bytes.readUIntBE(0, 6) as UserId,
    tenantId: tenant.id,
    uuid: uuidOf(bytes),
    onezoneId: onezoneIdOf(bytes),
    sdwanOperatorId: String(10n ** 17n + (bytes.readBigUInt64BE(40) % (9n * 10n ** 17n))),
    username: undefined,
    email: undefined,
    fullName: `Seeded User ${index}`,
    basicAuthEnabled: false,
    isBlocked: false,
    createdAt: CREATED_AT,
  }
}

function seededToken(tenant: Tenant, user: User, kid: number, index: number): NamedToken {
  const bytes = digest(`token ${index}`)
  return {
    line: { tenantId: tenant.id, audience: 'onezone', subject: { kind: 'user', id: user.id } },
    id: onezoneIdOf(bytes) as TokenId,
    name: `token ${index}`,
    type: { kind: 'access' },
    caveats: [
      { type: 'time', validUntil: YEAR_2100 },
      { type: 'ip', whitelist: ['10.0.0.0/8', '192.168.0.0/16'] },
      { type: 'service', whitelist: ['ozw-onezone'] },
    ],
    customMetadata: {},
    isRevoked: false,
    createdAt: CREATED_AT,
    key: { kid, salt: new Uint8Array(bytes.subarray(40, 56)) },
  }
}

function userCount(tokens: number): number {
  return Math.min(MOST_USERS, tokens)
}

/** 64 bytes that are the same in every run. Nothing of it is secret. */
function digest(what: string): Buffer {
  return Buffer.from(new Bun.CryptoHasher('sha512').update(what).digest())
}

function onezoneIdOf(bytes: Buffer): string {
  const hex = bytes.toString('hex', 0, 18)
  return `${hex.slice(0, 32)}ch${hex.slice(32)}`
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex', 20, 36)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

async function fingerprint(): Promise<string> {
  const migrations = join(import.meta.dir, '../src/store/migrations')
  const files = [
    import.meta.path,
    ...(await readdir(migrations)).toSorted().map((name) => join(migrations, name)),
  ]
  const hasher = new Bun.CryptoHasher('sha256')
  for (const file of files) hasher.update(await readFile(file))
  return hasher.digest('hex').slice(0, 12)
}
