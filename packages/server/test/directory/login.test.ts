import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setUpInstallation } from '../../src/directory/installation.ts'
import { passwordHashing } from '../../src/directory/password-hashing.ts'
import { passwordMemory } from '../../src/directory/password-memory.ts'
import { passwordThrottle } from '../../src/directory/password-throttle.ts'
import {
  changeOwnPassword,
  checkPassword,
  type PasswordDeps,
  setPasswordLogin,
} from '../../src/directory/passwords.ts'
import type { UserId } from '../../src/directory/user.ts'
import { createUser, deleteUser, setBlocked } from '../../src/directory/users.ts'
import { Refused } from '../../src/failure.ts'
import { hmacSha256 } from '../../src/hmac.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { fixedAmbient } from '../../testing/fixed-ambient.ts'

const ADDRESS = '192.0.2.1'
const PASSWORD = 'correct horse'
const folder = mkdtempSync(join(tmpdir(), 'jeton-login-'))
const ambient = fixedAmbient()
/** How often Argon2 was asked, and pauses in it that a test can open. */
const argon2 = {
  runs: 0,
  whileHashing: async () => undefined as void,
  whileVerifying: async () => undefined as void,
}
let store: Store
let deps: PasswordDeps & Parameters<typeof createUser>[0]

beforeAll(async () => {
  store = await (await openStore({ kind: 'sqlite', folder }, ambient)).migrate()
  const real = passwordHashing({ memoryCost: 8, timeCost: 1 })
  const counted = <T>(work: Promise<T>): Promise<T> => {
    argon2.runs += 1
    return work
  }
  deps = {
    ambient,
    users: store.reads.users,
    atomically: store.atomically,
    acknowledged: store.atomically,
    passwordHashing: {
      hash: async (password) => {
        const hash = await counted(real.hash(password))
        await argon2.whileHashing()
        return hash
      },
      verify: async (...given) => {
        const isRight = await counted(real.verify(...given))
        await argon2.whileVerifying()
        return isRight
      },
      verifyNobody: (...given) => counted(real.verifyNobody(...given)),
      queue: () => real.queue(),
    },
    passwordMemory: passwordMemory(ambient, hmacSha256),
    passwordThrottle: passwordThrottle(ambient, async () => undefined),
    trust: { isCurrent: () => true },
  }
})

afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

let users = 0
async function givenUser({ password }: { readonly password?: string | undefined } = { password: PASSWORD }) {
  const installation = { ...deps, tenants: store.reads.tenants, atomically: store.atomically }
  const administrator = { username: 'admin', email: 'admin@example.org', password: PASSWORD }
  const tenant = await setUpInstallation(installation, 'localhost', administrator)
  users += 1
  return createUser(deps, { tenantId: tenant.id, username: `user${users}`, password })
}

const outcome = (login: { name: string | undefined; password?: string; isStateTold?: boolean }) =>
  checkPassword(deps, {
    tenantId: undefined,
    name: login.name ?? '',
    isEmailAccepted: true,
    isStateTold: login.isStateTold ?? true,
    password: login.password ?? PASSWORD,
    clientAddress: ADDRESS,
  }).then(
    ({ username }) => username,
    (error: unknown) => (error instanceof Refused ? error.failure.kind : error),
  )

describe('a password login', () => {
  test('tells a blocked user and one without a password so, without looking at the password', async () => {
    const blocked = await givenUser()
    await setBlocked(deps, blocked.id, true)
    const without = await givenUser({})
    const before = argon2.runs
    expect(await outcome({ name: blocked.username })).toBe('user_blocked')
    expect(await outcome({ name: without.username })).toBe('password_login_disabled')
    expect(argon2.runs).toBe(before)
  })

  test('where the state is not told, costs as much and answers the same for blocked, unusable, unknown and wrong', async () => {
    const blocked = await givenUser()
    await setBlocked(deps, blocked.id, true)
    const names = [blocked.username, (await givenUser({})).username, 'nobody']
    for (const name of names) {
      const before = argon2.runs
      expect(await outcome({ name, isStateTold: false })).toBe('bad_credentials')
      expect(argon2.runs).toBe(before + 1)
    }
    const { username } = await givenUser()
    expect(await outcome({ name: username, password: 'wrong horse', isStateTold: false })).toBe(
      'bad_credentials',
    )
  })

  test('is nobody else’s, to whom the name goes over while the password is looked at', async () => {
    const [attacker, victim] = [await givenUser(), await givenUser()]
    const rename = (id: UserId, username: string) =>
      store.atomically(({ users }) => users.updateProfile(id, { username }))
    const { username = '' } = attacker
    argon2.whileVerifying = async () => {
      await rename(attacker.id, `${username}-before`)
      await rename(victim.id, username)
    }
    expect(await outcome({ name: username })).toBe('bad_credentials')
    argon2.whileVerifying = async () => undefined
  })

  test('costs nothing the second time, until the password changes', async () => {
    const { id, username } = await givenUser()
    expect(await outcome({ name: username })).toBe(username)
    const before = argon2.runs
    expect(await outcome({ name: username })).toBe(username)
    expect(argon2.runs).toBe(before)
    await setPasswordLogin(deps, id, { newPassword: 'another horse' })
    expect(await outcome({ name: username })).toBe('bad_credentials')
    expect(await outcome({ name: username, password: 'another horse' })).toBe(username)
  })

  test.each<[string, string, (id: UserId) => Promise<void>]>([
    ['is blocked', 'user_blocked', (id) => setBlocked(deps, id, true)],
    [
      'gets another password',
      'bad_credentials',
      (id) => setPasswordLogin(deps, id, { newPassword: 'another horse' }),
    ],
    ['is deleted', 'bad_credentials', (id) => deleteUser(deps, id)],
  ])('of a user who %s while the password is checked is refused as %s', async (_, refusal, meanwhile) => {
    const { id, username } = await givenUser()
    argon2.whileVerifying = async () => {
      argon2.whileVerifying = async () => undefined
      await meanwhile(id)
    }
    expect(await outcome({ name: username })).toBe(refusal)
  })

  test('does not hash a password that nobody can have', async () => {
    const { username } = await givenUser()
    const before = argon2.runs
    expect(await outcome({ name: username, password: 'x'.repeat(1025) })).toBe('bad_credentials')
    expect(argon2.runs).toBe(before)
  })
})

describe('a change of one’s own password', () => {
  const change = (user: { id: Parameters<typeof changeOwnPassword>[1] }, old: string | undefined) =>
    changeOwnPassword(deps, user.id, {
      oldPassword: old,
      newPassword: 'another horse',
      clientAddress: ADDRESS,
    }).then(
      () => 'changed',
      (error: unknown) => (error instanceof Refused ? error.failure.kind : error),
    )

  test('does not undo what an administrator set while it was computed', async () => {
    const user = await givenUser()
    argon2.whileHashing = async () => {
      argon2.whileHashing = async () => undefined
      await setPasswordLogin(deps, user.id, { newPassword: 'reset by admin' })
    }
    expect(await change(user, PASSWORD)).toBe('bad_credentials')
    expect(await outcome({ name: user.username, password: 'reset by admin' })).toBe(user.username)
  })

  test('does not hash an old password that nobody can have', async () => {
    const user = await givenUser()
    const before = argon2.runs
    expect(await change(user, 'x'.repeat(1025))).toBe('bad_credentials')
    expect(argon2.runs).toBe(before)
  })
})
