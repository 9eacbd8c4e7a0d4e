import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Ground } from '../../src/authority/ground.ts'
import type { TokenId } from '../../src/authority/named-token.ts'
import { issueBearer } from '../../src/operators/bearers.ts'
import { createClient } from '../../src/operators/clients.ts'
import { createPermission, changePermission } from '../../src/operators/custom-permissions.ts'
import { changeRole, createRole } from '../../src/operators/custom-roles.ts'
import { isPermitted } from '../../src/operators/evaluation.ts'
import type { SessionFacts } from '../../src/operators/known-sessions.ts'
import { logOut } from '../../src/operators/login.ts'
import type { Operator } from '../../src/operators/operator.ts'
import { noteProfileCalled, verifySession } from '../../src/operators/verify-session.ts'
import type { StoreWrites } from '../../src/store/open-store.ts'
import { randomHex } from '../store/samples.ts'
import { openTestSqlite } from '../store/test-store.ts'
import { ADDRESS, ELSEWHERE, SessionWorld } from './session-world.ts'

const HOUR_MILLIS = 3_600_000
/** Of the form of a text, and nobody's. */
const NOBODYS = `${'0'.repeat(64)}-c%3D${'0'.repeat(20)}%26region%3D0`

let world: SessionWorld
beforeAll(async () => {
  world = new SessionWorld(await openTestSqlite())
})
afterAll(() => world.store.close())

/** The verdict, and how many queries it took. */
async function cost(text: string, address = ADDRESS): Promise<readonly [verdict: string, queries: number]> {
  let verdict = ''
  const statements = await world.store.statementsOf(async () => {
    verdict = await world.verdict(text, address)
  })
  return [verdict, statements.length]
}

async function newOperator(): Promise<{ boss: Operator; operator: Operator }> {
  const { boss, tenant } = await world.tenant()
  return { boss, operator: await world.withPassword(tenant, { roles: ['tenant_super'] }) }
}

const write = <T>(work: (ports: StoreWrites) => Promise<T>): Promise<T> => world.store.atomically(work)

async function givenBearer(): Promise<{ text: string; boss: Operator }> {
  const { boss } = await world.tenant()
  const client = { name: 'pipeline', roles: ['tenant_super'] } as const
  const { clientId, clientSecret } = await createClient(world.sessions, await world.byPassword(boss), client)
  const asked = { clientId, clientSecret, tsgId: undefined, clientAddress: ADDRESS, userAgent: '' }
  return { text: (await issueBearer(world.sessions, asked)).text, boss }
}

describe('the cost of a verdict', () => {
  test('is one query once, and none from then on, nor anything to wait for', async () => {
    const { operator } = await newOperator()
    for (const { text } of [await world.token(operator), await world.logIn(operator)]) {
      expect(await cost(text)).toEqual(['accepted', 1])
      for (let again = 0; again < 3; again += 1) expect(await cost(text)).toEqual(['accepted', 0])
      expect(world.verify(text)).not.toBeInstanceOf(Promise)
    }
  })

  test('is two more for all of its custom roles together', async () => {
    const { boss } = await newOperator()
    const caller = await world.byPassword(boss)
    const ids: string[] = []
    for (let count = 0; count < 3; count += 1) {
      const { id } = await createRole(world.deps, caller, newRole())
      ids.push(id)
    }
    const { text } = await world.token(boss, { customRoles: ids.map((id) => ({ id })) })
    expect(await cost(text)).toEqual(['accepted', 1 + 2])
    expect(await cost(text)).toEqual(['accepted', 0])
  })

  test('is none of what cannot be a credential, and one each time of what is none', async () => {
    for (const text of ['', 'x', 'x'.repeat(100_000), NOBODYS.toUpperCase(), `${NOBODYS} `]) {
      expect(await cost(text)).toEqual(['unknown', 0])
    }
    for (let again = 0; again < 2; again += 1) expect(await cost(NOBODYS)).toEqual(['unknown', 1])
  })

  test('is one each time on a node that may not believe what it remembers', async () => {
    const { text } = await world.token((await newOperator()).operator)
    await cost(text)
    world.trust.isHeld = false
    for (let again = 0; again < 2; again += 1) expect(await cost(text)).toEqual(['accepted', 1])
    world.trust.isHeld = true
    expect(await cost(text)).toEqual(['accepted', 0])
  })

  test('is one each time of a bearer that has not asked for its profile, and then once more', async () => {
    const { text } = await givenBearer()
    for (let again = 0; again < 2; again += 1) {
      expect(await cost(text)).toEqual(['accepted', 1])
    }
    const facts = await world.facts(text)
    expect(facts.isProfileCalled).toBe(false)
    await noteProfileCalled(world.deps, facts)
    expect((await world.facts(text)).isProfileCalled).toBe(true)
    expect(await cost(text)).toEqual(['accepted', 0])
    // And it costs nothing to have asked before.
    const again = await world.facts(text)
    expect(await world.store.statementsOf(() => noteProfileCalled(world.deps, again))).toEqual([])
  })
})

