import { beforeAll, describe, expect, test } from 'bun:test'
import { ROLES, type Role } from '../../src/accounts/role.ts'
import type { Route } from '../../src/dialects/astra/route.ts'
import { routes } from '../../src/dialects/astra/routes.ts'
import { type Fixture, makeFixture } from './fixture.ts'
import { unique } from '../../testing/v1-client.ts'
import { ACCOUNT, onEachDatabase, type Person, ROLE_BINDING, TOKEN, USER } from './world.ts'

/**
 * Who may call what, restated from the API (Astra, §5.3): the least role, and whether it is enough to be the user of the
 * path.
 */
const LEAST: Readonly<Record<string, readonly [role: Role, isSelfEnough?: true]>> = {
  'GET account': ['viewer'],
  'PUT account': ['owner'],
  'DELETE account': ['owner'],
  'GET user': ['viewer'],
  'POST user': ['admin'],
  'PUT user': ['admin', true],
  'DELETE user': ['admin'],
  'GET group': ['viewer'],
  'POST group': ['admin'],
  'PUT group': ['admin'],
  'DELETE group': ['admin'],
  'GET roleBinding': ['viewer'],
  'POST roleBinding': ['admin'],
  'PUT roleBinding': ['admin'],
  'DELETE roleBinding': ['admin'],
  'GET credential': ['admin'],
  'POST credential': ['admin'],
  'PUT credential': ['admin'],
  'DELETE credential': ['admin'],
  'GET token': ['admin', true],
  // As far as the body: it is made for oneself only.
  'POST token': ['admin', true],
  'PUT token': ['admin', true],
  'DELETE token': ['admin', true],
  'GET ldap': ['viewer'],
  'GET setting': ['viewer'],
  'GET topology': ['viewer'],
}

const IN_ACCOUNT = routes.filter(({ path }) => path !== '')

