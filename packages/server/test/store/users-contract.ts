import { describe, expect, test } from 'bun:test'
import type { UserId } from '../../src/directory/user.ts'
import type { StoreWrites } from '../../src/store/open-store.ts'
import {
  givenTenant,
  givenUser,
  randomHex,
  randomId,
  refusalOf,
  sampleUser,
  withPassword,
} from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

/** What `UserReads` and `UserWrites` promise of users, on whichever database. */
export function usersContract(store: () => TestStore): void {
  describe('users', () => {
    test('a user is found by every one of his names, as he was inserted', async () => {
      const tenant = await givenTenant(store())
      const user = sampleUser(tenant.id, { fullName: 'Zoë 🦊' })
      const entry = withPassword(user, '$argon2id$sample')
      await store().atomically(({ users }) => users.insert(entry))
      const { users } = store().reads
      expect(await users.findById(user.id)).toEqual(user)
      expect(await users.findByOnezoneId(tenant.id, user.onezoneId)).toEqual(user)
      expect(await users.findByUsername(user.username ?? '')).toEqual(entry)
      expect(await users.findByEmail(user.email ?? '')).toEqual(entry)
      expect(await users.findPassword(user.id)).toEqual(entry)
      expect(await changesOf(store(), tenant)).toEqual([])
    })

    test('a user without username, email and password is kept so, and there may be many of them', async () => {
      const tenant = await givenTenant(store())
      const nameless = { username: undefined, email: undefined }
      const first = await givenUser(store(), tenant, nameless)
      const second = await givenUser(store(), tenant, nameless)
      expect(await store().reads.users.findPassword(first.id)).toEqual(withPassword(first))
      expect(await store().reads.users.findById(second.id)).toEqual(second)
    })

    test('an Onezone id names nobody in another tenant', async () => {
      const user = await givenUser(store(), await givenTenant(store()))
      const other = await givenTenant(store())
      expect(await store().reads.users.findByOnezoneId(other.id, user.onezoneId)).toBeUndefined()
      const namesake = await givenUser(store(), other, { onezoneId: user.onezoneId })
      expect(await store().reads.users.findByOnezoneId(other.id, user.onezoneId)).toEqual(namesake)
    })

    test('a username is compared exactly, an e-mail address without case', async () => {
      const tenant = await givenTenant(store())
      const tag = randomHex(4)
      const user = await givenUser(store(), tenant, { username: `Ada${tag}`, email: `Ädä${tag}@Example.org` })
      expect(await store().reads.users.findByUsername(`ada${tag}`)).toBeUndefined()
      expect((await store().reads.users.findByEmail(`ädÄ${tag}@example.ORG`))?.user).toEqual(user)
    })

    const taken = [
      ['id', 'id_taken'],
      ['uuid', 'id_taken'],
      ['sdwanOperatorId', 'id_taken'],
      ['username', 'username_taken'],
      ['email', 'email_taken'],
    ] as const
    test.each(taken)('a second user with the same %s is refused as %s, in any tenant', async (key, kind) => {
      const first = await givenUser(store(), await givenTenant(store()))
      const other = await givenTenant(store())
      expect(await refusalOf(givenUser(store(), other, { [key]: first[key] }))).toBe(kind)
    })

    test('an Onezone id is refused as id_taken in its own tenant', async () => {
      const tenant = await givenTenant(store())
      const { onezoneId } = await givenUser(store(), tenant)
      expect(await refusalOf(givenUser(store(), tenant, { onezoneId }))).toBe('id_taken')
    })

    test('an e-mail address that differs by case is taken', async () => {
      const tenant = await givenTenant(store())
      const { email } = await givenUser(store(), tenant, { email: `élan-${randomHex(4)}@example.org` })
      const shouted = givenUser(store(), tenant, { email: email?.toUpperCase() })
      expect(await refusalOf(shouted)).toBe('email_taken')
    })

    test('the users of a tenant are listed by Onezone id, byte by byte, and nobody else', async () => {
      const tenant = await givenTenant(store())
      await givenUser(store(), await givenTenant(store()))
      expect(await store().reads.users.hasUsers(tenant.id)).toBe(false)
      for (const onezoneId of ['b', 'a-', 'B', 'a', '_']) await givenUser(store(), tenant, { onezoneId })
      expect(await store().reads.users.list(tenant.id)).toEqual(['B', '_', 'a', 'a-', 'b'])
      expect(await store().reads.users.hasUsers(tenant.id)).toBe(true)
    })

    test('a profile is changed in what is given, and that is no change of a verdict', async () => {
      const tenant = await givenTenant(store())
      const user = await givenUser(store(), tenant)
      await store().atomically(({ users }) => users.updateProfile(user.id, { fullName: 'New Name' }))
      expect(await store().reads.users.findById(user.id)).toEqual({ ...user, fullName: 'New Name' })
      const username = `new-${randomHex(6)}`
      await store().atomically(({ users }) => users.updateProfile(user.id, { username }))
      expect(await store().reads.users.findById(user.id)).toEqual({ ...user, fullName: 'New Name', username })
      expect(await changesOf(store(), tenant)).toEqual([])
    })

    test('a username that another user has is refused; his own is not', async () => {
      const tenant = await givenTenant(store())
      const [first, second] = [await givenUser(store(), tenant), await givenUser(store(), tenant)]
      const rename = (username = '') =>
        store().atomically(({ users }) => users.updateProfile(second.id, { username }))
      expect(await refusalOf(rename(first.username))).toBe('username_taken')
      await rename(second.username)
    })

    test('a new password hash raises the password version, every time', async () => {
      const tenant = await givenTenant(store())
      const user = await givenUser(store(), tenant)
      for (const hash of ['first', 'second', 'second']) {
        await store().atomically(({ users }) => users.setPasswordHash(user.id, hash))
      }
      expect(await store().reads.users.findPassword(user.id)).toEqual({
        user,
        passwordHash: 'second',
        passwordVersion: 4,
      })
      expect(await changesOf(store(), tenant)).toEqual(Array(3).fill(`password ${user.id}`))
    })

    test('of two that replace the same version of a password, the second changes nothing', async () => {
      const tenant = await givenTenant(store())
      const user = await givenUser(store(), tenant)
      const { passwordVersion = 0 } = (await store().reads.users.findPassword(user.id)) ?? {}
      const replace = (hash: string) =>
        store().atomically(({ users }) => users.replacePasswordHash(user.id, passwordVersion, hash))
      expect([await replace('first'), await replace('second')]).toEqual([true, false])
      expect(await store().reads.users.findPassword(user.id)).toMatchObject({
        passwordHash: 'first',
        passwordVersion: passwordVersion + 1,
      })
      expect(await changesOf(store(), tenant)).toEqual([`password ${user.id}`])
    })

    const switches = [
      ['setBlocked', 'isBlocked', true, 'subject'],
      ['setBasicAuthEnabled', 'basicAuthEnabled', false, 'password'],
    ] as const
    test.each(switches)(
      '%s is one %s change each way, and none when repeated',
      async (method, key, value, kind) => {
        const tenant = await givenTenant(store())
        const user = await givenUser(store(), tenant)
        for (const each of [value, value, !value, !value]) {
          await store().atomically(({ users }) => users[method](user.id, each))
          expect(await store().reads.users.findById(user.id)).toEqual({ ...user, [key]: each })
        }
        expect(await changesOf(store(), tenant)).toEqual(Array(2).fill(`${kind} ${user.id}`))
      },
    )

    const changesOfUser: [string, (users: StoreWrites['users'], id: UserId) => Promise<unknown>][] = [
      ['updateProfile', (users, id) => users.updateProfile(id, { fullName: 'Nobody' })],
      ['setPasswordHash', (users, id) => users.setPasswordHash(id, 'hash')],
      ['replacePasswordHash', (users, id) => users.replacePasswordHash(id, 1, 'hash')],
      ['setBasicAuthEnabled', (users, id) => users.setBasicAuthEnabled(id, true)],
      ['setBlocked', (users, id) => users.setBlocked(id, true)],
      ['changePrivileges', (users, id) => users.changePrivileges(id, ['oz_view'], [])],
    ]
    test.each(changesOfUser)(
      '%s of a user who is gone is refused as user_not_found',
      async (_name, change) => {
        const change_ = store().atomically(({ users }) => change(users, randomId() as UserId))
        expect(await refusalOf(change_)).toBe('user_not_found')
      },
    )
  })
}
