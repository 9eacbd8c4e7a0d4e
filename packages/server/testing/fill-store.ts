import { systemAmbient } from '../src/ambient-system.ts'
import { openKeyRing } from '../src/authority/key-ring.ts'
import type { NamedToken } from '../src/authority/named-token.ts'
import { hmacSha256 } from '../src/hmac.ts'
import { openStore, type Store, type StoreLocation } from '../src/store/open-store.ts'
import { type SeedPlan, type Seeds, seedsOf } from './seeds.ts'

const TOKENS_PER_TRANSACTION = 5000
/** PostgreSQL does more of them at once; SQLite has one writer. */
const POSTGRES_LANES = 4
const MINUTE_MILLIS = 60_000

/** Puts all that was planned into a store that a server's first start has made, and nobody serves. */
export async function fillStore(
  location: StoreLocation,
  masterKey: Uint8Array,
  plan: SeedPlan,
  onProgress: (done: number) => void,
): Promise<Seeds> {
  return withSeeds(location, masterKey, plan, async (store, seeds) => {
    await insertOwners(store, seeds)
    // Lanes that meet each other's lines in any order would wait for one another in a ring.
    const tokenAt = location.kind === 'postgres' ? seeds.token : inOrderOfIds(seeds)
    let [begun, done] = [0, 0]
    const lane = async (): Promise<void> => {
      while (begun < plan.tokens) {
        const from = begun
        begun = Math.min(from + TOKENS_PER_TRANSACTION, plan.tokens)
        const to = begun
        await insertTokens(store, tokenAt, from, to)
        done += to - from
        onProgress(done)
      }
    }
    await Promise.all(Array.from({ length: location.kind === 'postgres' ? POSTGRES_LANES : 1 }, lane))
    return seeds
  })
}

/** The seeds of a store that was filled before. */
export function readSeeds(location: StoreLocation, masterKey: Uint8Array, plan: SeedPlan): Promise<Seeds> {
  return withSeeds(location, masterKey, plan, async (_store, seeds) => seeds)
}

async function withSeeds<T>(
  location: StoreLocation,
  masterKey: Uint8Array,
  plan: SeedPlan,
  work: (store: Store, seeds: Seeds) => Promise<T>,
): Promise<T> {
  const opened = await openStore(patient(location), systemAmbient)
  const store = await opened.migrate()
  try {
    const tenant = await store.reads.tenants.findDefault()
    if (tenant === undefined) throw new Error('the store was not made by a server')
    const keyRing = openKeyRing(masterKey, await store.reads.rootKeys.list(), systemAmbient, hmacSha256)
    return await work(store, seedsOf(plan, tenant, keyRing))
  } finally {
    await store.close()
  }
}

/** Filling is not serving: the disk may keep a statement waiting for longer than any caller would. */
function patient(location: StoreLocation): StoreLocation {
  const deadlines = { statement: MINUTE_MILLIS, transaction: MINUTE_MILLIS }
  return location.kind === 'postgres' ? { ...location, deadlines } : location
}

async function insertOwners(store: Store, { plan, tenant, user }: Seeds): Promise<void> {
  await store.atomically(async ({ tenants, users }) => {
    for (let index = 1; index < plan.tenants; index += 1) await tenants.insert(tenant(index))
    for (let index = 0; index < plan.users; index += 1) {
      await users.insert({ user: user(index), passwordHash: undefined, passwordVersion: 1 })
    }
  })
}

/**
 * What is kept by ids is then written at its end only. In any other order each id is on another page, twice: from half a
 * million tokens on, each wrote 46 KB.
 */
function inOrderOfIds({ plan: { tokens }, token, idOf }: Seeds): (place: number) => NamedToken {
  // Number and beginning of the id in one: exact up to 2^25 tokens, and sorted without a function to compare them.
  const keys = Float64Array.from(
    { length: tokens },
    (_, index) => Number.parseInt(idOf(index).slice(0, 7), 16) * tokens + index,
  ).toSorted()
  return (place) => token((keys[place] ?? 0) % tokens)
}

async function insertTokens(
  store: Store,
  tokenAt: (place: number) => NamedToken,
  from: number,
  to: number,
): Promise<void> {
  await store.atomically(async ({ tokens }) => {
    for (let place = from; place < to; place += 1) await tokens.insert(tokenAt(place))
  })
}
