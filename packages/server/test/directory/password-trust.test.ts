import { afterAll, beforeAll, expect, test } from 'bun:test'
import { passwordHashing } from '../../src/directory/password-hashing.ts'
import { passwordMemory } from '../../src/directory/password-memory.ts'
import { passwordThrottle } from '../../src/directory/password-throttle.ts'
import { checkPassword } from '../../src/directory/passwords.ts'
import { hmacSha256 } from '../../src/hmac.ts'
import { fixedAmbient } from '../../testing/fixed-ambient.ts'
import { givenTenant, sampleUser, withPassword } from '../store/samples.ts'
import { openTestSqlite, type TestStore } from '../store/test-store.ts'

let store: TestStore
beforeAll(async () => {
  store = await openTestSqlite()
})
afterAll(() => store.close())

test('a remembered password is believed only while the node is current', async () => {
  const hashing = passwordHashing({ memoryCost: 8, timeCost: 1 })
  let hashed = 0
  const ambient = fixedAmbient()
  const trust = { current: true }
  const deps = {
    users: store.reads.users,
    atomically: store.atomically,
    acknowledged: store.atomically,
    passwordHashing: {
      ...hashing,
      verify: (...asked: Parameters<typeof hashing.verify>) => {
        hashed += 1
        return hashing.verify(...asked)
      },
    },
    passwordMemory: passwordMemory(ambient, hmacSha256),
    passwordThrottle: passwordThrottle(ambient, async () => undefined),
    trust: { isCurrent: () => trust.current },
  }
  const user = sampleUser((await givenTenant(store)).id, { username: 'ada' })
  const entry = withPassword(user, await hashing.hash('right'))
  await store.atomically(({ users }) => users.insert(entry))
  const login = {
    tenantId: user.tenantId,
    name: 'ada',
    isEmailAccepted: false,
    isStateTold: true,
    password: 'right',
    clientAddress: '192.0.2.1',
  }
  const hashesOf = async () => {
    const before = hashed
    expect((await checkPassword(deps, login)).id).toBe(user.id)
    return hashed - before
  }

  expect(await hashesOf()).toBe(1)
  expect(await hashesOf()).toBe(0)
  trust.current = false
  expect(await hashesOf()).toBe(1)
  expect(await hashesOf()).toBe(1)
  trust.current = true
  expect(await hashesOf()).toBe(0)
})
