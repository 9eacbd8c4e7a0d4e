import { beforeAll, describe, expect, test } from 'bun:test'
import { routes } from '../../src/dialects/astra/routes.ts'
import type { AstraAnswer } from '../../testing/astra-client.ts'
import { type Fixture, makeFixture } from './fixture.ts'
import { unique } from '../../testing/v1-client.ts'
import { ACCOUNT, NO_ID, onEachDatabase, type Person, ROLE_BINDING, TOKEN, USER } from './world.ts'

/** All that a client sees, but for what is of this very request. */
function seen({ headers, json, status }: AstraAnswer): unknown {
  const { correlationID: _, ...body } = json
  const told = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name))
  return { status, body, headers: Object.fromEntries(told) }
}

onEachDatabase((world) => {
  let fixture: Fixture
  let other: Person & { readonly account: string }
  beforeAll(async () => {
    fixture = await makeFixture(world())
    other = await world().otherTenant()
  })

  test.each(routes.filter(({ path }) => path !== '').map((route) => [route.operationId, route] as const))(
    '%s answers the owner of another account as if there were no such account',
    async (_, route) => {
      const sent = route.takesBody ? { body: { type: route.media.type, version: route.media.version } } : {}
      const here = await other.askAt(route.method, fixture.pathOf(route), sent)
      const nowhere = await other.askAt(route.method, fixture.pathOf(route, { account_id: NO_ID }), sent)
      expect(here.problem).toBe(11)
      expect(seen(here)).toEqual(seen(nowhere))
    },
  )

  test.each(
    routes
      .filter(({ idNames, operationId }) => idNames.length > 0 && operationId !== 'astra_create_user_token')
      .map((route) => [route.operationId, route] as const),
  )('%s answers ids of another account as it answers ids of nothing', async (_, route) => {
    const own = route.callers.every((who) => who === 'self') ? { user_id: other.id } : {}
    const nothing = Object.fromEntries(route.idNames.map((name) => [name, NO_ID]))
    const nobody = { ...ROLE_BINDING, accountID: other.account, role: 'viewer', userID: fixture.member.id }
    const body = route.kind === 'roleBinding' && route.method === 'POST' ? nobody : { ...bodyOf(route.kind) }
    const sent = route.takesBody
      ? { body: { type: route.media.type, version: route.media.version, ...body } }
      : {}
    const at = { account_id: other.account }
    const theirs = await other.askAt(route.method, fixture.pathOf(route, { ...at, ...own }), sent)
    const nobodys = await other.askAt(
      route.method,
      fixture.pathOf(route, { ...at, ...nothing, ...own }),
      sent,
    )
    expect(theirs.status).toBeGreaterThanOrEqual(400)
    expect(seen(theirs)).toEqual(seen(nobodys))
  })

  test('lists hold, count and find nothing of another account', async () => {
    for (const name of ['users', 'roleBindings', 'groups']) {
      const { json } = await other.ask('GET', `/core/v1/${name}?count=true`)
      expect(json.metadata.count).toBe(name === 'groups' ? 0 : 1)
      const filter = encodeURIComponent(`id eq '${fixture.member.id}'`)
      expect((await other.ask('GET', `/core/v1/${name}?filter=${filter}&count=true`)).json).toMatchObject({
        items: [],
        metadata: { count: 0 },
      })
    }
    expect((await other.ask('GET', '/core/v1/credentials')).json.items).toHaveLength(1)
    expect((await other.askAt('GET', '')).json.items.map(({ id }) => id)).toEqual([other.account])
  })

  test('what a page of one account says to go on with is of no use in another', async () => {
    const { admin } = world()
    const { metadata } = (await admin.ask('GET', '/core/v1/users?limit=1')).json
    const query = `?limit=1&continue=${encodeURIComponent(metadata.continue ?? '')}`
    expect((await admin.ask('GET', `/core/v1/users${query}`)).status).toBe(200)
    expect((await other.ask('GET', `/core/v1/users${query}`)).problem).toBe(5)
  })

  test('nobody of another account is bound, made a credential’s, or made a member of anything', async () => {
    const { account } = other
    const bind = (who: object) =>
      other.ask('POST', '/core/v1/roleBindings', {
        body: { ...ROLE_BINDING, accountID: account, role: 'viewer', ...who },
      })
    for (const kind of ['userID', 'groupID']) {
      const theirs = kind === 'userID' ? fixture.member.id : fixture.group
      expect(seen(await bind({ [kind]: theirs }))).toEqual(seen(await bind({ [kind]: NO_ID })))
    }
    const through = (group: string) =>
      other.ask('POST', `/core/v1/groups/${group}/users`, {
        body: { ...USER, email: `${unique('x')}@x.org` },
      })
    expect(seen(await through(fixture.group))).toEqual(seen(await through(NO_ID)))
  })

  test('that an e-mail address is taken is the one thing that tells', async () => {
    const { admin } = world()
    expect(
      (await other.ask('POST', '/core/v1/users', { body: { ...USER, email: admin.email } })).problem,
    ).toBe(19)
  })

  describe('an account that was just made', () => {
    test('is disabled and empty, and his who made it until it has an owner', async () => {
      const { admin } = world()
      const made = await admin.askAt('POST', '', { body: { ...ACCOUNT, name: 'made' } })
      const { id } = made.json
      expect(made.json).toMatchObject({ name: 'made', state: 'pending', isEnabled: 'false' })
      expect(made.json).not.toHaveProperty('enabledTimestamp')
      expect(made.headers.get('location')).toBe(`${world().url}/accounts/${id}`)
      const at = (method: string, path: string, body?: object) =>
        admin.askAt(method, `/${id}${path}`, body && { body })
      expect((await at('GET', '/core/v1/users')).json.items).toEqual([])
      // Users and roles come first; all else has to wait until it is active.
      expect(
        (
          await at('POST', '/core/v1/groups', {
            type: 'application/astra-group',
            version: '1.1',
            authProvider: 'ldap',
            authID: 'cn=x',
          })
        ).problem,
      ).toBe(11)
      const email = `${unique('owner')}@example.org`
      const owner = (await at('POST', '/core/v1/users', { ...USER, email })).json
      expect((await at('PUT', '', { ...ACCOUNT, isEnabled: 'true', state: 'active' })).status).toBe(204)
      expect((await at('GET', '')).json).toMatchObject({
        isEnabled: 'true',
        state: 'active',
        enabledTimestamp: expect.any(String) as string,
      })
      const binding = { ...ROLE_BINDING, accountID: id, userID: owner.id, role: 'owner' }
      expect((await at('POST', '/core/v1/roleBindings', binding)).status).toBe(201)
      expect((await at('GET', '/core/v1/users')).problem).toBe(11)
      expect((await admin.askAt('GET', '')).json.items.map((account) => account.id)).toContain(id)
    })

    test('is shut for its own users as long as it is disabled, and for good when it is deleted', async () => {
      const { admin } = world()
      const theirs = await world().otherTenant()
      const list = () => theirs.ask('GET', '/core/v1/users')
      expect((await list()).status).toBe(200)
      const put = (isEnabled: string) =>
        admin.askAt('PUT', `/${theirs.account}`, { body: { ...ACCOUNT, isEnabled } })
      expect((await put('false')).status).toBe(204)
      expect((await list()).problem).toBe(11)
      expect((await put('true')).status).toBe(204)
      expect((await list()).status).toBe(200)
      expect((await theirs.ask('DELETE', '')).status).toBe(204)
      expect((await list()).problem).toBe(11)
    })
  })
})

function bodyOf(kind: string): object {
  switch (kind) {
    case 'user':
      return { email: `${unique('x')}@example.org` }
    case 'group':
      return { authProvider: 'ldap', authID: 'cn=x' }
    case 'roleBinding':
      return { role: 'viewer' }
    case 'credential':
      return { name: 'x', keyStore: { word: 'YQ==' } }
    default:
      return { ...TOKEN, name: 'x' }
  }
}