describe('without any query, what was remembered is refused', () => {
  test('from the millisecond that it is over', async () => {
    const { operator } = await newOperator()
    const expiresAtMillis = world.ambient.nowMillis() + HOUR_MILLIS
    const { text } = await world.token(operator, { expiresAtMillis })
    await cost(text)
    world.ambient.advanceSeconds(HOUR_MILLIS / 1000 - 0.001)
    expect(await cost(text)).toEqual(['accepted', 0])
    world.ambient.advanceSeconds(0.001)
    expect(await cost(text)).toEqual(['expired', 0])
  })

  test('at another address than it was made at', async () => {
    const { operator } = await newOperator()
    for (const { text } of [await world.token(operator), await world.logIn(operator)]) {
      await cost(text)
      expect(await cost(text, ELSEWHERE)).toEqual(['wrong_address', 0])
      expect(await cost(text)).toEqual(['accepted', 0])
    }
    const { text } = await givenBearer()
    // Whoever fetched it may have handed it on.
    expect((await cost(text, ELSEWHERE))[0]).toBe('accepted')
  })
})

interface Case {
  readonly title: string
  readonly verdict: string
  /** @param at where it is asked then */
  readonly at?: string
  readonly make: (ports: StoreWrites, operator: Operator, facts: SessionFacts) => Promise<unknown>
  readonly undo?: (ports: StoreWrites, operator: Operator, facts: SessionFacts) => Promise<unknown>
  /** Whether that too is remembered. */
  readonly isRemembered: boolean
}

const OF_ALL: readonly Case[] = [
  {
    title: 'its operator is blocked',
    verdict: 'operator_shut_out',
    isRemembered: true,
    make: ({ users }, { userId }) => users.setBlocked(userId, true),
    undo: ({ users }, { userId }) => users.setBlocked(userId, false),
  },
  {
    title: 'its operator is made inactive',
    verdict: 'operator_shut_out',
    isRemembered: true,
    make: ({ operators }, operator) => operators.update({ ...operator, isInactive: true }),
    undo: ({ operators }, operator) => operators.update(operator),
  },
  {
    title: 'its operator may be anywhere',
    verdict: 'accepted',
    at: ELSEWHERE,
    isRemembered: true,
    make: ({ operators }, operator) => operators.update({ ...operator, isSessionIpLocked: false }),
  },
  {
    title: 'its tenant lets everybody be anywhere',
    verdict: 'accepted',
    at: ELSEWHERE,
    isRemembered: true,
    async make({ tenantSettings }, { tenantId }) {
      const settings = await tenantSettings.find(tenantId)
      if (settings === undefined) return
      const passwordPolicy = { ...settings.passwordPolicy, isSessionIpLockEnabled: false }
      await tenantSettings.update({ ...settings, passwordPolicy })
    },
  },
  {
    title: 'its user is removed',
    verdict: 'unknown',
    isRemembered: false,
    make: ({ users }, { userId }) => users.remove(userId),
  },
]

const OF_LOGINS: readonly Case[] = [
  {
    title: 'it is ended',
    verdict: 'unknown',
    isRemembered: false,
    make: ({ sessions }, { tenantId }, { sessionId }) => sessions.end({ tenantId, id: sessionId }),
  },
  {
    title: 'all logins of its operator end',
    verdict: 'unknown',
    isRemembered: false,
    make: ({ sessions }, { tenantId, userId }) => sessions.endLogins(tenantId, userId),
  },
  {
    title: 'the password is another one',
    verdict: 'unknown',
    isRemembered: false,
    make: ({ users }, { userId }) => users.setPasswordHash(userId, 'another'),
  },
]

const OF_TOKENS: readonly Case[] = [
  {
    title: 'it is deleted',
    verdict: 'unknown',
    isRemembered: false,
    make: ({ tokens }, { tenantId }, { ground }) =>
      tokens.remove(tenantId, 'sdwan', (ground?.tokenId ?? '') as TokenId),
  },
  {
    title: 'all tokens of its operator are deleted',
    verdict: 'unknown',
    isRemembered: false,
    make: ({ tokens }, { tenantId, userId }) =>
      tokens.raiseEpoch({ tenantId, audience: 'sdwan', subject: { kind: 'user', id: userId } }),
  },
]

describe.each([
  ['login', [...OF_ALL, ...OF_LOGINS]],
  ['token', [...OF_ALL, ...OF_TOKENS]],
] as const)('a remembered %s is read once more', (kind, cases) => {
  for (const { title, verdict, at = ADDRESS, isRemembered, make, undo } of cases) {
    test(`and is ${verdict} when ${title}`, async () => {
      const { operator } = await newOperator()
      const { text } = kind === 'login' ? await world.logIn(operator) : await world.token(operator)
      const facts = await world.facts(text)
      const seen = await world.deps.operators.findOf(operator.userId)
      if (seen === undefined) throw new Error('the operator is gone')
      await write((ports) => make(ports, seen, facts))
      expect(await cost(text, at)).toEqual([verdict, 1])
      expect(await cost(text, at)).toEqual([verdict, isRemembered ? 0 : 1])
      if (undo === undefined) return
      await write((ports) => undo(ports, seen, facts))
      expect(await cost(text)).toEqual(['accepted', 1])
      expect(await cost(text)).toEqual(['accepted', 0])
    })
  }
})

