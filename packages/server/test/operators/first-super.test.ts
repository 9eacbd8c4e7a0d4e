import { describe, expect, test } from 'bun:test'
import type { UserId } from '../../src/directory/user.ts'
import { ensureSuper, ensureSupers } from '../../src/operators/first-super.ts'
import { givenTenant, givenUser } from '../store/samples.ts'
import { onEachStore } from './operator-world.ts'

onEachStore((world) => {
  const deps = () => world().deps
  const rolesOf = async (id: UserId) => (await deps().operators.findOf(id))?.roles

  const makeAdministrator = (id: UserId) =>
    world().store.atomically(({ users }) => users.changePrivileges(id, ['oz_set_privileges'], []))

  async function givenAdministrator() {
    const tenant = await givenTenant(world().store)
    const user = await givenUser(world().store, tenant)
    await makeAdministrator(user.id)
    return { tenant, user }
  }

  describe('a tenant in which nobody may do everything', () => {
    test('is given to its administrators, and to nobody else', async () => {
      const { tenant, user } = await givenAdministrator()
      const another = await givenUser(world().store, tenant)
      await ensureSuper(deps(), tenant.id)
      expect(await rolesOf(user.id)).toEqual(['tenant_super'])
      expect(await rolesOf(another.id)).toBeUndefined()
      expect(await deps().operators.hasSuper(tenant.id)).toBe(true)
    })

    test('is given to an administrator who is an operator with another role', async () => {
      const tenant = await givenTenant(world().store)
      const operator = await world().operator(tenant, { roles: ['tenant_viewonly'] })
      await makeAdministrator(operator.userId)
      await ensureSuper(deps(), tenant.id)
      expect(await deps().operators.findOf(operator.userId)).toMatchObject({
        roles: ['tenant_super'],
        etag: 2,
      })
    })

    test('is given back to an administrator who was locked', async () => {
      const tenant = await givenTenant(world().store)
      const operator = await world().operator(tenant, { roles: ['tenant_super'] })
      await makeAdministrator(operator.userId)
      await world().store.atomically(({ logins }) => logins.noteFailure(operator.userId, 1))
      expect(await deps().operators.hasSuper(tenant.id)).toBe(false)
      await ensureSuper(deps(), tenant.id)
      expect(await deps().operators.findOf(operator.userId)).toMatchObject({ isLocked: false, etag: 1 })
    })

    test('is not given to an administrator who is blocked', async () => {
      const { tenant, user } = await givenAdministrator()
      await world().store.atomically(({ users }) => users.setBlocked(user.id, true))
      await ensureSuper(deps(), tenant.id)
      expect(await rolesOf(user.id)).toBeUndefined()
    })
  })

  test('every tenant is seen to, also those that were there before operators were', async () => {
    const [one, other] = [await givenAdministrator(), await givenAdministrator()]
    const { boss, tenant } = await world().tenant()
    await makeAdministrator(boss.userId)
    const without = await deps().operators.listWithoutSuper('oz_set_privileges')
    expect([one, other].map(({ tenant }) => without.includes(tenant.id))).toEqual([true, true])
    expect(without).not.toContain(tenant.id)
    await ensureSupers(deps())
    expect(await Promise.all([one, other].map(({ user }) => rolesOf(user.id)))).toEqual([
      ['tenant_super'],
      ['tenant_super'],
    ])
    expect(await deps().operators.findOf(boss.userId)).toMatchObject({ etag: 1 })
  })

  test('a tenant without an administrator who gets in is not looked at', async () => {
    const empty = await givenTenant(world().store)
    const { tenant, user } = await givenAdministrator()
    await world().store.atomically(({ users }) => users.setBlocked(user.id, true))
    const without = await deps().operators.listWithoutSuper('oz_set_privileges')
    expect(without).not.toContain(empty.id)
    expect(without).not.toContain(tenant.id)
  })

  test('a tenant that has somebody who may do everything stays as it is', async () => {
    const { tenant } = await world().tenant()
    const user = await givenUser(world().store, tenant)
    await makeAdministrator(user.id)
    await ensureSuper(deps(), tenant.id)
    expect(await rolesOf(user.id)).toBeUndefined()
  })
})
