import { describe, expect, test } from 'bun:test'
import {
  createAuthToken,
  deleteAuthToken,
  getAuthToken,
  listAuthTokens,
} from '../../src/operators/auth-tokens.ts'
import { createRole, changeRole } from '../../src/operators/custom-roles.ts'
import type { OperatorCaller } from '../../src/operators/operator-caller.ts'
import type { SystemRole } from '../../src/operators/role-names.ts'
import { endSession, getSession, listSessions } from '../../src/operators/sessions.ts'
import { randomHex } from '../store/samples.ts'
import { sampleSession } from '../store/session-samples.ts'
import { NEW_TOKEN, onEachStore, refusedWith, TERMS } from './session-world.ts'

const MINTING = '/api/tenants/[tenant_id]/operators/[operator_id]/authtokens'

onEachStore((world) => {
  const newRole = (caller: OperatorCaller, parts: object = {}) =>
    createRole(world().deps, caller, {
      name: `role_${randomHex(4)}`,
      roles: [],
      permissions: [],
      disallowPermissions: [],
      customPermissionIds: [],
      ...parts,
    })

  describe('a new auth token', () => {
    test('is found by its text, and shown as it is but for that', async () => {
      const { boss, tenant } = await world().tenant()
      const expiresAtMillis = world().ambient.nowMillis() + 60_000
      const { token, text } = await world().token(boss, { roles: ['tenant_viewonly'], expiresAtMillis })
      expect(text).toMatch(/^[0-9a-f]{64}-c%3D[0-9a-f]{20}%26region%3D0$/)
      expect(token).toMatchObject({
        kind: 'token',
        tenantId: tenant.id,
        operatorId: boss.id,
        roles: ['tenant_viewonly'],
        customRoles: [],
        expiresAtMillis,
        isSystemOwned: false,
      })
      expect(token.id).toMatch(/^\d{17}$/)
      expect(text).toContain(`c%3D${token.key}%26`)
      expect(await world().facts(text)).toMatchObject({
        sessionId: token.id,
        kind: 'token',
        operatorId: boss.id,
      })
      const caller = await world().byPassword(boss)
      const { sessions } = world()
      const got = await getAuthToken(sessions, caller, boss.id, token.id)
      expect(got).toEqual(token)
      expect(await listAuthTokens(sessions, caller, boss.id)).toEqual([token])
    })

    test('has each role once, by whatever it is named and however often', async () => {
      const { boss, caller } = await world().tenant()
      const { id, name } = await newRole(caller, { roles: ['tenant_viewonly'] })
      const { token } = await world().token(boss, {
        roles: ['tenant_viewonly', 'tenant_iam_admin', 'tenant_viewonly'],
        customRoles: [{ id }, { name }, { id }],
      })
      expect(token.roles).toEqual(['tenant_viewonly', 'tenant_iam_admin'])
      expect(token.customRoles.map((role) => role.id)).toEqual([id])
    })

    test('with no roles has those of its operator, and keeps them when he loses his', async () => {
      const { caller, tenant } = await world().tenant()
      const custom = await newRole(caller, { roles: ['tenant_viewonly'] })
      const own = { roles: ['tenant_network_admin'] as const, customRoleIds: [custom.id] }
      const operator = await world().operator(tenant, own)
      const { token, text } = await world().token(operator)
      expect(token.roles).toEqual(['tenant_network_admin'])
      expect(token.customRoles.map(({ id }) => id)).toEqual([custom.id])
      expect((await world().facts(text)).roles).toEqual(['tenant_network_admin'])
    })

    test('has its custom roles by id or by name, as they are at the moment', async () => {
      const { boss, caller } = await world().tenant()
      const [one, two] = [await newRole(caller), await newRole(caller, { roles: ['tenant_viewonly'] })]
      const { token, text } = await world().token(boss, { customRoles: [{ id: one.id }, { name: two.name }] })
      expect(token.customRoles.map(({ id }) => id)).toEqual([one.id, two.id])
      const { sessions } = world()
      await changeRole(
        sessions,
        caller,
        two.id,
        { ...two, name: 'renamed', customPermissionIds: [] },
        undefined,
      )
      const got = await getAuthToken(sessions, caller, boss.id, token.id)
      expect(got.customRoles.map(({ name }) => name)).toEqual([one.name, 'renamed'])
      expect((await world().facts(text)).customRoles.map(({ name }) => name)).toEqual([one.name, 'renamed'])
    })

    test('is not made with a custom role that the tenant does not have', async () => {
      const { boss } = await world().tenant()
      const { caller: stranger } = await world().tenant()
      const foreign = await newRole(stranger)
      for (const customRoles of [[{ id: '1' }], [{ name: 'nobody' }], [{ id: foreign.id }], [{}]]) {
        expect(await refusedWith(world().token(boss, { customRoles }))).toBe('custom_role_unknown')
      }
    })
  })

  describe('who may make tokens', () => {
    const who: readonly (readonly [SystemRole, own: string | undefined, others: string | undefined])[] = [
      ['tenant_viewonly', 'forbidden', 'subject_not_permitted'],
      ['tenant_network_admin', undefined, 'subject_not_permitted'],
      ['tenant_security_admin', undefined, 'subject_not_permitted'],
      ['tenant_iam_admin', undefined, undefined],
      ['tenant_super', undefined, undefined],
    ]
    test.each(who)('%s: of his own %p, of others %p', async (role, own, others) => {
      const { tenant } = await world().tenant()
      const caller = await world().operator(tenant, { roles: [role] })
      const other = await world().operator(tenant, { roles: ['tenant_viewonly'] })
      expect(await refusedWith(world().token(caller))).toBe(own)
      expect(await refusedWith(world().token(caller, { operatorId: other.id }))).toBe(others)
    })

    test('is nobody whose session was ended, or who was shut out, after he had got in', async () => {
      const { boss, tenant } = await world().tenant()
      const other = await world().operator(tenant, { roles: ['tenant_viewonly'] })
      const maker = await world().withPassword(tenant)
      const make = (caller: Parameters<typeof createAuthToken>[1], operatorId: string) =>
        refusedWith(createAuthToken(world().sessions, caller, { ...NEW_TOKEN, operatorId }))
      const login = await world().logIn(maker)
      const [byLogin, byToken] = [
        await world().facts(login.text),
        await world().facts((await world().token(maker)).text),
      ]
      await world().store.atomically(({ sessions }) => sessions.end(login.session))
      expect(await make(byLogin, maker.id)).toBe('session_cannot_mint')
      expect(await make(byToken, maker.id)).toBeUndefined()
      const admin = await world().byPassword(boss)
      await deleteAuthToken(world().sessions, admin, maker.id, byToken.sessionId)
      expect(await make(byToken, other.id)).toBe('session_cannot_mint')
      const byPassword = await world().byPassword(maker)
      await world().store.atomically(({ users }) => users.setBlocked(maker.userId, true))
      expect(await make(byPassword, other.id)).toBe('session_cannot_mint')
    })

    test('is nobody for an operator who is not there, is of another tenant, or is shut out', async () => {
      const { boss, tenant } = await world().tenant()
      const { boss: stranger } = await world().tenant()
      const blocked = await world().operator(tenant, { roles: ['tenant_viewonly'] })
      await world().store.atomically(({ users }) => users.setBlocked(blocked.userId, true))
      for (const operatorId of ['', '1', stranger.id, blocked.id]) {
        const made = world().token(boss, { operatorId, roles: ['tenant_viewonly'] })
        expect(await refusedWith(made)).toBe('operator_unknown')
      }
    })
  })

  describe('a token has no more than who makes it', () => {
    const cases: readonly (readonly [caller: SystemRole, asked: SystemRole, isRefused: boolean])[] = [
      ['tenant_network_admin', 'tenant_network_admin', false],
      ['tenant_network_admin', 'tenant_viewonly', false],
      ['tenant_network_admin', 'tenant_iam_admin', true],
      ['tenant_network_admin', 'tenant_super', true],
      ['tenant_network_admin', 'tenant_security_admin', true],
      ['tenant_iam_admin', 'tenant_network_admin', false],
      ['tenant_iam_admin', 'tenant_super', true],
      ['tenant_super', 'tenant_iam_admin', false],
      ['tenant_super', 'tenant_root', true],
      ['tenant_super', 'esp_root', true],
      ['tenant_super', 'support_root', true],
    ]
    test.each(cases)('%s asks for %s: refused is %p', async (role, asked, isRefused) => {
      const { tenant } = await world().tenant()
      const caller = await world().operator(tenant, { roles: [role] })
      const made = world().token(caller, { roles: [asked] })
      expect(await refusedWith(made)).toBe(isRefused ? 'roles_exceed_caller' : undefined)
    })

    test('also when it asks for nothing, and would inherit more', async () => {
      const { boss, caller: bossCaller, tenant } = await world().tenant()
      const admin = await world().operator(tenant, { roles: ['tenant_iam_admin'] })
      // Whoever administers operators would otherwise be a super by a token of one.
      expect(await refusedWith(world().token(admin, { operatorId: boss.id }))).toBe('roles_exceed_caller')
      const minter = await newRole(bossCaller, { permissions: [`POST+${MINTING}`] })
      const { text } = await world().token(boss, { customRoles: [{ id: minter.id }] })
      const narrow = await world().facts(text)
      const wide = createAuthToken(world().sessions, narrow, { ...NEW_TOKEN, operatorId: boss.id })
      expect(await refusedWith(wide)).toBe('roles_exceed_caller')
    })

    test('and may have all of it, a role that is switched off included', async () => {
      const { caller, tenant } = await world().tenant()
      const off = await newRole(caller, { roles: ['tenant_super'], isDisabled: true })
      const grant = { roles: ['tenant_network_admin'], customRoleIds: [off.id] } as const
      const operator = await world().operator(tenant, grant)
      expect((await world().token(operator)).token.customRoles.map(({ id }) => id)).toEqual([off.id])
      expect(await refusedWith(world().token(operator, { customRoles: [{ id: off.id }] }))).toBe(
        'roles_exceed_caller',
      )
    })
  })

  test('is he himself when he made it, by a token of his own making too, and not when another one did', async () => {
    const { boss, tenant } = await world().tenant()
    const operator = await world().operator(tenant, { roles: ['tenant_network_admin'] })
    const own = await world().facts((await world().token(operator)).text)
    const next = await createAuthToken(world().sessions, own, { ...NEW_TOKEN, operatorId: operator.id })
    const handed = await world().facts((await world().token(boss, { operatorId: operator.id })).text)
    const further = await createAuthToken(world().sessions, handed, { ...NEW_TOKEN, operatorId: operator.id })
    const facts = [own, await world().facts(next.text), handed, await world().facts(further.text)]
    expect(facts.map(({ isHimself }) => isHimself)).toEqual([true, true, false, false])
  })

  describe('how many there may be', () => {
    test('is a setting, and what is over, deleted or of somebody else does not count', async () => {
      const { boss, tenant } = await world().tenant()
      const other = await world().operator(tenant, { roles: ['tenant_super'] })
      world().terms = { ...TERMS, maxActiveTokens: 2 }
      try {
        const soon = world().ambient.nowMillis() + 1000
        await world().token(boss, { expiresAtMillis: soon })
        const { token } = await world().token(boss)
        expect(await refusedWith(world().token(boss))).toBe('too_many_tokens')
        expect(await refusedWith(world().token(other))).toBeUndefined()
        world().ambient.advanceSeconds(1)
        expect(await refusedWith(world().token(boss))).toBeUndefined()
        expect(await refusedWith(world().token(boss))).toBe('too_many_tokens')
        await deleteAuthToken(world().sessions, await world().byPassword(boss), boss.id, token.id)
        expect(await refusedWith(world().token(boss))).toBeUndefined()
      } finally {
        world().terms = TERMS
      }
    })

    test('is not exceeded by making many at once', async () => {
      const { boss } = await world().tenant()
      const made = await Promise.all(Array.from({ length: 15 }, () => refusedWith(world().token(boss))))
      expect(made.filter((refusal) => refusal === undefined).length).toBe(TERMS.maxActiveTokens)
      expect(made.filter((refusal) => refusal === 'too_many_tokens').length).toBe(5)
    })
  })

  describe('until when', () => {
    test('is to come, exactly, and by default never', async () => {
      const { boss } = await world().tenant()
      const now = world().ambient.nowMillis()
      for (const expiresAtMillis of [now, now - 1, 0, -1, Number.NaN, Number.MAX_SAFE_INTEGER + 1]) {
        expect(await refusedWith(world().token(boss, { expiresAtMillis }))).toBe('expiry_invalid')
      }
      const { token, text } = await world().token(boss, { expiresAtMillis: now + 1 })
      expect(token.expiresAtMillis).toBe(now + 1)
      expect(await world().verdict(text)).toBe('accepted')
      world().ambient.advanceSeconds(0.001)
      expect(await world().verdict(text)).toBe('expired')
      expect((await world().token(boss)).token.expiresAtMillis).toBeUndefined()
    })

    test('is what the settings say, and no later than they allow', async () => {
      const { boss } = await world().tenant()
      const now = world().ambient.nowMillis()
      const asked = async (terms: object, expiresAtMillis?: number) => {
        world().terms = { ...TERMS, ...terms }
        try {
          return (await world().token(boss, { expiresAtMillis })).token.expiresAtMillis
        } finally {
          world().terms = TERMS
        }
      }
      expect(await asked({ defaultTokenTtlSeconds: 60 })).toBe(now + 60_000)
      expect(await asked({ maxTokenTtlSeconds: 60 })).toBe(now + 60_000)
      expect(await asked({ defaultTokenTtlSeconds: 30, maxTokenTtlSeconds: 60 })).toBe(now + 30_000)
      expect(await asked({ maxTokenTtlSeconds: 60 }, now + 60_000)).toBe(now + 60_000)
      expect(await refusedWith(asked({ maxTokenTtlSeconds: 60 }, now + 60_001))).toBe('expiry_invalid')
    })
  })

  describe('a token that is there', () => {
    test('is dead and not there any more once it is deleted, which is waited for', async () => {
      const { boss } = await world().tenant()
      const caller = await world().byPassword(boss)
      const { token, text } = await world().token(boss)
      expect(await world().verdict(text)).toBe('accepted')
      const { sessions } = world()
      expect(
        await world().acknowledgementsOf(async () => {
          expect(await deleteAuthToken(sessions, caller, boss.id, token.id)).toEqual(token)
        }),
      ).toBe(1)
      expect(await world().verdict(text)).toBe('unknown')
      expect(await refusedWith(getAuthToken(sessions, caller, boss.id, token.id))).toBe('session_unknown')
      expect(await refusedWith(deleteAuthToken(sessions, caller, boss.id, token.id))).toBe('session_unknown')
      expect(await listAuthTokens(sessions, caller, boss.id)).toEqual([])
    })

    test('is not there from the millisecond that it is over', async () => {
      const { boss } = await world().tenant()
      const caller = await world().byPassword(boss)
      const { token } = await world().token(boss, { expiresAtMillis: world().ambient.nowMillis() + 1000 })
      world().ambient.advanceSeconds(1)
      const { sessions } = world()
      expect(await listAuthTokens(sessions, caller, boss.id)).toEqual([])
      for (const touch of [getAuthToken, deleteAuthToken, getSession, endSession]) {
        expect(await refusedWith(touch(sessions, caller, boss.id, token.id))).toBe('session_unknown')
      }
    })

    test('is its operator’s, and nobody’s but who administers operators', async () => {
      const { boss, tenant } = await world().tenant()
      const owner = await world().operator(tenant, { roles: ['tenant_network_admin'] })
      const peer = await world().byPassword(
        await world().operator(tenant, { roles: ['tenant_network_admin'] }),
      )
      const { token } = await world().token(owner)
      const { sessions } = world()
      const admin = await world().byPassword(boss)
      for (const touch of [getAuthToken, getSession, deleteAuthToken, endSession]) {
        expect(await refusedWith(touch(sessions, peer, owner.id, token.id))).toBe('forbidden')
        // Somebody else's path does not lead to it either.
        expect(await refusedWith(touch(sessions, peer, peer.operatorId, token.id))).toBe('session_unknown')
        expect(await refusedWith(touch(sessions, admin, boss.id, token.id))).toBe('session_unknown')
      }
      for (const list of [listAuthTokens, listSessions]) {
        expect(await refusedWith(list(sessions, peer, owner.id))).toBe('forbidden')
        expect((await list(sessions, admin, owner.id)).map(({ id }) => id)).toEqual([token.id])
      }
      expect((await deleteAuthToken(sessions, admin, owner.id, token.id)).id).toBe(token.id)
    })

    test('is among the sessions, and ends with its session', async () => {
      const { boss } = await world().tenant()
      const caller = await world().byPassword(boss)
      const { token, text } = await world().token(boss)
      const { sessions } = world()
      expect(await world().verdict(text)).toBe('accepted')
      expect((await getSession(sessions, caller, boss.id, token.id)).kind).toBe('token')
      await endSession(sessions, caller, boss.id, token.id)
      expect(await refusedWith(getAuthToken(sessions, caller, boss.id, token.id))).toBe('session_unknown')
      expect(await world().verdict(text)).toBe('unknown')
    })

    test('of the system is listed, and ended by no operator', async () => {
      const { boss } = await world().tenant()
      const caller = await world().byPassword(boss)
      const user = await world().store.reads.users.findById(boss.userId)
      if (user === undefined) throw new Error('the boss is gone')
      const session = sampleSession(user, { kind: 'login', isSystemOwned: true })
      await world().store.atomically((ports) => ports.sessions.insert(session))
      const { sessions } = world()
      expect(await refusedWith(endSession(sessions, caller, boss.id, session.id))).toBe('system_owned')
      expect((await listSessions(sessions, caller, boss.id)).map(({ id }) => id)).toContain(session.id)
    })
  })
})