describe('what somebody may', () => {
  const ROLES = 'GET+/api/tenants/[tenant_id]/roles'
  const mayReadRoles = async (text: string): Promise<boolean> => {
    const { rights } = await world.facts(text)
    return isPermitted(rights, { permission: ROLES, params: {} }, world.ambient.nowMillis(), '0')
  }

  test('by a login is what his operator may, at once', async () => {
    const { operator } = await newOperator()
    const { text } = await world.logIn(operator)
    expect(await mayReadRoles(text)).toBe(true)
    const seen = await world.deps.operators.findOf(operator.userId)
    if (seen === undefined) throw new Error('the operator is gone')
    await write(({ operators }) => operators.update({ ...seen, roles: [] }))
    expect(await mayReadRoles(text)).toBe(false)
  })

  test('by a token is what that was made with, whatever becomes of the operator', async () => {
    const { operator } = await newOperator()
    const { text } = await world.token(operator, { roles: ['tenant_viewonly'] })
    const seen = await world.deps.operators.findOf(operator.userId)
    if (seen === undefined) throw new Error('the operator is gone')
    await write(({ operators }) => operators.update({ ...seen, roles: [] }))
    expect(await mayReadRoles(text)).toBe(true)
  })

  test('by a custom role is what that says now, and its permissions with it', async () => {
    const { boss } = await newOperator()
    const caller = await world.byPassword(boss)
    const denial = await createPermission(world.deps, caller, {
      value: ROLES,
      isDisallowed: true,
      allowedAfterMs: world.ambient.nowMillis() + HOUR_MILLIS,
    })
    const role = await createRole(world.deps, caller, { ...newRole(), permissions: [ROLES] })
    const { text } = await world.token(boss, { customRoles: [{ id: role.id }] })
    expect(await mayReadRoles(text)).toBe(true)
    const change = (parts: object) =>
      changeRole(world.deps, caller, role.id, { ...newRole(), name: role.name, ...parts }, undefined)
    await change({ permissions: [] })
    expect(await mayReadRoles(text)).toBe(false)
    await change({ permissions: [ROLES], customPermissionIds: [denial.id] })
    expect(await mayReadRoles(text)).toBe(true)
    world.ambient.advanceSeconds(HOUR_MILLIS / 1000)
    // By the clock alone: nothing was written.
    expect(await mayReadRoles(text)).toBe(false)
    await changePermission(
      world.deps,
      caller,
      denial.id,
      { value: ROLES, isDisallowed: true, isDisabled: true, allowedAfterMs: 1 },
      undefined,
    )
    expect(await mayReadRoles(text)).toBe(true)
  })
})

describe('nothing is read again', () => {
  const others: readonly (readonly [string, (operator: Operator) => Promise<unknown>])[] = [
    [
      'another token of the operator is deleted',
      async (operator) => {
        const { token } = await world.token(operator)
        await write(({ tokens }) => tokens.remove(operator.tenantId, 'sdwan', token.id as TokenId))
      },
    ],
    [
      'another session of his ends',
      async (operator) => logOut(world.deps, await world.facts((await world.logIn(operator)).text)),
    ],
    [
      'somebody else is blocked',
      async () => {
        const { operator } = await newOperator()
        await write(({ users }) => users.setBlocked(operator.userId, true))
      },
    ],
    ['he logs in', (operator) => world.logIn(operator)],
  ]
  test.each(others)('because %s', async (_, happens) => {
    const { operator } = await newOperator()
    const { text } = await world.token(operator)
    await cost(text)
    await happens(operator)
    expect(await cost(text)).toEqual(['accepted', 0])
  })
})

describe('the watch', () => {
  test('is told of each use of a token by its record, and of sessions that they are none', async () => {
    const { operator } = await newOperator()
    const grounds: (Ground | undefined)[] = []
    const accepted = (ground: Ground | undefined) => void grounds.push(ground)
    const watching = { ...world.sessions, watch: { ...world.sessions.watch, accepted } }
    for (const { text } of [await world.token(operator), await world.logIn(operator)]) {
      await verifySession(watching, text, ADDRESS)
    }
    expect(grounds.map((ground) => ground?.kind)).toEqual(['named', undefined])
  })

  test('is told why somebody is refused', async () => {
    const { operator } = await newOperator()
    const { text } = await world.token(operator)
    world.verdicts.refused.length = 0
    await world.verdict(NOBODYS)
    await write(({ users }) => users.setBlocked(operator.userId, true))
    await world.verdict(text)
    expect(world.verdicts.refused).toEqual(['token_invalid', 'user_blocked'])
  })
})

function newRole() {
  return {
    name: `role_${randomHex(4)}`,
    roles: [],
    permissions: [],
    disallowPermissions: [],
    customPermissionIds: [],
  } as const
}
