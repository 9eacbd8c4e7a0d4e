import { describe, expect, test } from 'bun:test'
import { isInIpv4List } from '../../src/operators/ipv4-list.ts'
import { logIn, logOut } from '../../src/operators/login.ts'
import type { Operator } from '../../src/operators/operator.ts'
import { changeOperator } from '../../src/operators/operators.ts'
import { changePassword } from '../../src/operators/password-change.ts'
import { endSession, listSessions } from '../../src/operators/sessions.ts'
import { givenUser } from '../store/samples.ts'
import { ADDRESS, ELSEWHERE, onEachStore, PASSWORD, refusedWith, type SessionWorld } from './session-world.ts'

const DAY_SECONDS = 86_400

onEachStore((world) => {
  const newOperator = async (): Promise<{ boss: Operator; operator: Operator }> => {
    const { boss, tenant } = await world().tenant()
    return { boss, operator: await world().withPassword(tenant, { roles: ['tenant_network_admin'] }) }
  }
  const outcome = (operator: Operator, parts: Parameters<SessionWorld['logIn']>[1] = {}) =>
    refusedWith(world().logIn(operator, parts))

  describe('whoever knows the password', () => {
    test('gets a session of his own, for as long as the settings say', async () => {
      const { operator } = await newOperator()
      const { text, session } = await world().logIn(operator)
      expect(session).toMatchObject({ kind: 'login', operatorId: operator.id, clientAddress: ADDRESS })
      expect(await world().facts(text)).toMatchObject({
        kind: 'login',
        sessionId: session.id,
        operatorId: operator.id,
        roles: ['tenant_network_admin'],
        isProfileCalled: true,
      })
      world().ambient.advanceSeconds(3599.999)
      expect(await world().verdict(text)).toBe('accepted')
      world().ambient.advanceSeconds(0.001)
      expect(await world().verdict(text)).toBe('expired')
    })

    test('gets in by his e-mail address in any case, and by his username', async () => {
      const { operator } = await newOperator()
      const user = await world().store.reads.users.findById(operator.userId)
      for (const name of [operator.email, operator.email.toUpperCase(), user?.username ?? '']) {
        expect(await outcome(operator, { name })).toBeUndefined()
      }
    })

    test('is recorded as having logged in', async () => {
      const { operator } = await newOperator()
      await world().logIn(operator)
      const seen = await world().deps.operators.findOf(operator.userId)
      expect(seen?.lastLoginAtMillis).toBe(world().ambient.nowMillis())
      expect(seen?.etag).toBe(operator.etag)
    })

    test('is not let in as whoever had his name a moment before', async () => {
      const { operator: victim } = await newOperator()
      const { operator: attacker } = await newOperator()
      await world().setPassword(attacker, 'the password of the attacker')
      const { sessions, store } = world()
      const setEmail = (operator: Operator, email: string) =>
        store.atomically(({ operators }) => operators.update({ ...operator, email }))
      const find = async (name: string) => {
        const candidate = await sessions.logins.find(name)
        await setEmail(victim, `before-${victim.email}`)
        await setEmail(attacker, victim.email)
        return candidate
      }
      const password = 'the password of the attacker'
      const deps = { ...sessions, logins: { find } }
      const login = {
        name: victim.email,
        password,
        logoutOthers: false,
        clientAddress: ADDRESS,
        userAgent: '',
      }
      expect(await refusedWith(logIn(deps, login))).toBe('bad_credentials')
      expect(await outcome(attacker, { name: victim.email, password })).toBeUndefined()
    })

    test('ends his other logins when he asks for that, which is waited for, and no token', async () => {
      const { operator } = await newOperator()
      const [first, second] = [await world().logIn(operator), await world().logIn(operator)]
      const token = await world().token(operator)
      for (const { text } of [first, second, token]) expect(await world().verdict(text)).toBe('accepted')
      let third = first
      expect(
        await world().acknowledgementsOf(async () => {
          third = await world().logIn(operator, { logoutOthers: true })
        }),
      ).toBe(1)
      expect(await world().verdict(first.text)).toBe('unknown')
      expect(await world().verdict(second.text)).toBe('unknown')
      expect(await world().verdict(third.text)).toBe('accepted')
      expect(await world().verdict(token.text)).toBe('accepted')
    })
  })

  describe('nobody gets in', () => {
    const kept: readonly (readonly [string, (operator: Operator, boss: Operator) => Promise<unknown>])[] = [
      [
        'who is blocked',
        ({ userId }) => world().store.atomically(({ users }) => users.setBlocked(userId, true)),
      ],
      [
        'who is inactive',
        (operator) =>
          world().store.atomically(({ operators }) => operators.update({ ...operator, isInactive: true })),
      ],
      [
        'who comes from elsewhere than he may',
        (operator) =>
          world().store.atomically(({ operators }) =>
            operators.update({ ...operator, ipv4List: ['198.51.100.0/24'] }),
          ),
      ],
      [
        'whose password is older than his tenant allows',
        async (_, boss) => {
          await world().setPolicy(boss, { isAgingEnabled: true, agingDays: 2 })
          world().ambient.advanceSeconds(2 * DAY_SECONDS)
        },
      ],
      [
        'who has no password login',
        ({ userId }) => world().store.atomically(({ users }) => users.setBasicAuthEnabled(userId, false)),
      ],
      ['who is gone', ({ userId }) => world().store.atomically(({ users }) => users.remove(userId))],
    ]
    test.each(kept)('%s, and all are answered alike', async (_, keepOut) => {
      const { operator, boss } = await newOperator()
      expect(await outcome(operator)).toBeUndefined()
      await keepOut(operator, boss)
      expect(await outcome(operator)).toBe('bad_credentials')
    })

    test('who is a user, but no operator', async () => {
      const { tenant } = await world().tenant()
      const user = await givenUser(world().store, tenant)
      const hash = await world().deps.passwordHashing.hash(PASSWORD)
      await world().store.atomically(({ users }) => users.setPasswordHash(user.id, hash))
      const { operator } = await newOperator()
      expect(await outcome(operator, { name: user.email ?? '' })).toBe('bad_credentials')
    })

    test('with a wrong password, or a name that is nobody’s or can be nobody’s', async () => {
      const { operator } = await newOperator()
      expect(await outcome(operator, { password: 'wrong' })).toBe('bad_credentials')
      expect(await outcome(operator, { name: 'nobody@example.org' })).toBe('bad_credentials')
      // PostgreSQL stores no text with the last of them in it.
      for (const name of ['', 'x'.repeat(10_000), '\u0000']) {
        expect(await outcome(operator, { name })).toBe('bad_credentials')
      }
    })
  })

  test('a password of which nobody knows when it was set counts from the first login with it', async () => {
    const { operator, boss } = await newOperator()
    await world().setPolicy(boss, { isAgingEnabled: true, agingDays: 1 })
    world().ambient.advanceSeconds(10 * DAY_SECONDS)
    expect(await outcome(operator)).toBeUndefined()
    world().ambient.advanceSeconds(DAY_SECONDS - 1)
    expect(await outcome(operator)).toBeUndefined()
    world().ambient.advanceSeconds(1)
    expect(await outcome(operator)).toBe('bad_credentials')
    await world().setPassword(operator, PASSWORD)
    expect(await outcome(operator)).toBeUndefined()
  })

  describe('wrong passwords', () => {
    const fail = async (operator: Operator, times: number): Promise<void> => {
      for (let time = 0; time < times; time += 1) await outcome(operator, { password: 'wrong' })
    }

    test('lock an operator after as many as his tenant says, until an administrator lets him in', async () => {
      const { operator, boss } = await newOperator()
      await world().setPolicy(boss, { isLockoutEnabled: true, failedLoginAttempts: 3 })
      await fail(operator, 2)
      expect(await outcome(operator)).toBeUndefined()
      await fail(operator, 3)
      expect(await outcome(operator)).toBe('bad_credentials')
      expect((await world().deps.operators.findOf(operator.userId))?.isLocked).toBe(true)
      const caller = await world().byPassword(boss)
      await changeOperator(world().deps, caller, operator.id, { isLocked: false }, undefined)
      expect(await outcome(operator)).toBeUndefined()
      await fail(operator, 2)
      expect(await outcome(operator)).toBeUndefined()
    })

    test('lock nobody where the tenant does not want it, however many', async () => {
      const { operator } = await newOperator()
      await fail(operator, 12)
      expect(await outcome(operator)).toBeUndefined()
    })

    test('do not touch the sessions that are open', async () => {
      const { operator, boss } = await newOperator()
      const { text } = await world().logIn(operator)
      await world().setPolicy(boss, { isLockoutEnabled: true, failedLoginAttempts: 1 })
      await fail(operator, 1)
      expect(await world().verdict(text)).toBe('accepted')
    })

    test('make the next ones wait, unless the tenant does not want that', async () => {
      const { operator, boss } = await newOperator()
      world().waits.length = 0
      await fail(operator, 8)
      expect(world().waits.length).toBeGreaterThan(0)
      await world().setPolicy(boss, { isDelayEnabled: false })
      world().waits.length = 0
      await fail(operator, 8)
      expect(world().waits).toEqual([])
    })
  })

  describe('logging out', () => {
    test('ends the session that it is asked with, and no other, which is waited for', async () => {
      const { operator } = await newOperator()
      const [one, other] = [await world().logIn(operator), await world().logIn(operator)]
      const facts = await world().facts(one.text)
      expect(await world().acknowledgementsOf(() => logOut(world().deps, facts))).toBe(1)
      expect(await world().verdict(one.text)).toBe('unknown')
      expect(await world().verdict(other.text)).toBe('accepted')
    })

    test('leaves a static token alive', async () => {
      const { operator } = await newOperator()
      const { text } = await world().token(operator)
      await logOut(world().deps, await world().facts(text))
      expect(await world().verdict(text)).toBe('accepted')
    })
  })

  describe('a session of somebody', () => {
    test('is listed with whence and with what it was opened, and ended by an administrator', async () => {
      const { operator, boss } = await newOperator()
      const { text, session } = await world().logIn(operator, {
        userAgent: 'browser/7',
        clientAddress: ELSEWHERE,
      })
      const caller = await world().byPassword(boss)
      const { sessions } = world()
      const [listed] = await listSessions(sessions, caller, operator.id)
      expect(listed).toMatchObject({ id: session.id, userAgent: 'browser/7', clientAddress: ELSEWHERE })
      expect(
        await world().acknowledgementsOf(() => endSession(sessions, caller, operator.id, session.id)),
      ).toBe(1)
      expect(await world().verdict(text, ELSEWHERE)).toBe('unknown')
      expect(await listSessions(sessions, caller, operator.id)).toEqual([])
    })
  })

  describe('a new password of one’s own', () => {
    const change = (caller: Parameters<typeof changePassword>[1], parts: object = {}) =>
      changePassword(world().sessions, caller, {
        oldPassword: PASSWORD,
        newPassword: 'a longer one than before',
        clientAddress: ADDRESS,
        ...parts,
      })

    test('ends the other logins, and neither this one nor any token', async () => {
      const { operator } = await newOperator()
      const [own, other] = [await world().logIn(operator), await world().logIn(operator)]
      const token = await world().token(operator)
      await change(await world().facts(own.text))
      expect(await world().verdict(own.text)).toBe('accepted')
      expect(await world().verdict(other.text)).toBe('unknown')
      expect(await world().verdict(token.text)).toBe('accepted')
      expect(await outcome(operator)).toBe('bad_credentials')
      expect(await outcome(operator, { password: 'a longer one than before' })).toBeUndefined()
    })

    test('is not the first one, for which a token would be enough that may less than its operator', async () => {
      const { tenant } = await world().tenant()
      const operator = await world().operator(tenant, { roles: ['tenant_super'] })
      const { text } = await world().token(operator, { roles: ['tenant_viewonly'] })
      const first = change(await world().facts(text), { oldPassword: undefined })
      expect(await refusedWith(first)).toBe('bad_credentials')
    })

    test('is what the tenant wants passwords to be, and none of those before', async () => {
      const { operator, boss } = await newOperator()
      await world().setPolicy(boss, {
        minimumLength: 10,
        isNoReuseEnabled: true,
        noReuseCount: 2,
        isIdentityDifferenceEnabled: true,
      })
      const caller = await world().byPassword(operator)
      const [name = ''] = operator.email.split('@')
      expect(await refusedWith(change(caller, { newPassword: 'ninechars' }))).toBe('too_short')
      expect(await refusedWith(change(caller, { newPassword: `I am ${name}!` }))).toBe('like_identity')
      expect(await refusedWith(change(caller, { newPassword: PASSWORD }))).toBe('used_before')
      await change(caller, { newPassword: 'the second of them' })
      await change(caller, { oldPassword: 'the second of them', newPassword: 'the third of them' })
      const back = { oldPassword: 'the third of them', newPassword: 'the second of them' }
      expect(await refusedWith(change(caller, back))).toBe('used_before')
      expect(await refusedWith(change(caller, { ...back, newPassword: PASSWORD }))).toBeUndefined()
    })

    test('is not told to have been used before to who does not know the present one', async () => {
      const { operator, boss } = await newOperator()
      await world().setPolicy(boss, { isNoReuseEnabled: true })
      const guess = { oldPassword: 'wrong', newPassword: PASSWORD }
      expect(await refusedWith(change(await world().byPassword(operator), guess))).toBe('bad_credentials')
    })
  })
})

describe('a list of addresses', () => {
  test.each([
    [[], ADDRESS, true],
    [[], '2001:db8::1', true],
    [['192.0.2.1'], '192.0.2.1', true],
    [['192.0.2.1'], '::ffff:192.0.2.1', true],
    [['192.0.2.1'], '192.0.2.2', false],
    [['192.0.2.1/32'], '192.0.2.1', true],
    [['192.0.2.0/24'], '192.0.2.255', true],
    [['192.0.2.77/24'], '192.0.2.1', true],
    [['192.0.2.0/24'], '192.0.3.0', false],
    [['255.255.255.254/31'], '255.255.255.255', true],
    [['128.0.0.0/1'], '127.255.255.255', false],
    [['0.0.0.0/0'], '203.0.113.9', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['192.0.2.0/33', '192.0.2.0/x', '192.0.2', '/8', '1/2/3', ''], '192.0.2.1', false],
    [['10.0.0.0/8', '192.0.2.1'], '192.0.2.1', true],
    [['192.0.2.1'], 'unknown', false],
  ])('%p has %s in it: %p', (list, address, isIn) => {
    expect(isInIpv4List(list, address)).toBe(isIn)
  })
})
