import { describe, expect, test } from 'bun:test'
import { givenTenant, givenUser } from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

/** What `UserReads` and `UserWrites` promise of privileges, on whichever database. */
export function privilegesContract(store: () => TestStore): void {
  describe('privileges', () => {
    const cases = [
      {
        title: 'granted ones are held, in order',
        grant: ['c', 'a', 'B'],
        revoke: [],
        held: ['B', 'a', 'c', 'x'],
        changes: 1,
      },
      {
        title: 'one granted twice is held once',
        grant: ['a', 'a'],
        revoke: [],
        held: ['a', 'x'],
        changes: 1,
      },
      { title: 'one that is held already is no change', grant: ['x'], revoke: [], held: ['x'], changes: 0 },
      { title: 'a revoked one is gone', grant: [], revoke: ['x'], held: [], changes: 1 },
      {
        title: 'one that was never held is revoked without effect',
        grant: [],
        revoke: ['y'],
        held: ['x'],
        changes: 0,
      },
      { title: 'revoking comes after granting', grant: ['a'], revoke: ['a', 'x'], held: [], changes: 1 },
      {
        title: 'granted and revoked at once, it was never there',
        grant: ['a'],
        revoke: ['a'],
        held: ['x'],
        changes: 0,
      },
      {
        title: 'nothing to grant and nothing to revoke is no change',
        grant: [],
        revoke: [],
        held: ['x'],
        changes: 0,
      },
    ]
    test.each(cases)('$title', async ({ grant, revoke, held, changes }) => {
      const tenant = await givenTenant(store())
      const user = await givenUser(store(), tenant)
      await store().atomically(({ users }) => users.changePrivileges(user.id, ['x'], []))
      await store().atomically(({ users }) => users.changePrivileges(user.id, grant, revoke))
      expect(await store().reads.users.listPrivileges(user.id)).toEqual(held)
      for (const each of ['x', 'a', 'y']) {
        expect(await store().reads.users.hasPrivilege(user.id, each)).toBe(held.includes(each))
      }
      expect(await changesOf(store(), tenant)).toEqual(Array(1 + changes).fill(`privilege ${user.id}`))
    })

    test('one user’s are not another’s', async () => {
      const tenant = await givenTenant(store())
      const [first, second] = [await givenUser(store(), tenant), await givenUser(store(), tenant)]
      await store().atomically(({ users }) => users.changePrivileges(first.id, ['a'], []))
      await store().atomically(({ users }) => users.changePrivileges(second.id, [], ['a']))
      expect(await store().reads.users.hasPrivilege(first.id, 'a')).toBe(true)
      expect(await store().reads.users.listPrivileges(second.id)).toEqual([])
    })
  })
}
