import { beforeAll, describe, expect, test } from 'bun:test'
import { ADMIN_PRIVILEGES } from '../../src/directory/privileges.ts'
import type { User } from '../../src/directory/user.ts'
import { as, onEachSeededZone, outcomeOf } from './seeded-zone.ts'

onEachSeededZone((zone) => {
  let adminToken: string
  beforeAll(async () => {
    const admin = await zone().user()
    await zone().grantAdmin(admin, ...ADMIN_PRIVILEGES)
    adminToken = await zone().token(admin)
  })

  const ask = async (token: string, method: string, path: string, body?: unknown) =>
    zone().ask(method, path, { ...as(token), ...(body !== undefined && { body }) })
  const asAdmin = (method: string, path: string, body?: unknown) => ask(adminToken, method, path, body)
  const outcome = async (...asked: Parameters<typeof ask>) => outcomeOf(await ask(...asked))
  const newUser = async (): Promise<{ user: User; token: string }> => {
    const user = await zone().user()
    return { user, token: await zone().token(user) }
  }
  const owned = async () => {
    const owner = await newUser()
    const space = await zone().entity('space', owner.user)
    return { owner, space, path: `/spaces/${space.onezoneId}` }
  }
  const ownersOf = async (path: string) => (await asAdmin('GET', `${path}/owners`)).parsed

  describe('a new space', () => {
    test('is its creator’s, who owns it', async () => {
      const { user, token } = await newUser()
      const answer = await ask(token, 'POST', '/user/spaces', { name: 'Space 1' })
      const id = answer.headers.get('location')?.split('/').at(-1)
      expect(answer.status).toBe(201)
      expect(answer.headers.get('location')).toEndWith(`/api/v3/onezone/user/spaces/${id}`)
      expect((await ask(token, 'GET', `/spaces/${id}`)).parsed).toEqual({
        advertisedInMarketplace: false,
        creationTime: zone().ambient.now(),
        creator: { id: user.onezoneId, type: 'user' },
        description: '',
        marketplaceContactEmail: '',
        name: 'Space 1',
        organizationName: '',
        providers: {},
        spaceId: id,
        supportParametersRegistry: {},
        tags: [],
      })
      expect(await ownersOf(`/spaces/${id}`)).toEqual({ users: [user.onezoneId] })
    })

    test('that an administrator makes is the first member’s', async () => {
      const answer = await asAdmin('POST', '/spaces', { name: 'Space 2' })
      const path = `/spaces/${answer.headers.get('location')?.split('/').at(-1)}`
      expect(await ownersOf(path)).toEqual({ users: [] })
      const [first, second] = [await newUser(), await newUser()]
      await asAdmin('PUT', `${path}/users/${first.user.onezoneId}`, { privileges: [] })
      await asAdmin('PUT', `${path}/users/${second.user.onezoneId}`, {})
      expect(await ownersOf(path)).toEqual({ users: [first.user.onezoneId] })
      expect(await outcome(first.token, 'PATCH', path, { name: 'Mine' })).toBe('accepted')
      expect(await outcome(second.token, 'PATCH', path, { name: 'Mine' })).toBe('403 forbidden')
    })
  })

  describe('owners of a space', () => {
    test('hold everything in it, whatever is revoked', async () => {
      const { owner, path } = await owned()
      const own = `${path}/users/${owner.user.onezoneId}/privileges`
      await asAdmin('PATCH', own, { revoke: ['space_delete', 'space_view'] })
      expect(await outcome(owner.token, 'GET', `${path}/users`)).toBe('accepted')
      expect(await outcome(owner.token, 'DELETE', path)).toBe('accepted')
    })

    test('are made of members, also of those through groups, who then are members themselves', async () => {
      const { owner, space, path } = await owned()
      const [other, stranger] = [await newUser(), await newUser()]
      const group = await zone().entity('group', other.user)
      await zone().join(space, group)
      const answer = await ask(owner.token, 'PUT', `${path}/owners/${other.user.onezoneId}`, {})
      expect(answer.status).toBe(204)
      expect(answer.text).toBe('')
      expect((await asAdmin('GET', `${path}/users`)).parsed).toEqual({
        users: [owner.user.onezoneId, other.user.onezoneId].toSorted(),
      })
      expect(await outcome(other.token, 'GET', `${path}/owners`)).toBe('accepted')
      expect(await outcome(owner.token, 'PUT', `${path}/owners/${other.user.onezoneId}`)).toBe(
        '409 alreadyExists',
      )
      for (const id of [stranger.user.onezoneId, 'none']) {
        expect(await outcome(owner.token, 'PUT', `${path}/owners/${id}`)).toBe('400 relationDoesNotExist')
      }
    })

    test('stay members when they own it no more, and the last of them stays an owner', async () => {
      const { owner, space, path } = await owned()
      const { user, token } = await newUser()
      await zone().join(space, user, ['space_view'])
      await ask(owner.token, 'PUT', `${path}/owners/${user.onezoneId}`)
      expect(await outcome(token, 'DELETE', `${path}/owners/${owner.user.onezoneId}`)).toBe('accepted')
      expect(await outcome(owner.token, 'GET', path)).toBe('accepted')
      expect(await ownersOf(path)).toEqual({ users: [user.onezoneId] })
      const last = await ask(token, 'DELETE', `${path}/owners/${user.onezoneId}`)
      expect(last.status).toBe(400)
      expect(last.json.error).toMatchObject({
        id: 'cannotRemoveLastOwner',
        details: { entityId: space.onezoneId },
      })
      expect(await outcome(token, 'DELETE', `${path}/owners/${owner.user.onezoneId}`)).toBe('404 notFound')
    })

    test('are sent away by owners and administrators alone, and the last not at all', async () => {
      const { owner, space, path } = await owned()
      const [second, manager] = [await newUser(), await newUser()]
      await zone().join(space, second.user)
      await zone().join(space, manager.user, ['space_remove_user'])
      await asAdmin('PUT', `${path}/owners/${second.user.onezoneId}`)
      const place = `${path}/users/${second.user.onezoneId}`
      expect(await outcome(manager.token, 'DELETE', place)).toBe('403 forbidden')
      expect(await outcome(owner.token, 'DELETE', place)).toBe('accepted')
      expect(await outcome(adminToken, 'DELETE', `${path}/users/${owner.user.onezoneId}`)).toBe(
        '400 cannotRemoveLastOwner',
      )
      expect(await outcome(owner.token, 'DELETE', `/user/spaces/${space.onezoneId}`)).toBe(
        '400 cannotRemoveLastOwner',
      )
      await asAdmin('DELETE', `${path}/users/${manager.user.onezoneId}`)
      expect(await outcome(owner.token, 'DELETE', `/user/spaces/${space.onezoneId}`)).toBe('accepted')
    })
  })

  describe('support of a space', () => {
    test('is shown, lets the provider look in, and ends', async () => {
      const { owner, space, path } = await owned()
      const provider = await zone().provider()
      expect(await outcome(provider.rootToken, 'GET', path)).toBe('403 forbidden')
      await zone().support(space, provider)
      expect(await outcome(provider.rootToken, 'GET', path)).toBe('accepted')
      expect((await ask(owner.token, 'GET', path)).json).toMatchObject({
        providers: { [provider.onezoneId]: 0 },
      })
      expect((await ask(owner.token, 'GET', `${path}/providers`)).parsed).toEqual({
        providers: [provider.onezoneId],
      })
      const held = `${path}/users/${owner.user.onezoneId}/privileges`
      expect(await outcome(provider.rootToken, 'GET', held)).toBe('accepted')
      expect(await outcome(provider.rootToken, 'PATCH', held, { grant: [] })).toBe('403 forbidden')
      const place = `${path}/providers/${provider.onezoneId}`
      expect(await outcome(owner.token, 'DELETE', place)).toBe('accepted')
      expect(await outcome(owner.token, 'DELETE', place)).toBe('404 notFound')
      expect(await outcome(provider.rootToken, 'GET', path)).toBe('403 forbidden')
    })

    test('lets the provider see groups that are in it, and no others', async () => {
      const { space } = await owned()
      const [inner, outer, other] = [
        await zone().entity('group'),
        await zone().entity('group'),
        await zone().entity('group'),
      ]
      const provider = await zone().provider()
      await zone().support(space, provider)
      await zone().join(space, outer)
      await zone().join(outer, inner)
      for (const { onezoneId } of [inner, outer]) {
        expect(await outcome(provider.rootToken, 'GET', `/groups/${onezoneId}`)).toBe('accepted')
      }
      expect(await outcome(provider.rootToken, 'GET', `/groups/${other.onezoneId}`)).toBe('403 forbidden')
    })
  })

  describe('a harvester', () => {
    const backend = {
      harvestingBackendEndpoint: 'backend.example.org:9200',
      harvestingBackendType: 'elasticsearch_harvesting_backend',
    }

    test('is made by whoever may make any, and keeps where its backend is', async () => {
      const { user, token } = await newUser()
      const body = { name: 'Harvester', ...backend, guiPluginConfig: {} }
      expect(await outcome(token, 'POST', '/user/harvesters', body)).toBe('403 forbidden')
      await zone().grantAdmin(user, 'oz_harvesters_create')
      const answer = await ask(token, 'POST', '/user/harvesters', body)
      const path = `/harvesters/${answer.headers.get('location')?.split('/').at(-1)}`
      expect(answer.headers.get('location')).toEndWith(`/onezone/user${path}`)
      await ask(token, 'PATCH', path, { harvestingBackendEndpoint: 'other.example.org/' })
      expect((await ask(token, 'GET', path)).parsed).toEqual({
        ...backend,
        creationTime: zone().ambient.now(),
        creator: { id: user.onezoneId, type: 'user' },
        harvesterId: path.slice('/harvesters/'.length),
        harvestingBackendEndpoint: 'other.example.org',
        name: 'Harvester',
        public: false,
      })
    })

    test.each([
      [{ name: 'Harvester' }, 'missingRequiredValue'],
      [{ ...backend, harvestingBackendEndpoint: '', name: 'x' }, 'badValueEmpty'],
      [{ ...backend, harvestingBackendEndpoint: null, name: 'Harvester' }, 'badValueEmpty'],
      [{ ...backend, harvestingBackendEndpoint: 'a\u0000b', name: 'Harvester' }, 'badData'],
      [{ ...backend, harvestingBackendEndpoint: 1, name: 'Harvester' }, 'badValueString'],
      [{ ...backend, harvestingBackendType: 'other', name: 'x' }, 'badValueNotAllowed'],
      [{ ...backend, name: 'Harvester', guiPluginConfig: 1 }, 'badValueJSON'],
    ])('%j: 400 %s', async (body, id) => {
      expect(await outcome(adminToken, 'POST', '/harvesters', body)).toBe(`400 ${id}`)
    })

    test('collects from spaces, which is seen and ended from both ends', async () => {
      const { owner, space, path } = await owned()
      const harvester = await zone().entity('harvester', owner.user)
      const place = `/harvesters/${harvester.onezoneId}/spaces/${space.onezoneId}`
      const answer = await ask(owner.token, 'PUT', place, {})
      expect(answer.status).toBe(201)
      expect(answer.headers.get('location')).toEndWith(`/api/v3/onezone${place}`)
      const again = await ask(owner.token, 'PUT', place)
      expect(again.status).toBe(409)
      expect(again.json.error).toMatchObject({
        id: 'relationAlreadyExists',
        details: { childType: 'harvester', parentType: 'space' },
      })
      expect((await ask(owner.token, 'GET', `${path}/harvesters`)).parsed).toEqual({
        harvesters: [harvester.onezoneId],
      })
      const seen = `${path}/harvesters/${harvester.onezoneId}`
      expect((await ask(owner.token, 'GET', seen)).parsed).toEqual({
        harvesterId: harvester.onezoneId,
        name: harvester.name,
      })
      expect((await ask(owner.token, 'GET', place)).json).toMatchObject({ name: space.name })
      expect(await outcome(owner.token, 'DELETE', seen)).toBe('accepted')
      expect(await outcome(owner.token, 'DELETE', place)).toBe('404 notFound')
      const unknown = await ask(adminToken, 'PUT', `/harvesters/${harvester.onezoneId}/spaces/none`)
      expect(unknown.json.error).toMatchObject({ id: 'badValueIdNotFound', details: { key: 'spaceId' } })
    })
  })

  describe('a cluster', () => {
    test('is what its provider does whatever it likes in, and in others nothing', async () => {
      const [provider, other] = [await zone().provider(), await zone().provider()]
      const { user } = await newUser()
      const path = `/clusters/${provider.onezoneId}`
      const own = `${path}/users/${user.onezoneId}`
      expect((await ask(provider.rootToken, 'PUT', own, { privileges: [] })).status).toBe(201)
      expect(await outcome(provider.rootToken, 'PATCH', `${own}/privileges`, { grant: [] })).toBe('accepted')
      expect((await ask(provider.rootToken, 'GET', path)).json).toMatchObject({
        clusterId: provider.onezoneId,
        onepanelProxy: true,
        type: 'oneprovider',
      })
      for (const [method, where] of [
        ['GET', path],
        ['GET', `${path}/users`],
        ['DELETE', own],
      ] as const) {
        expect(await outcome(other.rootToken, method, where)).toBe('403 forbidden')
      }
      expect(await outcome(provider.rootToken, 'DELETE', own)).toBe('accepted')
    })
  })

  test('an automation inventory is made and shown', async () => {
    const { user, token } = await newUser()
    const answer = await ask(token, 'POST', '/user/atm_inventories', { name: 'Inventory' })
    const id = answer.headers.get('location')?.split('/').at(-1)
    expect((await ask(token, 'GET', `/atm_inventories/${id}`)).parsed).toEqual({
      atmInventoryId: id,
      creationTime: zone().ambient.now(),
      creator: { id: user.onezoneId, type: 'user' },
      name: 'Inventory',
    })
  })
})
