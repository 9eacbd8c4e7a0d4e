import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Tenant } from '../../src/directory/tenant.ts'
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
