import { describe, expect, test } from 'bun:test'
import type { Tenant } from '../../src/directory/tenant.ts'
import { newTimedId } from '../../src/directory/new-ids.ts'
import type { UserId } from '../../src/directory/user.ts'
import { makeOperatorIn } from '../../src/operators/operator-grants.ts'
import type { CustomRole } from '../../src/operators/role.ts'
import type { Operator } from '../../src/operators/operator.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import { samplePermission, sampleRole } from '../operators/role-samples.ts'
import { givenTenant, givenUser, lineOf, randomHex, refusalOf } from './samples.ts'
import { givenOperator, givenOperatorOf, givenSession } from './session-samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

/** What the ports of operators, custom roles and permissions promise, on whichever database. */
export function operatorsContract(store: () => TestStore): void {
  const operators = () => store().reads.operators
  const present = async ({ id }: { readonly id: Operator['userId'] }): Promise<Operator> => {
    const operator = await operators().findOf(id)
    if (operator === undefined) throw new Error('he was just made one')
    return operator
  }
  const givenRole = async (
    { id: tenantId }: Tenant,
    parts: Partial<CustomRole> = {},
  ): Promise<CustomRole> => {
    const id = newTimedId(systemAmbient)
    const role = sampleRole({ tenantId, id, name: randomHex(6), updatedUtc: id, ...parts })
    await store().atomically(({ customRoles }) => customRoles.insert(role))
    return role
  }
  const givenPermission = async ({ id: tenantId }: Tenant) => {
    const permission = samplePermission({ tenantId, id: newTimedId(systemAmbient) })
    await store().atomically(({ customPermissions }) => customPermissions.insert(permission))
    return permission
  }
  const isHeld = (role: CustomRole, nowMillis = 0) =>
    store().atomically(({ customRoles }) => customRoles.isHeld(role, nowMillis))

  describe('operators', () => {
    test('are users who were made such, of their own tenant only', async () => {
      const { tenant, user } = await givenOperator(store())
      const [stranger, other] = [await givenUser(store(), tenant), await givenTenant(store())]
      expect(await operators().findOf(stranger.id)).toBeUndefined()
      expect(await operators().find(tenant.id, user.sdwanOperatorId)).toEqual(await present(user))
      expect(await operators().find(other.id, user.sdwanOperatorId)).toBeUndefined()
      expect((await operators().page(tenant.id, undefined, 99)).map(({ userId }) => userId)).toEqual([
        user.id,
      ])
      expect(await operators().page(other.id, undefined, 99)).toEqual([])
    })

    test('come in pages that hold each once, also those who were made at the same moment', async () => {
      const tenant = await givenTenant(store())
      const ids: UserId[] = []
      for (const millis of [2, 1, 2, 2, 1]) {
        const user = await givenUser(store(), tenant)
        const at = {
          ...systemAmbient,
          nowMillis: () => millis,
          randomBytes: (length: number) => new Uint8Array(length),
        }
        await store().atomically((ports) => makeOperatorIn(ports, at, user, { roles: [] }))
        ids.push(user.id)
      }
      const found: UserId[] = []
      let after: Operator | undefined
      for (let page = await operators().page(tenant.id, after, 2); page.length > 0; ) {
        found.push(...page.map(({ userId }) => userId))
        after = page.at(-1)
        page = await operators().page(tenant.id, after, 2)
      }
      const [first, second, third, fourth, fifth] = ids
      const later = [first, third, fourth].map(Number).toSorted((one, other) => one - other)
      const earlier = [second, fifth].map(Number).toSorted((one, other) => one - other)
      expect(found.map(Number)).toEqual([...earlier, ...later])
    })

    test('are made once', async () => {
      const { user } = await givenOperator(store())
      const operator = await present(user)
      expect(await refusalOf(store().atomically((ports) => ports.operators.insert(operator)))).toBe(
        'id_taken',
      )
    })

    test('of whom only the full name is known have its first word as their first name', async () => {
      const tenant = await givenTenant(store())
      const named = await givenUser(store(), tenant, { fullName: 'Ada King Lovelace' })
      const sample = await present(await givenOperatorOf(store(), tenant))
      const operator = { ...sample, userId: named.id, email: named.email ?? '', firstName: '', lastName: '' }
      await store().atomically((ports) => ports.operators.insert(operator))
      expect(await present(named)).toMatchObject({ firstName: 'Ada', lastName: 'King Lovelace' })
    })

    test('keep numbers of 17 digits to the last of them', async () => {
      const { user } = await givenOperator(store())
      const operator = { ...(await present(user)), updatedUtc: '15427379313890067' }
      await store().atomically((ports) => ports.operators.update(operator))
      expect((await present(user)).updatedUtc).toBe('15427379313890067')
    })

    test('go with their users, and leave their custom roles free', async () => {
      const { tenant, user } = await givenOperator(store())
      const role = await givenRole(tenant)
      const operator = { ...(await present(user)), customRoleIds: [role.id] }
      await store().atomically((ports) => ports.operators.update(operator))
      expect(await isHeld(role)).toBe(true)
      await store().atomically(({ users }) => users.remove(user.id))
      expect(await operators().findOf(user.id)).toBeUndefined()
      expect(await isHeld(role)).toBe(false)
    })

    test.each<[string, (operator: Operator) => string]>([
      ['disabled', ({ userId }) => `update users set is_blocked = 1 where id = ${userId}`],
      ['inactive', ({ userId }) => `update operators set inactive = 1 where user_id = ${userId}`],
      ['locked', ({ userId }) => `update operators set is_locked = 1 where user_id = ${userId}`],
      ['the system’s', ({ userId }) => `update operators set is_system_owned = 1 where user_id = ${userId}`],
      [
        'no more than an administrator',
        ({ userId }) => `update operators set roles = '["tenant_iam_admin"]' where user_id = ${userId}`,
      ],
    ])('who are %s are none who may do everything', async (_, sql) => {
      const { tenant, user } = await givenOperator(store(), { roles: ['tenant_super'] })
      expect(await operators().hasSuper(tenant.id)).toBe(true)
      await store().rows(sql(await present(user)))
      // The store knows only of its own commits, and reads what was there until the next.
      await store().atomically((ports) => ports.operators.hold(tenant.id))
      expect(await operators().hasSuper(tenant.id)).toBe(false)
    })

    test('a root may do everything, and is not another than himself', async () => {
      const { tenant, user } = await givenOperator(store(), { roles: ['tenant_root'] })
      const hasOther = store().atomically((ports) => ports.operators.hasOtherSuper(tenant.id, user.id))
      expect([await operators().hasSuper(tenant.id), await hasOther]).toEqual([true, false])
    })

    test('unlocked are so for whoever reads them, and no verdict hangs on it', async () => {
      const { tenant, user } = await givenOperator(store())
      await store().rows(`update operators set is_locked = 1, failed_logins = 3 where user_id = ${user.id}`)
      await store().atomically((ports) => ports.operators.unlock(user.id))
      expect(await present(user)).toMatchObject({ isLocked: false, failedLogins: 0 })
      expect(await changesOf(store(), tenant)).toEqual([])
    })
  })

  describe('custom roles', () => {
    test('are found by id or by name, in the order that is asked for, in their own tenant only', async () => {
      const [tenant, other] = [await givenTenant(store()), await givenTenant(store())]
      const [one, two] = [await givenRole(tenant), await givenRole(tenant)]
      const resolve = ({ id }: Tenant) =>
        store().atomically(({ customRoles }) =>
          customRoles.resolve(id, [{ name: two.name }, { id: 'nobody' }, { id: one.id, name: two.name }, {}]),
        )
      expect(await resolve(tenant)).toEqual([two, undefined, one, undefined])
      expect(await resolve(other)).toEqual([undefined, undefined, undefined, undefined])
      const found = await store().reads.customRoles.findMany(tenant.id, [two.id, 'nobody', one.id])
      expect(found).toEqual([two, one])
      expect(await store().reads.customRoles.findMany(other.id, [one.id])).toEqual([])
      expect(await store().reads.customRoles.findMany(tenant.id, [])).toEqual([])
    })

    test('are held by a token that has them, as long as it is alive', async () => {
      const { tenant, user } = await givenOperator(store())
      const role = await givenRole(tenant)
      const grant = { roles: [], customRoleIds: [role.id] }
      await givenSession(store(), user, { kind: 'token', expiresAtMillis: 5000, grant })
      expect([await isHeld(role, 4999), await isHeld(role, 5000)]).toEqual([true, false])
      await store().atomically(({ tokens }) => tokens.raiseEpoch(lineOf(user, 'sdwan')))
      expect(await isHeld(role, 4999)).toBe(false)
    })

    test('removed leave their custom permissions, which no role holds then', async () => {
      const tenant = await givenTenant(store())
      const permission = await givenPermission(tenant)
      const role = await givenRole(tenant, { customPermissions: [permission] })
      const holders = () => store().atomically((ports) => ports.customPermissions.listHolders(permission))
      expect(await holders()).toEqual([role])
      await store().atomically(({ customRoles }) => customRoles.remove(role))
      expect(await holders()).toEqual([])
      expect(await store().reads.customPermissions.find(tenant.id, permission.id)).toEqual(permission)
    })

    test('of two tenants may have one id', async () => {
      const [tenant, other] = [await givenTenant(store()), await givenTenant(store())]
      const one = await givenRole(tenant)
      await givenRole(other, { id: one.id })
      expect(await refusalOf(givenRole(tenant, { id: one.id }))).toBe('id_taken')
    })
  })
}
