import { describe, expect, test } from 'bun:test'
import {
  changePermission,
  createPermission,
  deletePermission,
  getPermission,
  type NewPermission,
} from '../../src/operators/custom-permissions.ts'
import {
  changeRole,
  createRole,
  deleteRole,
  getRole,
  type NewRole,
} from '../../src/operators/custom-roles.ts'
import type { OperatorCaller } from '../../src/operators/operator-caller.ts'
import { changeOperator } from '../../src/operators/operators.ts'
import { randomHex } from '../store/samples.ts'
import { changesOf } from '../store/test-store.ts'
import { brokenBy, onEachStore } from './operator-world.ts'

const ROLES = '/api/tenants/[tenant_id]/roles'
const CHANGE_TENANT = 'PUT+/api/tenants/[tenant_id]'

onEachStore((world) => {
  const deps = () => world().deps
  const asked = (parts: Partial<NewRole> = {}): NewRole => ({
    name: `role_${randomHex(4)}`,
    roles: [],
    permissions: [],
    disallowPermissions: [],
    customPermissionIds: [],
    ...parts,
  })
  const role = (caller: OperatorCaller, parts: Partial<NewRole> = {}) =>
    createRole(deps(), caller, asked(parts))
  const denial: NewPermission = { value: CHANGE_TENANT, isDisallowed: true }
  const permission = (caller: OperatorCaller, parts: Partial<NewPermission> = {}) =>
    createPermission(deps(), caller, { ...denial, ...parts })

  const withAdmin = async () => {
    const { tenant, boss, caller } = await world().tenant()
    const admin = await world().operator(tenant, { roles: ['tenant_iam_admin'] })
    return { tenant, boss, caller, admin: await world().callerOf(admin) }
  }

  describe('a custom role', () => {
    test('is as it was asked for, and read back so, with its permissions as they are', async () => {
      const { caller, tenant } = await world().tenant()
      const [one, two] = [
        await permission(caller),
        await permission(caller, { allowedAfterMs: 1, allowedBeforeMs: 2 }),
      ]
      const made = await role(caller, {
        description: 'ü',
        roles: ['tenant_viewonly'],
        permissions: [`POST+${ROLES}`],
        disallowPermissions: [CHANGE_TENANT],
        customPermissionIds: [two.id, one.id],
        isDisabled: true,
        disabledReason: 'not yet',
      })
      expect(made.id).toMatch(/^[0-9]{17}$/)
      expect(made).toMatchObject({
        isDisabled: true,
        disabledReason: 'not yet',
        etag: 1,
        updatedUtc: made.id,
      })
      expect(made.customPermissions.map(({ id }) => id)).toEqual([two.id, one.id])
      expect(await getRole(deps(), tenant.id, made.id)).toEqual(made)
      expect(await deps().customRoles.list(tenant.id)).toEqual([made])
    })

    test('is refused by name when the tenant has one of that name, and not when another tenant has', async () => {
      const [one, other] = [await world().tenant(), await world().tenant()]
      const { name } = await role(one.caller)
      expect(await brokenBy(role(one.caller, { name }))).toEqual(['role_name_taken'])
      expect(await brokenBy(role(other.caller, { name }))).toEqual([])
      const second = await role(one.caller)
      expect(await brokenBy(changeRole(deps(), one.caller, second.id, asked({ name }), undefined))).toEqual([
        'role_name_taken',
      ])
    })

    test('has the name of no system role, and takes none', async () => {
      const { caller } = await world().tenant()
      expect(await brokenBy(role(caller, { name: 'tenant_super' }))).toEqual(['role_name_taken'])
      const { id } = await role(caller)
      const renamed = changeRole(deps(), caller, id, asked({ name: 'system' }), undefined)
      expect(await brokenBy(renamed)).toEqual(['role_name_taken'])
    })

    test('holds no permission of another tenant’s', async () => {
      const [one, other] = [await world().tenant(), await world().tenant()]
      const { id } = await permission(other.caller)
      expect(await brokenBy(role(one.caller, { customPermissionIds: [id] }))).toEqual([
        'custom_permission_ids_unknown',
      ])
    })

    test('tells all that is wrong with it at once', async () => {
      const { caller } = await world().tenant()
      const parts = { roles: ['tenant_root'], permissions: ['x'], customPermissionIds: ['1'] } as const
      expect(await brokenBy(role(caller, parts))).toEqual([
        'super_role_not_allowed',
        'permissions_invalid',
        'custom_permission_ids_unknown',
      ])
    })

    test('that is changed is so for every node, in another version', async () => {
      const { caller, tenant } = await world().tenant()
      const made = await role(caller, { description: 'gone', permissions: [ROLES] })
      const change = () => changeRole(deps(), caller, made.id, asked({ name: made.name }), 1)
      expect(await world().acknowledgementsOf(change)).toBe(1)
      expect(await changesOf(world().store, tenant)).toEqual(['role custom'])
      expect(await getRole(deps(), tenant.id, made.id)).toMatchObject({
        description: undefined,
        permissions: [],
        etag: 2,
      })
      expect(await brokenBy(change())).toEqual(['etag_mismatch'])
    })

    test('of another tenant is not there', async () => {
      const [one, other] = [await world().tenant(), await world().tenant()]
      const { id } = await role(one.caller)
      expect(await brokenBy(getRole(deps(), other.tenant.id, id))).toEqual(['not_in_tenant'])
      expect(await brokenBy(changeRole(deps(), other.caller, id, asked(), undefined))).toEqual([
        'not_in_tenant',
      ])
      expect(await brokenBy(deleteRole(deps(), other.caller, id))).toEqual(['not_in_tenant'])
    })

    test('of the system’s own is not changed', async () => {
      const { caller } = await world().tenant()
      const { id } = await role(caller)
      await world().store.rows(`update custom_roles set is_system_owned = 1 where id = '${id}'`)
      expect(await brokenBy(changeRole(deps(), caller, id, asked(), undefined))).toEqual([
        'system_role_protected',
      ])
      expect(await brokenBy(deleteRole(deps(), caller, id))).toEqual(['system_role_protected'])
    })

    test('that an operator has stays until he has it no more', async () => {
      const { caller, boss } = await world().tenant()
      const { id } = await role(caller, { disallowPermissions: [`POST+${ROLES}`] })
      await changeOperator(deps(), caller, boss.id, { customRoles: [{ id }] }, undefined)
      expect(await brokenBy(deleteRole(deps(), caller, id))).toEqual(['custom_role_in_use'])
      await changeOperator(deps(), caller, boss.id, { customRoles: [] }, undefined)
      expect(await brokenBy(deleteRole(deps(), caller, id))).toEqual([])
      expect(await brokenBy(deleteRole(deps(), caller, id))).toEqual(['not_in_tenant'])
    })

    test.each<[string, Partial<NewRole>]>([
      ['with a role', { roles: ['tenant_super'] }],
      ['with a permission', { permissions: [CHANGE_TENANT] }],
      ['that is switched off', { permissions: [CHANGE_TENANT], isDisabled: true }],
    ])('that gives more than its maker has is not made: %s', async (_, parts) => {
      const { admin } = await withAdmin()
      expect(await brokenBy(role(admin, parts))).toEqual(['role_exceeds_caller'])
    })

    test('that somebody with more has made is not his with less to change or delete', async () => {
      const { admin, caller } = await withAdmin()
      const { id } = await role(caller, { permissions: [CHANGE_TENANT] })
      expect(await brokenBy(changeRole(deps(), admin, id, asked(), undefined))).toEqual([
        'role_exceeds_caller',
      ])
      expect(await brokenBy(deleteRole(deps(), admin, id))).toEqual(['role_exceeds_caller'])
    })

    test('that denies something goes on denying it to whoever may not allow it', async () => {
      const { admin, caller } = await withAdmin()
      const { id, name } = await role(caller, { disallowPermissions: [CHANGE_TENANT] })
      const change = (parts: Partial<NewRole>) =>
        changeRole(deps(), admin, id, asked({ name, ...parts }), undefined)
      expect(await brokenBy(change({}))).toEqual(['role_exceeds_caller'])
      expect(await brokenBy(change({ disallowPermissions: [CHANGE_TENANT], isDisabled: true }))).toEqual([
        'role_exceeds_caller',
      ])
      expect(await brokenBy(change({ disallowPermissions: [CHANGE_TENANT], description: 'x' }))).toEqual([])
    })
  })

  describe('a custom permission', () => {
    test.each<[string, Partial<NewPermission>, readonly string[]]>([
      ['denies', {}, []],
      ['allows from some time on', { isDisallowed: false, allowedAfterMs: 5 }, []],
      ['allows up to some time', { isDisallowed: false, allowedBeforeMs: 5 }, []],
      ['may last no time', { allowedAfterMs: 5, allowedBeforeMs: 5 }, []],
      ['cannot end before it begins', { allowedAfterMs: 6, allowedBeforeMs: 5 }, ['permission_window_empty']],
      ['cannot allow for ever', { isDisallowed: false }, ['permission_not_customized']],
      ['cannot be about nothing', { value: '/api/sites' }, ['permission_matches_nothing']],
      ['cannot be about another tenant', { value: '/api/tenants/1/roles' }, ['permission_of_other_tenant']],
    ])('%s', async (_, parts, rules) => {
      const { caller } = await world().tenant()
      expect(await brokenBy(permission(caller, parts))).toEqual([...rules])
    })

    test('is read back as it was made, by its own tenant only', async () => {
      const [one, other] = [await world().tenant(), await world().tenant()]
      const value = `/api/tenants/${one.tenant.sdwanTenantId}/roles`
      const made = await permission(one.caller, {
        value,
        allowedAfterMs: 1_795_378_800_000,
        isDisabled: true,
        disabledReason: 'ü',
      })
      expect(made).toMatchObject({
        value,
        allowedBeforeMs: undefined,
        region: undefined,
        etag: 1,
        updatedUtc: made.id,
      })
      expect(await getPermission(deps(), one.tenant.id, made.id)).toEqual(made)
      expect(await deps().customPermissions.list(one.tenant.id)).toEqual([made])
      expect(await brokenBy(getPermission(deps(), other.tenant.id, made.id))).toEqual(['not_in_tenant'])
      expect(await brokenBy(deletePermission(deps(), other.caller, made.id))).toEqual(['not_in_tenant'])
    })

    test('that is changed is so in every role, on every node', async () => {
      const { caller, tenant } = await world().tenant()
      const made = await permission(caller)
      const holder = await role(caller, { customPermissionIds: [made.id] })
      const change = () => changePermission(deps(), caller, made.id, { ...denial, allowedBeforeMs: 9 }, 1)
      expect(await world().acknowledgementsOf(change)).toBe(1)
      expect(await changesOf(world().store, tenant)).toEqual(['role custom'])
      const { customPermissions } = await getRole(deps(), tenant.id, holder.id)
      expect(customPermissions).toMatchObject([{ id: made.id, allowedBeforeMs: 9, etag: 2 }])
      expect(await brokenBy(change())).toEqual(['etag_mismatch'])
    })

    test('that a role holds stays', async () => {
      const { caller } = await world().tenant()
      const made = await permission(caller)
      const { id, name } = await role(caller, { customPermissionIds: [made.id] })
      expect(await brokenBy(deletePermission(deps(), caller, made.id))).toEqual(['custom_permission_in_use'])
      await changeRole(deps(), caller, id, asked({ name }), undefined)
      expect(await brokenBy(deletePermission(deps(), caller, made.id))).toEqual([])
      expect(await brokenBy(deletePermission(deps(), caller, made.id))).toEqual(['not_in_tenant'])
    })

    test('that a role holds gives nobody more than who changes it has', async () => {
      const { admin, caller } = await withAdmin()
      const made = await permission(caller)
      const change = (parts: Partial<NewPermission>) =>
        brokenBy(changePermission(deps(), admin, made.id, { ...denial, ...parts }, undefined))
      expect(await change({ isDisabled: true })).toEqual([])
      await changePermission(deps(), caller, made.id, denial, undefined)
      await role(caller, { customPermissionIds: [made.id] })
      expect(await change({ isDisabled: true })).toEqual(['role_exceeds_caller'])
      expect(await change({ isDisallowed: false, allowedAfterMs: 1 })).toEqual(['role_exceeds_caller'])
      expect(await change({})).toEqual([])
    })
  })
})
