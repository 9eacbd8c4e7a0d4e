import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import type { User } from '../../src/directory/user.ts'
import { makeOperatorIn } from '../../src/operators/operator-grants.ts'
import { givenTenant, givenUser } from './samples.ts'
import { openTestSqlite, type TestStore } from './test-store.ts'

describe('a page of a list on SQLite', () => {
  let store: TestStore
  let tenant: Tenant
  beforeAll(async () => {
    store = await openTestSqlite()
    tenant = await givenTenant(store)
    await givenUser(store, tenant)
  })
  afterAll(() => store.close())

  const users = async (limit = 10) => {
    const order = { field: 'createdAt', isDescending: false } as const
    const question = { conditions: [], order, after: undefined, skip: 0, limit }
    return (await store.reads.accountListings.users.page({ tenantId: tenant.id }, question)).map(
      ({ item }) => item,
    )
  }

  test('is read once, and given again with the very same items as long as nothing is committed', async () => {
    const first = await users()
    const statements = await store.statementsOf(async () => {
      for (const [index, user] of (await users()).entries()) expect(user).toBe(first[index] ?? user)
    })
    expect(statements).toEqual([])
    expect(await store.statementsOf(() => users(5))).toHaveLength(1)
  })

  test('is read anew after any commit, and has what that has made or changed', async () => {
    const before = await users()
    const made = await givenUser(store, tenant)
    const after = await users()
    expect(after.map(({ id }) => id).toSorted()).toEqual(
      [...before.map(({ id }) => id), made.uuid].toSorted(),
    )
    await store.atomically(({ users: ports }) => ports.setBlocked(made.id, true))
    expect((await users()).find(({ id }) => id === made.uuid)?.isEnabled).toBe(false)
  })

  test('of another account is another page', async () => {
    const other = await givenTenant(store)
    const question = {
      conditions: [],
      order: { field: 'createdAt', isDescending: false } as const,
      after: undefined,
      skip: 0,
      limit: 10,
    }
    expect(await users()).not.toEqual([])
    expect(await store.reads.accountListings.users.page({ tenantId: other.id }, question)).toEqual([])
  })
})

describe('an operator and his sessions on SQLite', () => {
  let store: TestStore
  let user: User
  beforeAll(async () => {
    store = await openTestSqlite()
    user = await givenUser(store, await givenTenant(store))
    await store.atomically((ports) => makeOperatorIn(ports, systemAmbient, user, { roles: ['tenant_super'] }))
  })
  afterAll(() => store.close())

  const find = () => store.reads.operators.find(user.tenantId, user.sdwanOperatorId)

  test('are read once, and given again as the very same objects as long as nothing is committed', async () => {
    const first = await find()
    const statements = await store.statementsOf(async () => {
      expect(await find()).toBe(first)
    })
    expect([first?.roles, statements]).toEqual([['tenant_super'], []])
  })

  test('are read anew after a commit', async () => {
    const before = await find()
    await store.atomically(({ users: ports }) => ports.setBlocked(user.id, true))
    expect([before?.isDisabled, (await find())?.isDisabled]).toEqual([false, true])
  })

  test('are looked for again as long as they are not there', async () => {
    for (let again = 0; again < 2; again += 1) {
      const statements = await store.statementsOf(async () => {
        expect(await store.reads.sessions.find(user.tenantId, '17953788000120044', 0)).toBeUndefined()
      })
      expect(statements).toHaveLength(1)
    }
  })

  test('are remembered however much was asked for that is not there', async () => {
    await store.atomically(async () => undefined)
    for (let id = 0; id < 300; id++) await store.reads.operators.find(user.tenantId, `nobody-${id}`)
    const first = await find()
    expect(await find()).toBe(first)
  })

  test('that are over are left out at the time that is asked about', async () => {
    const session = {
      id: '17953788000120044',
      kind: 'login',
      tenantId: user.tenantId,
      userId: user.id,
      operatorId: user.sdwanOperatorId,
      key: 'key',
      expiresAtMillis: 1000,
      clientAddress: '192.0.2.7',
      userAgent: '',
      isSystemOwned: false,
      textHash: 'hash',
      grant: { roles: [], customRoleIds: [] },
      isAddressLocked: true,
      isProfileCalled: true,
      isOwn: false,
      passwordVersion: undefined,
    } as const
    await store.atomically(({ sessions }) => sessions.insert(session))
    const idsAt = async (now: number) =>
      (await store.reads.sessions.list(user.tenantId, user.id, ['login'], now)).length
    expect([await idsAt(999), await idsAt(1000), await idsAt(999)]).toEqual([1, 0, 1])
  })
})
