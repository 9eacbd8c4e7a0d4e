import { describe, expect, test } from 'bun:test'
import { ExactNumber } from '../../src/exact-json.ts'
import { NIL_UUID } from '../../src/accounts/metadata.ts'
import { grantRoleIn } from '../../src/accounts/role-bindings.ts'
import { createRole } from '../../src/operators/custom-roles.ts'
import {
  createOperator,
  changeOperator,
  deleteOperator,
  getOperator,
  type NewOperator,
  type OperatorChange,
} from '../../src/operators/operators.ts'
import type { OperatorCaller } from '../../src/operators/operator-caller.ts'
import type { Operator } from '../../src/operators/operator.ts'
import type { SystemRole } from '../../src/operators/role-names.ts'
import { changeSettings } from '../../src/operators/settings.ts'
import { failureOf, randomHex } from '../store/samples.ts'
import { changesOf } from '../store/test-store.ts'
import { brokenBy, onEachStore } from './operator-world.ts'

const PASSWORD = 'correct horse battery'

onEachStore((world) => {
  const deps = () => world().deps
  const create = (caller: OperatorCaller, parts: Partial<NewOperator> = {}): Promise<Operator> =>
    createOperator(deps(), caller, {
      email: `${randomHex(6)}@example.org`,
      firstName: 'Ada',
      roles: ['tenant_viewonly'],
      customRoles: [],
      ...parts,
    })
  const change = (caller: OperatorCaller, { id }: Operator, parts: OperatorChange, etag?: number) =>
    changeOperator(deps(), caller, id, parts, etag)
  const role = (caller: OperatorCaller, parts: object = {}) =>
    createRole(deps(), caller, {
      name: `role_${randomHex(4)}`,
      roles: [],
      permissions: [],
      disallowPermissions: [],
      customPermissionIds: [],
      ...parts,
    })

  describe('a new operator', () => {
    test('is as he was asked for, and read back so', async () => {
      const { caller, tenant } = await world().tenant()
      const custom = await role(caller, { roles: ['tenant_viewonly'] })
      const made = await create(caller, {
        lastName: 'Lovelace',
        roles: ['tenant_network_admin', 'tenant_security_admin'],
        customRoles: [{ name: custom.name }],
        ipv4List: ['192.0.2.0/24'],
        isSessionIpLocked: false,
        profile: {
          phone_numbers: [{ number: new ExactNumber('12345678901234567') }],
          settings: 'ü',
          email_iam: null,
        },
      })
      expect(made).toMatchObject({
        tenantId: tenant.id,
        firstName: 'Ada',
        lastName: 'Lovelace',
        roles: ['tenant_network_admin', 'tenant_security_admin'],
        customRoleIds: [custom.id],
        ipv4List: ['192.0.2.0/24'],
        isSessionIpLocked: false,
        isDisabled: false,
        isSystemOwned: false,
        etag: 1,
      })
      expect(made.createdUtc).toMatch(/^[0-9]{17}$/)
      expect(made.profile).not.toHaveProperty('email_iam')
      expect(await getOperator(deps(), tenant.id, made.id)).toEqual(made)
      expect(await deps().operators.page(tenant.id, undefined, 99)).toContainEqual(made)
    })

    test('can log in when he is given a password, and his sessions are bound to an address unless something is said', async () => {
      const { caller } = await world().tenant()
      const [without, withOne] = [await create(caller), await create(caller, { password: PASSWORD })]
      expect((await deps().users.findPassword(without.userId))?.user.basicAuthEnabled).toBe(false)
      const account = await deps().users.findPassword(withOne.userId)
      expect(account?.user.basicAuthEnabled).toBe(true)
      expect(await Bun.password.verify(PASSWORD, account?.passwordHash ?? '')).toBe(true)
      expect(without.isSessionIpLocked).toBe(true)
    })

    test.each<[string, Partial<NewOperator>, readonly string[]]>([
      ['support_admin', { roles: ['support_admin'] }, ['system_role_unassignable']],
      ['esp_user', { roles: ['esp_user'] }, ['system_role_unassignable']],
      [
        'a super with another role',
        { roles: ['tenant_super', 'tenant_viewonly'] },
        ['multiple_system_roles'],
      ],
      ['a role twice', { roles: ['tenant_viewonly', 'tenant_viewonly'] }, ['multiple_system_roles']],
      [
        'roles of two families',
        { roles: ['tenant_viewonly', 'guest'] },
        ['multiple_system_roles', 'system_role_unassignable'],
      ],
      [
        'a custom role that is not there',
        { customRoles: [{ id: '17953788000120044' }] },
        ['custom_role_unknown'],
      ],
      [
        'a custom role by a name that is none',
        { customRoles: [{ name: 'nobody_has_it' }] },
        ['custom_role_unknown'],
      ],
      ['a password that is too short', { password: 'short' }, ['password_unfit']],
    ])('cannot have %s', async (_, parts, rules) => {
      const { caller, tenant } = await world().tenant()
      expect(await brokenBy(create(caller, parts))).toEqual(rules)
      expect(await deps().operators.page(tenant.id, undefined, 99)).toHaveLength(1)
    })

    test('cannot have another tenant’s custom role, nor the system’s', async () => {
      const [one, other] = [await world().tenant(), await world().tenant()]
      const foreign = await role(other.caller)
      expect(await brokenBy(create(one.caller, { customRoles: [{ id: foreign.id }] }))).toEqual([
        'custom_role_unknown',
      ])
      const own = await role(one.caller)
      await world().store.rows(`update custom_roles set is_system_owned = 1 where id = '${own.id}'`)
      expect(await brokenBy(create(one.caller, { customRoles: [{ id: own.id }] }))).toEqual([
        'system_custom_role_unassignable',
      ])
    })

    test('cannot have an address that somebody has, in whatever case', async () => {
      const { caller, boss } = await world().tenant()
      expect(await brokenBy(create(caller, { email: boss.email.toUpperCase() }))).toEqual(['email_taken'])
    })
  })

  describe('who may do less than another', () => {
    const lesser = async () => {
      const { tenant, boss, caller } = await world().tenant()
      const admin = await world().operator(tenant, { roles: ['tenant_iam_admin'] })
      return { boss, caller, admin: await world().callerOf(admin) }
    }

    test('makes nobody like him', async () => {
      const { admin } = await lesser()
      expect(await brokenBy(create(admin, { roles: ['tenant_super'] }))).toEqual(['signup_role_invalid'])
      expect(await brokenBy(create(admin, { roles: ['tenant_network_admin'] }))).toEqual([])
    })

    test('cannot change or delete him', async () => {
      const { admin, boss } = await lesser()
      expect(await brokenBy(change(admin, boss, { firstName: 'Eve' }))).toEqual(['signup_role_invalid'])
      expect(await brokenBy(deleteOperator(deps(), admin, boss.id))).toEqual(['signup_role_invalid'])
    })

    test('cannot find out what his password is by setting it again', async () => {
      const { admin, caller, boss } = await lesser()
      await changeSettings(deps(), caller, { passwordPolicy: { isNoReuseEnabled: true } }, undefined)
      await change(caller, boss, { password: PASSWORD })
      const guesses = [PASSWORD, `${PASSWORD} 2`].map((password) =>
        brokenBy(change(admin, boss, { password })),
      )
      expect(await Promise.all(guesses)).toEqual([['signup_role_invalid'], ['signup_role_invalid']])
    })

    test('gives no custom role that may do more, however it comes to it', async () => {
      const { admin, caller } = await lesser()
      const custom = await role(caller, { permissions: ['PUT+/api/tenants/[tenant_id]'] })
      const given = { customRoles: [{ id: custom.id }] }
      expect(await brokenBy(create(admin, given))).toEqual(['signup_role_invalid'])
      const made = await create(admin)
      expect(await brokenBy(change(admin, made, given))).toEqual(['signup_role_invalid'])
    })

    test('takes no custom role away that keeps somebody from doing more', async () => {
      const { admin, caller } = await lesser()
      const { id: more } = await role(caller, { permissions: ['PUT+/api/tenants/[tenant_id]'] })
      const { id: denied } = await role(caller, { disallowPermissions: ['/api/tenants/[tenant_id]'] })
      const bound = await create(caller, { customRoles: [{ id: more }, { id: denied }] })
      expect(await brokenBy(change(admin, bound, { lastName: 'Bound' }))).toEqual([])
      const unbound = change(admin, bound, { customRoles: [{ id: more }] })
      expect(await brokenBy(unbound)).toEqual(['signup_role_invalid'])
    })
  })

  describe('who may more by another API', () => {
    const grants: [string, (operator: Operator) => Promise<unknown>][] = [
      [
        'the Onezone',
        ({ userId }) =>
          world().store.atomically(({ users }) => users.changePrivileges(userId, ['oz_view_privileges'], [])),
      ],
      [
        'an account',
        ({ tenantId, userId }) =>
          world().store.atomically(async (ports) => {
            const user = await deps().users.findById(userId)
            await grantRoleIn(ports, world().ambient, tenantId, user?.uuid ?? '', 'member', NIL_UUID)
          }),
      ],
    ]

    /** All that holds beyond the operator; of it, what is refused. */
    const refusedOf = async (caller: OperatorCaller, operator: Operator) => {
      const acts = {
        password: change(caller, operator, { password: PASSWORD }),
        disabled: change(caller, operator, { isDisabled: !operator.isDisabled }),
        email: change(caller, operator, { email: `${operator.id}@example.com` }),
      }
      const broken = Object.entries(acts).map(async ([act, done]) =>
        (await brokenBy(done)).includes('signup_role_invalid') ? [act] : [],
      )
      return (await Promise.all(broken)).flat()
    }

    test.each(grants)('is out of reach of who may not, as the user that he is: %s', async (_, grant) => {
      const { caller, boss } = await world().tenant()
      const made = await create(caller)
      await grant(made)
      expect(await refusedOf(caller, made)).toEqual(['password', 'disabled', 'email'])
      expect(await brokenBy(deleteOperator(deps(), caller, made.id))).toEqual(['signup_role_invalid'])
      expect(await brokenBy(change(caller, made, { firstName: 'Augusta' }))).toEqual([])
      await grant(boss)
      expect(await refusedOf(caller, made)).toEqual([])
      expect(await brokenBy(deleteOperator(deps(), caller, made.id))).toEqual([])
    })

    test.each(grants)('is not whoever has a token that speaks for him: %s', async (_, grant) => {
      const { tenant, boss } = await world().tenant()
      const [victim, another] = [
        await world().operator(tenant, { roles: ['tenant_viewonly'] }),
        await world().operator(tenant, { roles: ['tenant_viewonly'] }),
      ]
      for (const each of [victim, another]) await grant(each)
      // As whoever administers operators may make one for him, with no more than he may himself.
      const { rights } = await world().callerOf(boss)
      const byToken = { ...(await world().callerOf(victim)), rights, isHimself: false }
      for (const each of [victim, another]) {
        expect(await refusedOf(byToken, each)).toEqual(['password', 'disabled', 'email'])
        expect(await brokenBy(deleteOperator(deps(), byToken, each.id))).toEqual(['signup_role_invalid'])
      }
    })
  })

  describe('a change', () => {
    test('leaves what it does not name, and makes another version', async () => {
      const { caller } = await world().tenant()
      const made = await create(caller, {
        lastName: 'Lovelace',
        profile: { settings: 'x', email_iam: 'a@b' },
      })
      const after = await change(
        caller,
        made,
        { firstName: 'Augusta', profile: { settings: null, addresses: [] } },
        1,
      )
      expect(after).toEqual({
        ...made,
        firstName: 'Augusta',
        profile: { email_iam: 'a@b', addresses: [] },
        etag: 2,
        updatedUtc: after.updatedUtc,
      })
      expect(await getOperator(deps(), made.tenantId, made.id)).toEqual(after)
    })

    test('is refused for another version than the one that is there, and for nobody', async () => {
      const { caller, boss } = await world().tenant()
      expect(await brokenBy(change(caller, boss, { firstName: 'Eve' }, 2))).toEqual(['etag_mismatch'])
      expect(await brokenBy(change(caller, { ...boss, id: '1' }, {}))).toEqual(['not_in_tenant'])
      const other = await world().tenant()
      expect(await brokenBy(change(other.caller, boss, {}))).toEqual(['not_in_tenant'])
    })

    test.each<[string, OperatorChange, readonly string[]]>([
      ['other roles', { roles: ['tenant_network_admin'] }, ['role']],
      ['the same roles', { roles: ['tenant_viewonly'] }, []],
      ['a name', { firstName: 'Eve', ipv4List: ['192.0.2.1'] }, []],
      ['whether he gets in', { isDisabled: true, disabledReason: 'gone' }, ['subject']],
      ['whether his sessions are bound to an address', { isSessionIpLocked: false }, ['subject']],
      ['a password', { password: PASSWORD }, ['password', 'password']],
    ])('of %s is waited for, and tells of %o', async (_, parts, kinds) => {
      const { caller, tenant } = await world().tenant()
      const made = await create(caller)
      expect(await world().acknowledgementsOf(() => change(caller, made, parts))).toBe(1)
      const key = String(made.userId)
      expect(await changesOf(world().store, tenant)).toEqual(kinds.map((kind) => `${kind} ${key}`))
    })

    test('to disabled blocks the user, and undone he is in again', async () => {
      const { caller } = await world().tenant()
      const made = await create(caller)
      await change(caller, made, { isDisabled: true, disabledReason: 'gone' })
      expect((await deps().users.findById(made.userId))?.isBlocked).toBe(true)
      const back = await change(caller, made, { isDisabled: false, disabledReason: null })
      expect(back).toMatchObject({ isDisabled: false, disabledReason: undefined })
      expect((await deps().users.findById(made.userId))?.isBlocked).toBe(false)
    })

    test('of the password takes the place of the one before, lets him in again, and may not repeat one', async () => {
      const { caller } = await world().tenant()
      await changeSettings(
        deps(),
        caller,
        { passwordPolicy: { isNoReuseEnabled: true, noReuseCount: 2 } },
        undefined,
      )
      const made = await create(caller, { password: PASSWORD })
      await world().store.rows(
        `update operators set is_locked = 1, failed_logins = 10 where user_id = ${made.userId}`,
      )
      const after = await change(caller, made, { password: `${PASSWORD} 2` })
      expect(after).toMatchObject({ isLocked: false, failedLogins: 0 })
      expect(await getOperator(deps(), made.tenantId, made.id)).toEqual(after)
      const account = await deps().users.findPassword(made.userId)
      expect(await Bun.password.verify(`${PASSWORD} 2`, account?.passwordHash ?? '')).toBe(true)
      const repeated = await failureOf(change(caller, made, { password: `${PASSWORD} 2` }))
      expect(repeated).toEqual({ kind: 'password_unfit', rule: 'used_before' })
    })

    test('to unlocked lets him log in again', async () => {
      const { caller } = await world().tenant()
      const made = await create(caller)
      await world().store.rows(
        `update operators set is_locked = 1, failed_logins = 10 where user_id = ${made.userId}`,
      )
      expect(await change(caller, made, { isLocked: false })).toMatchObject({ isLocked: false })
      expect(await getOperator(deps(), made.tenantId, made.id)).toMatchObject({
        isLocked: false,
        failedLogins: 0,
      })
    })

    test('of the system’s own is refused, and its deletion', async () => {
      const { caller, tenant } = await world().tenant()
      const client = await world().operator(tenant, { roles: ['tenant_viewonly'], isSystemOwned: true })
      expect(await brokenBy(change(caller, client, {}))).toEqual(['system_operator_protected'])
      expect(await brokenBy(deleteOperator(deps(), caller, client.id))).toEqual(['system_operator_protected'])
    })
  })

  describe('the last who may do everything', () => {
    test.each<[string, (caller: OperatorCaller, boss: Operator) => Promise<unknown>]>([
      ['stays so', (caller, boss) => change(caller, boss, { roles: ['tenant_iam_admin'] })],
      ['stays enabled', (caller, boss) => change(caller, boss, { isDisabled: true })],
      ['stays', (caller, boss) => deleteOperator(deps(), caller, boss.id)],
    ])('%s', async (_, lose) => {
      const { caller, tenant, boss } = await world().tenant()
      await world().operator(tenant, { roles: ['tenant_super'], isSystemOwned: true })
      const disabled = await create(caller, { roles: ['tenant_super'], isDisabled: true })
      expect(await brokenBy(lose(caller, boss))).toEqual(['last_super'])
      await change(caller, disabled, { isDisabled: false })
      expect(await brokenBy(lose(caller, boss))).toEqual([])
      expect(await deps().operators.hasSuper(tenant.id)).toBe(true)
    })

    test('is not lost to two who let go of it at once', async () => {
      const { caller, tenant, boss } = await world().tenant()
      const second = await create(caller, { roles: ['tenant_super'] })
      const roles: readonly SystemRole[] = ['tenant_viewonly']
      const both = await Promise.all([
        brokenBy(change(caller, boss, { roles })),
        brokenBy(change(caller, second, { roles })),
      ])
      expect(both.flat()).toEqual(['last_super'])
      expect(await deps().operators.hasSuper(tenant.id)).toBe(true)
    })
  })

  describe('a deleted operator', () => {
    test('is gone with his user, and every node has heard of it', async () => {
      const { caller, tenant } = await world().tenant()
      const custom = await role(caller)
      const made = await create(caller, { customRoles: [{ id: custom.id }] })
      expect(await world().acknowledgementsOf(() => deleteOperator(deps(), caller, made.id))).toBe(1)
      expect(await brokenBy(getOperator(deps(), tenant.id, made.id))).toEqual(['not_in_tenant'])
      expect(await deps().users.findById(made.userId)).toBeUndefined()
      expect(await changesOf(world().store, tenant)).toEqual([`subject ${made.userId}`])
      expect(await brokenBy(deleteOperator(deps(), caller, made.id))).toEqual(['not_in_tenant'])
    })

    test('is none of another tenant’s to delete', async () => {
      const [one, other] = [await world().tenant(), await world().tenant()]
      const made = await create(one.caller)
      expect(await brokenBy(deleteOperator(deps(), other.caller, made.id))).toEqual(['not_in_tenant'])
    })
  })
})
