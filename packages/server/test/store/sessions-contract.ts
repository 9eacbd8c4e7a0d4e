import { describe, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { UnixSeconds } from '../../src/ambient.ts'
import type { TokenId } from '../../src/authority/named-token.ts'
import { newTimedId } from '../../src/directory/new-ids.ts'
import type { User } from '../../src/directory/user.ts'
import type { SessionKind, SessionRecord } from '../../src/operators/session.ts'
import { DEFAULT_PASSWORD_POLICY } from '../../src/operators/tenant-settings.ts'
import type { StoreWrites } from '../../src/store/open-store.ts'
import { lineOf, randomHex, refusalOf } from './samples.ts'
import { givenOperator, givenOperatorOf, givenSession, sampleSession } from './session-samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

const KINDS: readonly SessionKind[] = ['login', 'token', 'bearer']
const NOW = 1_800_000_000_000

/** What the ports of sessions, logins and clients promise, on whichever database. */
export function sessionsContract(store: () => TestStore): void {
  const find = (session: SessionRecord) => store().reads.sessionVerification.findByHash(session.textHash)
  const write = <T>(work: (ports: StoreWrites) => Promise<T>): Promise<T> => store().atomically(work)
  const idsOf = async (user: User, kinds = KINDS, now = NOW): Promise<readonly string[]> =>
    (await store().reads.sessions.list(user.tenantId, user.id, kinds, now)).map(({ id }) => id)

  describe('a session', () => {
    test.each(KINDS)('of kind %s is found by its hash as it was written, with its operator', async (kind) => {
      const { user, tenant } = await givenOperator(store(), { roles: ['tenant_super'] })
      const grant = { roles: ['tenant_viewonly'], customRoleIds: [newTimedId(systemAmbient)] } as const
      const { text: _, ...session } = await givenSession(store(), user, {
        kind,
        grant,
        expiresAtMillis: NOW,
        isProfileCalled: false,
      })
      const found = await find(session)
      expect(found?.session).toEqual(session)
      expect(found?.operator).toEqual({
        tenantId: tenant.id,
        userId: user.id,
        operatorId: user.sdwanOperatorId,
        sdwanTenantId: tenant.sdwanTenantId,
        isShutOut: false,
        isAddressLocked: true,
        grant: { roles: ['tenant_super'], customRoleIds: [] },
      })
      expect(found?.token !== undefined).toBe(kind === 'token')
    })

    test('is found by one statement', async () => {
      const { user } = await givenOperator(store())
      for (const kind of KINDS) {
        const session = await givenSession(store(), user, { kind })
        expect((await store().statementsOf(() => find(session))).length).toBe(1)
      }
    })

    test('is refused as id_taken under an id, or with a text, that is there', async () => {
      const { user } = await givenOperator(store())
      const present = await givenSession(store(), user)
      for (const parts of [{ id: present.id }, { textHash: present.textHash }]) {
        const another = sampleSession(user, parts)
        expect(await refusalOf(write(({ sessions }) => sessions.insert(another)))).toBe('id_taken')
      }
    })

    const ends: readonly {
      readonly title: string
      readonly of: readonly SessionKind[]
      readonly end: (ports: StoreWrites, user: User, session: SessionRecord) => Promise<unknown>
    }[] = [
      {
        title: 'it is ended',
        of: ['login', 'bearer'],
        end: ({ sessions }, _, session) => sessions.end(session),
      },
      {
        title: 'all logins of its operator are ended',
        of: ['login'],
        end: ({ sessions }, { tenantId, id }) => sessions.endLogins(tenantId, id),
      },
      {
        title: 'his password is another one',
        of: ['login'],
        end: ({ users }, { id }) => users.setPasswordHash(id, 'another'),
      },
      {
        title: 'its token is deleted',
        of: ['token'],
        end: ({ tokens }, { tenantId }, { id }) => tokens.remove(tenantId, 'sdwan', id as TokenId),
      },
      {
        title: 'its token is revoked',
        of: ['token'],
        end: ({ tokens }, { tenantId }, { id }) => tokens.setRevoked(tenantId, 'sdwan', id as TokenId, true),
      },
      {
        title: 'all tokens of its operator are deleted',
        of: ['token'],
        end: ({ tokens }, user) => tokens.raiseEpoch(lineOf(user, 'sdwan')),
      },
      { title: 'its user is removed', of: KINDS, end: ({ users }, { id }) => users.remove(id) },
    ]
    for (const { title, of, end } of ends) {
      test(`is not found any more when ${title}, and is found when it is of another kind`, async () => {
        const { user } = await givenOperator(store())
        for (const kind of KINDS) {
          const session = await givenSession(store(), user, { kind })
          if (!of.includes(kind)) {
            await write((ports) => end(ports, user, { ...session, id: 'another' }))
            expect({ kind, found: (await find(session))?.session.id }).toEqual({ kind, found: session.id })
          }
        }
        const ended = await givenSession(store(), user, { kind: of[0] ?? 'login' })
        await write((ports) => end(ports, user, ended))
        expect(await find(ended)).toBeUndefined()
      })
    }

    test('is found in no other tenant’s list, and of another operator in no one’s', async () => {
      const { user, tenant } = await givenOperator(store())
      const other = await givenOperatorOf(store(), tenant)
      const { user: stranger } = await givenOperator(store())
      const { id } = await givenSession(store(), user)
      expect(await idsOf(user)).toEqual([id])
      expect(await idsOf(other)).toEqual([])
      expect(await store().reads.sessions.find(stranger.tenantId, id, NOW)).toBeUndefined()
      expect((await store().reads.sessions.find(user.tenantId, id, NOW))?.id).toBe(id)
    })

    test('is listed among those of its kind, in the order of making, until the millisecond that it ends', async () => {
      const { user } = await givenOperator(store())
      const made: SessionRecord[] = []
      for (const kind of KINDS) made.push(await givenSession(store(), user, { kind, expiresAtMillis: NOW }))
      const sorted = made.map(({ id }) => id).toSorted()
      expect(await idsOf(user, KINDS, NOW - 1)).toEqual(sorted)
      expect(await idsOf(user, ['token'], NOW - 1)).toEqual([made[1]?.id ?? ''])
      expect(await idsOf(user, KINDS, NOW)).toEqual([])
      expect(await write(({ sessions }) => sessions.countTokens(user.tenantId, user.id, NOW - 1))).toBe(1)
      expect(await write(({ sessions }) => sessions.countTokens(user.tenantId, user.id, NOW))).toBe(0)
    })

    test('of a login goes on under another password when it is renewed, and the others do not', async () => {
      const { user } = await givenOperator(store())
      const [own, other] = [await givenSession(store(), user), await givenSession(store(), user)]
      await write(async ({ users, sessions }) => {
        await users.setPasswordHash(user.id, 'another')
        await sessions.renewLogin(own, 2)
      })
      expect(await idsOf(user)).toEqual([own.id])
      expect((await find(own))?.session.passwordVersion).toBe(2)
      expect(await find(other)).toBeUndefined()
    })
  })

  describe('what changes sessions', () => {
    test('tells of each that ends, once of all logins, and of nothing when there was none', async () => {
      const { user, tenant } = await givenOperator(store())
      const [login, bearer] = [
        await givenSession(store(), user),
        await givenSession(store(), user, { kind: 'bearer', isProfileCalled: false }),
      ]
      const before = (await changesOf(store(), tenant)).length
      await write(({ sessions }) => sessions.noteProfileCall(bearer))
      await write(({ sessions }) => sessions.end(bearer))
      await write(({ sessions }) => sessions.end(bearer))
      await write(({ sessions }) => sessions.end(login))
      await write(({ sessions }) => sessions.endLogins(user.tenantId, user.id))
      expect((await changesOf(store(), tenant)).slice(before)).toEqual([
        `session ${bearer.id}`,
        `session ${login.id}`,
        `session logins of ${user.id}`,
      ])
    })

    test('keeps the latest logins of an operator, and tells of each of the others', async () => {
      const { user, tenant } = await givenOperator(store())
      const { user: neighbour } = await givenOperator(store())
      const logins = []
      for (let at = 0; at < 5; at++) {
        const id = `1795378800000000${at}`
        logins.push(await givenSession(store(), user, { id: `${id.slice(0, 16)}${at}` }))
      }
      const others = [
        await givenSession(store(), user, { kind: 'token' }),
        await givenSession(store(), user, { kind: 'bearer' }),
        await givenSession(store(), neighbour),
      ]
      const before = (await changesOf(store(), tenant)).length
      await write(({ sessions }) => sessions.endLoginsBefore(user.tenantId, user.id, 5))
      await write(({ sessions }) => sessions.endLoginsBefore(user.tenantId, user.id, 3))
      const found = await Promise.all(
        [...logins, ...others].map(async (each) => (await find(each)) !== undefined),
      )
      expect(found).toEqual([false, false, true, true, true, true, true, true])
      expect((await changesOf(store(), tenant)).slice(before).toSorted()).toEqual(
        logins.slice(0, 2).map(({ id }) => `session ${id}`),
      )
    })

    test('says that a bearer has asked for its profile, and then only', async () => {
      const { user } = await givenOperator(store())
      const [one, other] = [
        await givenSession(store(), user, { kind: 'bearer', isProfileCalled: false }),
        await givenSession(store(), user, { kind: 'bearer', isProfileCalled: false }),
      ]
      await write(({ sessions }) => sessions.noteProfileCall(one))
      expect((await find(one))?.session.isProfileCalled).toBe(true)
      expect((await find(other))?.session.isProfileCalled).toBe(false)
    })
  })

  describe('what is over', () => {
    test('is removed a minute later with its token, in slices of at most the limit, and nothing else is', async () => {
      while ((await store().expiredSessions.sweep(100)) > 0);
      const { user, tenant } = await givenOperator(store())
      const now = systemAmbient.nowMillis()
      const customRoleIds = [newTimedId(systemAmbient)]
      const over = { expiresAtMillis: now - 61_000, grant: { roles: [], customRoleIds } }
      for (const kind of KINDS) await givenSession(store(), user, { ...over, kind })
      const kept = [
        await givenSession(store(), user, { kind: 'token', expiresAtMillis: now - 1000 }),
        await givenSession(store(), user, { kind: 'token' }),
      ]
      const changes = (await changesOf(store(), tenant)).length
      const removed: number[] = []
      for (let slice = 0; slice < 3; slice += 1) removed.push(await store().expiredSessions.sweep(2))
      expect(removed).toEqual([2, 1, 0])
      const ids = kept.map(({ id }) => id).toSorted()
      expect(await rowsOf(store(), 'operator_sessions', 'user_id', user.id)).toEqual(ids)
      expect(await rowsOf(store(), 'named_tokens', 'subject_id', user.id)).toEqual(ids)
      expect(
        await store().rows(`select * from operator_session_roles where role_id = '${customRoleIds[0]}'`),
      ).toEqual([])
      expect((await changesOf(store(), tenant)).length).toBe(changes)
    })

    test('goes with its dead epoch too', async () => {
      const { user } = await givenOperator(store())
      for (let count = 0; count < 3; count += 1) await givenSession(store(), user, { kind: 'token' })
      const login = await givenSession(store(), user)
      await write(({ tokens }) => tokens.raiseEpoch(lineOf(user, 'sdwan')))
      const living = await givenSession(store(), user, { kind: 'token' })
      // Two of one millisecond are in no order.
      const left = [login.id, living.id].toSorted()
      expect(await idsOf(user)).toEqual(left)
      while ((await store().deadTokens.sweep(2)) > 0);
      expect(await rowsOf(store(), 'operator_sessions', 'user_id', user.id)).toEqual(left)
    })

    test('goes with its token and with its user', async () => {
      const { user } = await givenOperator(store())
      const token = await givenSession(store(), user, { kind: 'token' })
      await givenSession(store(), user)
      await write(({ tokens }) => tokens.remove(user.tenantId, 'sdwan', token.id as TokenId))
      expect((await rowsOf(store(), 'operator_sessions', 'user_id', user.id)).length).toBe(1)
      await write(({ users }) => users.remove(user.id))
      expect(await rowsOf(store(), 'operator_sessions', 'user_id', user.id)).toEqual([])
    })
  })

  describe('who logs in', () => {
    test('is found by his name before anybody is by an address, in one statement either way', async () => {
      const { user } = await givenOperator(store())
      const { user: namesake } = await givenOperator(store())
      const email = user.email ?? ''
      await write(({ users }) => users.updateProfile(namesake.id, { username: email }))
      const { logins } = store().reads
      for (const [name, id] of [
        [user.username ?? '', user.id],
        [email.toUpperCase(), user.id],
        [email, namesake.id],
        ['nobody', undefined],
      ] as const) {
        const statements = await store().statementsOf(async () => {
          expect((await logins.find(name))?.userId).toBe(id)
        })
        expect(statements.length).toBe(1)
      }
      expect((await logins.find(email.toUpperCase()))?.passwordPolicy).toEqual(DEFAULT_PASSWORD_POLICY)
    })

    test('is locked by as many failures as lock, and forgiven them by a login', async () => {
      const { user } = await givenOperator(store())
      const state = () => write(({ sessions }) => sessions.holdOperator(user.id))
      const fail = (lockAfter?: number) => write(({ logins }) => logins.noteFailure(user.id, lockAfter))
      await fail()
      await fail(3)
      expect(await state()).toMatchObject({ failedLogins: 2, isLocked: false })
      await write(({ logins }) => logins.noteLogin(user.id, NOW))
      expect(await state()).toMatchObject({ failedLogins: 0, isLocked: false })
      for (let failure = 0; failure < 3; failure += 1) await fail(3)
      expect(await state()).toMatchObject({ failedLogins: 3, isLocked: true })
    })

    test('has as many of his passwords on record as are kept, the latest first, and when the present one was set', async () => {
      const { user } = await givenOperator(store())
      for (const version of [2, 3, 4]) {
        const password = { version, hash: `hash ${version}`, setAtMillis: NOW + version }
        await write(async ({ users, passwordHistory }) => {
          await users.setPasswordHash(user.id, password.hash)
          await passwordHistory.note(user.id, password, 2)
        })
      }
      expect(await store().reads.passwordHistory.list(user.id, 10)).toEqual(['hash 4', 'hash 3'])
      const state = await write(({ sessions }) => sessions.holdOperator(user.id))
      expect(state).toMatchObject({ passwordVersion: 4, passwordSetAtMillis: NOW + 4 })
    })

    test('is nobody who is no operator', async () => {
      const { user } = await givenOperator(store())
      expect(await write(({ sessions }) => sessions.holdOperator(user.id))).toBeDefined()
      await write(({ users }) => users.remove(user.id))
      expect(await write(({ sessions }) => sessions.holdOperator(user.id))).toBeUndefined()
      expect(await store().reads.sessionVerification.findOperator(user.id)).toBeUndefined()
    })
  })

  describe('a client', () => {
    test('is found by its id and listed in its tenant, and goes with its user', async () => {
      const { user, tenant } = await givenOperator(store(), { roles: ['tenant_iam_admin'] })
      const { user: stranger } = await givenOperator(store())
      const client = {
        clientId: randomHex(12),
        tenantId: tenant.id,
        userId: user.id,
        name: 'pipeline',
        secretHash: 'hash',
        createdAt: 1_700_000_000 as UnixSeconds,
      }
      const { secretHash, ...shown } = {
        ...client,
        operatorId: user.sdwanOperatorId,
        roles: ['tenant_iam_admin'] as const,
      }
      await write(({ clients }) => clients.insert(client))
      expect(await store().reads.clients.find(client.clientId)).toEqual({ ...shown, secretHash })
      expect(await store().reads.clients.list(tenant.id)).toEqual([shown])
      expect(await store().reads.clients.list(stranger.tenantId)).toEqual([])
      expect(await write(({ clients }) => clients.find(stranger.tenantId, client.clientId))).toBeUndefined()
      expect(await write(({ clients }) => clients.find(tenant.id, client.clientId))).toEqual(shown)
      const again = { ...client, userId: stranger.id }
      expect(await refusalOf(write(({ clients }) => clients.insert(again)))).toBe('id_taken')
      await write(({ users }) => users.remove(user.id))
      expect(await store().reads.clients.find(client.clientId)).toBeUndefined()
    })
  })
}

/** The ids of the rows that are there, whether the ports show them or not. */
async function rowsOf(
  store: TestStore,
  table: string,
  column: string,
  id: number,
): Promise<readonly string[]> {
  const rows = await store.rows<{ id: string }>(`select id from ${table} where ${column} = ${id} order by id`)
  return rows.map((row) => row.id)
}
