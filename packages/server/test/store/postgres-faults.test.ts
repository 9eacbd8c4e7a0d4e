import { SQL } from 'bun'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import { CannotOpenStore } from '../../src/store/cannot-open-store.ts'
import { openStore } from '../../src/store/open-store.ts'
import { emptyDatabase } from '../../testing/postgres.ts'
import { givenLine, givenTenant, givenUser, lineOf, refusalOf, sampleTenant } from './samples.ts'
import { changesOf, openTestPostgres, type TestStore } from './test-store.ts'

describe('PostgreSQL', () => {
  let store: TestStore
  beforeAll(async () => {
    store = await openTestPostgres()
  }, 30_000)
  afterAll(() => store.close())

  test('two works that deadlock both succeed, each once', async () => {
    const { tenant, user, line } = await givenLine(store)
    const lines = [line, lineOf(user, 'jeton')] as const
    const key = { kid: 1, salt: new Uint8Array(16) }
    for (const each of lines) await store.atomically(({ tokens }) => tokens.ensureGeneration(each, key))
    const bothHaveOne = barrier(2)
    const crossing = async (first: 0 | 1): Promise<void> =>
      store.atomically(async ({ tokens }) => {
        await tokens.raiseEpoch(lines[first])
        await bothHaveOne()
        await tokens.raiseEpoch(lines[first === 0 ? 1 : 0])
      })
    await Promise.all([crossing(0), crossing(1)])
    const rows = await store.rows<{ epoch: string }>(
      `select epoch from token_lines where subject_id = ${user.id}`,
    )
    expect(rows.map(({ epoch }) => Number(epoch))).toEqual([3, 3])
    expect((await changesOf(store, tenant)).length).toBe(4)
  }, 20_000)

  test('a connection that is cut in the middle of a work is store_unavailable, and the next work succeeds', async () => {
    const tenant = sampleTenant()
    const cut = store.atomically(async ({ tenants }) => {
      await tenants.insert(tenant)
      await terminate(store, "state = 'idle in transaction'")
      await tenants.setOnezoneDomain(tenant.id, 'cut.example.org')
    })
    expect(await refusalOf(cut)).toBe('store_unavailable')
    expect(await store.reads.tenants.findById(tenant.id)).toBeUndefined()
    await givenTenant(store)
  })

  test('a connection that is cut while it commits is outcome_unknown', async () => {
    await store.rows(`create function wait_here() returns trigger language plpgsql as
      $$ begin perform pg_sleep(60); return null; end $$`)
    await store.rows(`create constraint trigger slow_commit after insert on tenants
      deferrable initially deferred for each row execute function wait_here()`)
    const lost = refusalOf(givenTenant(store))
    await terminate(store, "state = 'active' and query = 'commit'")
    expect(await lost).toBe('outcome_unknown')
    await store.rows('drop trigger slow_commit on tenants')
    await givenTenant(store)
  })

  test('a statement that waits for a lock longer than the server lets it is store_unavailable', async () => {
    const user = await givenUser(store, await givenTenant(store))
    if (store.location.kind !== 'postgres') throw new Error('not PostgreSQL')
    const url = new URL(store.location.url)
    const outside = new SQL(url.href, { max: 1 })
    const holder = await outside.reserve()
    await holder`begin`
    await holder`select 1 from users where id = ${user.id} for update`
    const blocked = refusalOf(store.atomically(({ users }) => users.setBlocked(user.id, true)))
    await cancel(store, "wait_event_type = 'Lock'")
    expect(await blocked).toBe('store_unavailable')
    await holder`rollback`
    await holder.release()
    await outside.close()
  })

  test('nodes that start at once on an empty database all come up, on one feed', async () => {
    const { url, drop } = await emptyDatabase()
    const starts = Array.from({ length: 4 }, async () => {
      const opened = await openStore({ kind: 'postgres', url, maxConnections: 2 }, systemAmbient)
      return opened.migrate()
    })
    const nodes = await Promise.all(starts)
    const sql = new SQL(url, { max: 1 })
    expect([...(await sql`select id from change_counter`)]).toEqual([{ id: 1 }])
    for (const node of nodes) {
      await node.ping()
      await node.close()
    }
    await sql.close()
    await drop()
  }, 20_000)

  describe('answering with an error', () => {
    beforeAll(async () => {
      // A tenant named after an SQLSTATE cannot be inserted for that reason.
      await store.rows(`create function refuse() returns trigger language plpgsql as
        $$ begin raise exception using errcode = substr(new.name, 7); end $$`)
      await store.rows(`create trigger refuse before insert on tenants
        for each row when (new.name like 'state %') execute function refuse()`)
    })

    const states = [
      ['53100', 'store_full', 'disk full'],
      ['53200', 'store_unavailable', 'out of memory'],
      ['53300', 'store_unavailable', 'too many connections'],
      ['57P01', 'store_unavailable', 'shut down'],
      ['57014', 'store_unavailable', 'statement timeout'],
      ['55P03', 'store_unavailable', 'lock timeout'],
      ['25006', 'store_unavailable', 'a standby that only reads'],
      ['08006', 'store_unavailable', 'connection failure'],
    ] as const
    test.each(states)('%s is %s: %s', async (state, kind) => {
      expect(await refusalOf(givenTenant(store, { name: `state ${state}` }))).toBe(kind)
    })

    test('with anything else is a bug, and told as it came', async () => {
      const bug: unknown = await givenTenant(store, { name: 'state 22012' }).catch((error: unknown) => error)
      expect(bug).toBeInstanceOf(SQL.PostgresError)
    })

    test.each(['40001', '40P01'])('%s has the work repeated until it succeeds', async (state) => {
      const tenant = sampleTenant()
      let attempts = 0
      await store.atomically(async ({ tenants }) => {
        attempts += 1
        await tenants.insert(attempts < 3 ? { ...tenant, name: `state ${state}` } : tenant)
      })
      expect(attempts).toBe(3)
      expect(await store.reads.tenants.findById(tenant.id)).toEqual(tenant)
    })

    test('40001 without end is store_unavailable after a bounded number of repeats', async () => {
      let attempts = 0
      const hopeless = store.atomically(async ({ tenants }) => {
        attempts += 1
        await tenants.insert(sampleTenant({ name: 'state 40001' }))
      })
      expect(await refusalOf(hopeless)).toBe('store_unavailable')
      expect(attempts).toBe(6)
    })
  })

  const nowhere = ['postgres://nobody:x@127.0.0.1:1/nothing', 'postgres://nobody:x@host.invalid/nothing']
  test.each(nowhere)('a start at %s is refused with the reason', async (url) => {
    const opened = await openStore({ kind: 'postgres', url }, systemAmbient)
    const refusal: unknown = await opened.inspect().catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(CannotOpenStore)
    expect(String(refusal)).toContain('The PostgreSQL database cannot be used')
    await opened.close()
  })
})

/** Resolves for everybody once it has been called so many times, and at once afterwards. */
function barrier(parties: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    arrived += 1
    if (arrived === parties) resolve()
    return promise
  }
}

/** Ends the store's connections of that description, as soon as there is one. */
async function terminate(store: TestStore, where: string): Promise<void> {
  await signal(store, 'pg_terminate_backend', where)
}

async function cancel(store: TestStore, where: string): Promise<void> {
  await signal(store, 'pg_cancel_backend', where)
}

async function signal(store: TestStore, how: string, where: string): Promise<void> {
  for (let signalled = 0; signalled === 0; ) {
    const rows = await store.rows(
      `select ${how}(pid) from pg_stat_activity
       where application_name = 'jeton' and datname = current_database() and ${where}`,
    )
    signalled = rows.length
  }
}