onEachDatabase((world) => {
  let fixture: Fixture
  let people: Readonly<Record<Role, Person>>
  beforeAll(async () => {
    fixture = await makeFixture(world())
    const [viewer, member, admin, owner] = await Promise.all(ROLES.map((role) => world().person(role)))
    if (!viewer || !member || !admin || !owner) throw new Error('there is one of each role')
    people = { viewer, member, admin, owner }
  })

  /** A body that is none: whoever may call is told so, and nothing is changed. */
  const isLetThrough = async (who: Person, route: Route): Promise<boolean> => {
    const other =
      route.method === 'DELETE'
        ? { [route.idNames.at(-1) ?? '']: '5e0c7a94-2b6d-4f13-8d70-1c9b3e5f7a24' }
        : {}
    const sent = route.takesBody ? { rawBody: '{' } : {}
    const { problem } = await who.askAt(route.method, fixture.pathOf(route, other), sent)
    if (problem === 11) return false
    expect([undefined, 1, 7]).toContain(problem)
    return true
  }

  const matrix = IN_ACCOUNT.filter(
    ({ kind, method }) => !(kind === 'account' && method === 'DELETE'),
  ).flatMap((route) => ROLES.map((role) => [route.operationId, role, route] as const))

  test.each(matrix)('%s as %s', async (_, role, route) => {
    const [least] = LEAST[`${route.method} ${route.kind}`] ?? []
    const isEnough = least !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least)
    expect(await isLetThrough(people[role], route)).toBe(isEnough)
  })

  const own = IN_ACCOUNT.filter(({ idNames, method }) => idNames.includes('user_id') && method !== 'DELETE')
  test.each(own.map((route) => [route.operationId, route] as const))(
    '%s as the user of the path himself, a viewer',
    async (_, route) => {
      const [least, isSelfEnough = false] = LEAST[`${route.method} ${route.kind}`] ?? []
      expect(await isLetThrough(fixture.member, route)).toBe(isSelfEnough || least === 'viewer')
    },
  )

  test('a user to whom no role is bound may do nothing, not even of his own', async () => {
    const { admin } = world()
    const made = await makeFixture(world(), { isBoundByGroupOnly: true })
    const own = `/core/v1/users/${made.member.id}`
    const paths = [own, `${own}/tokens`, '/core/v1/users', '/topology/v1/clouds', '']
    const problems = () =>
      Promise.all(paths.map(async (path) => (await made.member.ask('GET', path)).problem))
    expect(await problems()).toEqual(paths.map(() => undefined))
    expect((await admin.ask('DELETE', `/core/v1/roleBindings/${made.groupBinding}`)).status).toBe(204)
    expect(await problems()).toEqual(paths.map(() => 11))
  })

  test('a user of the customer’s directory stays when the last role that is bound to him goes', async () => {
    const { account, admin } = world()
    const body = { ...USER, email: `${unique('ldap')}@example.org`, authProvider: 'ldap' }
    const { id } = (await admin.ask('POST', '/core/v1/users', { body })).json
    const binding = { ...ROLE_BINDING, accountID: account, userID: id, role: 'member' }
    const bound = await admin.ask('POST', '/core/v1/roleBindings', { body: binding })
    expect((await admin.ask('DELETE', `/core/v1/roleBindings/${bound.json.id}`)).status).toBe(204)
    expect((await admin.ask('GET', `/core/v1/users/${id}`)).json).toMatchObject({
      authProvider: 'ldap',
      authID: '',
    })
  })

  describe('an admin', () => {
    const bindingOf = async ({ id }: Person): Promise<string> =>
      (await world().admin.ask('GET', `/core/v1/users/${id}/roleBindings`)).json.items[0]?.id ?? ''

    test('manages tokens of everybody but owners, and makes none for others', async () => {
      const tokensOf = ({ id }: Person): string => `/core/v1/users/${id}/tokens`
      for (const role of ['viewer', 'member', 'admin'] as const) {
        const whose = await world().person(role)
        const list = await people.admin.ask('GET', tokensOf(whose))
        const at = `${tokensOf(whose)}/${list.json.items[0]?.id}`
        expect(
          (await people.admin.ask('POST', tokensOf(whose), { body: { ...TOKEN, name: 'x' } })).problem,
        ).toBe(11)
        expect((await people.admin.ask('PUT', at, { body: { ...TOKEN, name: 'x' } })).status).toBe(204)
        expect((await people.admin.ask('DELETE', at)).status).toBe(204)
      }
      const list = await people.owner.ask('GET', tokensOf(people.owner))
      const at = `${tokensOf(people.owner)}/${list.json.items[0]?.id}`
      const refused = [
        await people.admin.ask('GET', tokensOf(people.owner)),
        await people.admin.ask('GET', at),
        await people.admin.ask('PUT', at, { body: { ...TOKEN, name: 'x' } }),
        await people.admin.ask('DELETE', at),
      ]
      expect(refused.map(({ problem }) => problem)).toEqual([11, 11, 11, 11])
    })

    test('hears of a user who is not there that he is not, where others hear that it is not for them', async () => {
      const at = '/core/v1/users/5e0c7a94-2b6d-4f13-8d70-1c9b3e5f7a24/tokens'
      const askedBy = async (who: Person) =>
        (await who.ask('POST', at, { body: { ...TOKEN, name: 'x' } })).problem
      expect(await Promise.all([people.admin, people.owner].map(askedBy))).toEqual([2, 2])
      expect(await Promise.all([people.viewer, people.member].map(askedBy))).toEqual([11, 11])
    })

    test('makes nobody an owner, and touches none', async () => {
      const { account } = world()
      const { admin, owner, viewer } = people
      const body = { ...ROLE_BINDING, accountID: account, role: 'owner' }
      const refused = [
        await admin.ask('POST', '/core/v1/roleBindings', { body: { ...body, userID: viewer.id } }),
        await admin.ask('PUT', `/core/v1/roleBindings/${await bindingOf(viewer)}`, {
          body: { ...ROLE_BINDING, role: 'owner' },
        }),
        await admin.ask('PUT', `/core/v1/roleBindings/${await bindingOf(owner)}`, {
          body: { ...ROLE_BINDING, role: 'viewer' },
        }),
        await admin.ask('DELETE', `/core/v1/roleBindings/${await bindingOf(owner)}`),
        await admin.ask('DELETE', `/core/v1/users/${owner.id}`),
        await admin.ask('PUT', `/core/v1/users/${owner.id}`, { body: { ...USER, isEnabled: 'false' } }),
      ]
      expect(refused.map(({ problem }) => problem)).toEqual(Array.from(refused, () => 11))
    })

    test('gives a role, and it counts from the next call on', async () => {
      const whose = await world().person('viewer')
      const list = () => whose.ask('GET', '/core/v1/credentials')
      expect((await list()).problem).toBe(11)
      const put = (role: Role) =>
        bindingOf(whose).then((id) =>
          people.admin.ask('PUT', `/core/v1/roleBindings/${id}`, { body: { ...ROLE_BINDING, role } }),
        )
      await put('admin')
      expect((await list()).status).toBe(200)
      await put('member')
      expect((await list()).problem).toBe(11)
    })
  })

  test('the last owner stays', async () => {
    const other = await world().otherTenant()
    const [binding] = (await other.ask('GET', '/core/v1/roleBindings')).json.items
    expect((await other.ask('DELETE', `/core/v1/roleBindings/${binding?.id}`)).problem).toBe(11)
    expect(
      (
        await other.ask('PUT', `/core/v1/roleBindings/${binding?.id}`, {
          body: { ...ROLE_BINDING, role: 'viewer' },
        })
      ).problem,
    ).toBe(11)
    expect((await other.ask('DELETE', `/core/v1/users/${other.id}`)).problem).toBe(11)
  })

  test('accounts are made by an owner of the default tenant alone', async () => {
    const other = await world().otherTenant()
    const make = async (who: Person) =>
      (await who.askAt('POST', '', { body: { ...ACCOUNT, name: unique('made') } })).status
    expect(await make(people.owner)).toBe(201)
    for (const who of [people.admin, people.member, people.viewer, other]) expect(await make(who)).toBe(403)
  })

  test('a role through a group counts as one’s own, and goes with the group', async () => {
    const { admin, account } = world()
    const made = await makeFixture(world())
    const list = () => made.member.ask('GET', '/core/v1/credentials')
    expect((await list()).problem).toBe(11)
    await admin.ask('PUT', `/core/v1/roleBindings/${made.groupBinding}`, {
      body: { ...ROLE_BINDING, role: 'admin', accountID: account },
    })
    expect((await list()).status).toBe(200)
    expect((await admin.ask('DELETE', `/core/v1/groups/${made.group}`)).status).toBe(204)
    expect((await list()).problem).toBe(11)
    expect((await made.member.ask('GET', `/core/v1/users/${made.member.id}`)).status).toBe(200)
  })
})
