import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { Leases } from '../../src/cluster/ports.ts'
import type { User } from '../../src/directory/user.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { migratedDatabase, type TestDatabase } from '../../testing/postgres.ts'
import { type PostgresProxy, postgresProxy } from '../../testing/postgres-proxy.ts'
import { givenLine, givenTenant, givenToken, givenUser, lineOf, randomHex, refusalOf } from './samples.ts'

/** Milliseconds. Short, because the tests wait for them; and long enough for a connection on a busy machine. */
const deadlines = { read: 600, lease: 600, transaction: 600, statement: 600, connection: 1200 }
const MAX_CONNECTIONS = 2

describe('a PostgreSQL behind a network that fails', () => {
  let database: TestDatabase
  let proxy: PostgresProxy
  let store: Store
  beforeAll(async () => {
    database = await migratedDatabase()
    proxy = postgresProxy(database.url)
    store = await open(proxy)
  }, 30_000)
  afterAll(async () => {
    await store.close()
    proxy.stop()
    await database.drop()
  })

  const leases = (): Leases => {
    if (store.cluster === undefined) throw new Error('no cluster')
    return store.cluster.leases
  }
  const silently = async <T>(action: () => Promise<T>): Promise<T> => {
    proxy.silence()
    try {
      return await action()
    } finally {
      proxy.resume()
    }
  }
  const rename = (user: User, fullName: string, beforeCommit: () => void = () => undefined) =>
    store.atomically(async ({ users }) => {
      await users.updateProfile(user.id, { fullName })
      beforeCommit()
    })

  describe('that has gone silent', () => {
    test('a hot read is store_unavailable after its deadline, and so is one of the feed', async () => {
      const { tenant, line } = await givenLine(store)
      const { id } = await givenToken(store, line)
      const find = () => store.reads.verification.findNamed(tenant.id, 'onezone', id)
      expect(await silently(() => refusalOf(find()))).toBe('store_unavailable')
      expect(await silently(() => refusalOf(store.feed.changesAfter(0, 1)))).toBe('store_unavailable')
      expect(await find()).toBeDefined()
    })

    test('many hot reads at once are all refused, and all answered once it is back', async () => {
      const { tenant, user } = await givenLine(store)
      const find = () =>
        store.reads.verification.findGeneration(tenant.id, 'onezone', { type: 'user', id: user.onezoneId })
      const refusals = await silently(() => Promise.all(Array.from({ length: 100 }, () => refusalOf(find()))))
      expect(new Set(refusals)).toEqual(new Set(['store_unavailable']))
      for (const found of await Promise.all(Array.from({ length: 100 }, find))) expect(found).toBeDefined()
    })

    test('an ordinary read is store_unavailable, and leaves no connection occupied', async () => {
      const user = await givenUser(store, await givenTenant(store))
      for (let round = 0; round <= MAX_CONNECTIONS; round++) {
        const refusal = await silently(() => refusalOf(store.reads.users.findById(user.id)))
        expect(refusal).toBe('store_unavailable')
      }
      expect(await store.reads.users.findById(user.id)).toEqual(user)
    })

    test('a work that is cut off before its commit is store_unavailable, and undone', async () => {
      const user = await givenUser(store, await givenTenant(store))
      const work = store.atomically(async ({ users }) => {
        await users.updateProfile(user.id, { fullName: 'Lost' })
        proxy.silence()
        await users.setBlocked(user.id, true)
      })
      expect(await refusalOf(work)).toBe('store_unavailable')
      proxy.resume()
      expect(await store.reads.users.findById(user.id)).toEqual(user)
    })

    test('a commit whose answer does not come is outcome_unknown, and the work can be repeated', async () => {
      const user = await givenUser(store, await givenTenant(store))
      for (let round = 0; round <= MAX_CONNECTIONS; round++) {
        const work = rename(user, `Name ${round}`, () => proxy.silence())
        expect(await refusalOf(work)).toBe('outcome_unknown')
        proxy.resume()
      }
      await rename(user, 'Known')
      expect((await store.reads.users.findById(user.id))?.fullName).toBe('Known')
    })

    test('a renewal is refused in time to try again, and a lease can be had once it is back', async () => {
      const [lost, found] = [randomHex(16), randomHex(16)]
      await leases().acquire({ nodeId: lost, address: '', ttlMillis: 2000 })
      expect(await silently(() => refusalOf(leases().renew(lost, 1, 0)))).toBe('store_unavailable')
      expect(await silently(() => refusalOf(leases().reportApplied(lost, 0)))).toBe('store_unavailable')
      await leases().acquire({ nodeId: found, address: '', ttlMillis: 2000 })
      expect(await leases().renew(found, 1, 0)).toBe(true)
      expect(await leases().reportApplied(found, 0)).toBe(true)
    })

    test('a store is closed all the same', async () => {
      const closing = await open(proxy)
      await closing.ping()
      await silently(async () => {
        const read = refusalOf(closing.feed.head())
        await closing.close()
        expect(await read).toBe('store_unavailable')
      })
    })
  })

  describe('that has cut every connection', () => {
    test('reads and works go on with new ones, and none is refused', async () => {
      const { tenant, user, line } = await givenLine(store)
      const { id } = await givenToken(store, line)
      const calls: (() => Promise<unknown>)[] = [
        () => store.reads.verification.findNamed(tenant.id, 'onezone', id),
        () => store.feed.changesAfter(0, 1),
        () => store.reads.users.findById(user.id),
        () => rename(user, 'After'),
      ]
      for (const call of calls) {
        // So that there are connections to lose.
        await Promise.all([call(), call(), call(), call()])
        proxy.cut()
        const answers = await Promise.all([call(), call(), call()].map(refusalOf))
        expect(answers).toEqual([undefined, undefined, undefined])
      }
    })

    test('a work is run again, once and for all, when that happens before its commit', async () => {
      const { line } = await givenLine(store)
      let runs = 0
      await store.atomically(async ({ tokens }) => {
        runs += 1
        await tokens.ensureGeneration(line, { kid: 1, salt: new Uint8Array(16) })
        if (runs === 1) proxy.cut()
        await tokens.raiseGeneration(line, { kid: 1, salt: new Uint8Array(16) })
      })
      expect(runs).toBe(2)
      expect((await store.reads.tokens.currentGeneration(line))?.number).toBe(2)
    })

    test('a work is not run again when that happens while it commits', async () => {
      const user = await givenUser(store, await givenTenant(store))
      let runs = 0
      const work = rename(user, 'Perhaps', () => {
        runs += 1
        proxy.cut()
      })
      expect(await refusalOf(work)).toBe('outcome_unknown')
      expect(runs).toBe(1)
    })
  })

  test('a server that takes no connection is store_unavailable for everything, at once', async () => {
    const gone = postgresProxy(database.url)
    const cutOff = await open(gone)
    const { user } = await givenLine(cutOff)
    gone.stop()
    const calls = [
      cutOff.feed.head(),
      cutOff.reads.users.findById(user.id),
      givenToken(cutOff, lineOf(user)),
      cutOff.cluster?.leases.renew('none', 1, 0) ?? Promise.resolve(),
    ]
    const refusals = await Promise.all(calls.map(refusalOf))
    expect(refusals).toEqual(calls.map(() => 'store_unavailable'))
    await cutOff.close()
  })
})

async function open({ url }: PostgresProxy): Promise<Store> {
  const location = { kind: 'postgres', url, maxConnections: MAX_CONNECTIONS, deadlines } as const
  return (await openStore(location, systemAmbient)).migrate()
}
