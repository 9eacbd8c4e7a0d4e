import { beforeAll, describe, expect, test } from 'bun:test'
import { ENTITY_PRIVILEGES } from '../../src/directory/entity-privileges.ts'
import type { Entity } from '../../src/directory/entity.ts'
import { ensurePredefined } from '../../src/directory/predefined.ts'
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
  const nest = (parent: Entity, child: Entity, privileges?: readonly string[]) =>
    asAdmin('PUT', `/groups/${parent.onezoneId}/children/${child.onezoneId}`, {
      ...(privileges !== undefined && { privileges }),
    })
  const seesMembersOf = (token: string, group: Entity) =>
    outcome(token, 'GET', `/groups/${group.onezoneId}/users`)

  describe('a new group', () => {
    test('is its creator’s, who is its only member and holds everything in it', async () => {
      const { user, token } = await newUser()
      const answer = await ask(token, 'POST', '/user/groups', { name: 'Group 1' })
      const location = answer.headers.get('location') ?? ''
      const id = location.split('/').at(-1)
      expect(answer.status).toBe(201)
      expect(answer.text).toBe('')
      expect(location).toBe(`https://${zone().tenant.onezoneDomain}/api/v3/onezone/user/groups/${id}`)
      const details = {
        creationTime: zone().ambient.now(),
        creator: { id: user.onezoneId, type: 'user' },
        groupId: id,
        name: 'Group 1',
        type: 'team',
      }
      expect((await ask(token, 'GET', `/user/groups/${id}`)).parsed).toEqual(details)
      expect((await ask(token, 'GET', `/groups/${id}`)).parsed).toEqual(details)
      expect((await ask(token, 'GET', '/user/groups')).parsed).toEqual({ groups: [id] })
      expect((await ask(token, 'GET', `/groups/${id}/users`)).parsed).toEqual({ users: [user.onezoneId] })
      const held = await ask(token, 'GET', `/groups/${id}/users/${user.onezoneId}/privileges`)
      expect(held.parsed).toEqual({ privileges: ENTITY_PRIVILEGES.group.all })
    })

    test('that an administrator makes has no members', async () => {
      const answer = await asAdmin('POST', '/groups', { name: 'Group 2', type: 'role_holders' })
      const id = answer.headers.get('location')?.split('/').at(-1)
      expect(answer.headers.get('location')).toEndWith(`/onezone/groups/${id}`)
      expect((await asAdmin('GET', `/groups/${id}/users`)).parsed).toEqual({ users: [] })
      expect((await asAdmin('GET', `/groups/${id}`)).json).toMatchObject({ type: 'role_holders' })
      expect((await asAdmin('GET', '/groups')).parsed).toMatchObject({
        groups: expect.arrayContaining([id ?? '']),
      })
    })

    test.each([
      [{ name: 'x' }, '400 badValueName'],
      [{ name: 'Group', type: 'gang' }, '400 badValueNotAllowed'],
      [{ type: 'team' }, '400 missingRequiredValue'],
    ])('%j: %s', async (body, expected) => {
      const { token } = await newUser()
      expect(await outcome(token, 'POST', '/user/groups', body)).toBe(expected)
    })

    test('is renamed and gets another type, each by itself', async () => {
      const { user, token } = await newUser()
      const { onezoneId } = await zone().entity('group', user)
      await ask(token, 'PATCH', `/groups/${onezoneId}`, { name: 'Other' })
      await ask(token, 'PATCH', `/groups/${onezoneId}`, { type: 'unit' })
      expect((await ask(token, 'GET', `/groups/${onezoneId}`)).json).toMatchObject({
        name: 'Other',
        type: 'unit',
      })
    })
  })

  describe('nested groups', () => {
    test('give what they hold to whoever is in them at any depth, from the next request to the last', async () => {
      const { user, token } = await newUser()
      const chain = await Promise.all([1, 2, 3, 4].map(() => zone().entity('group')))
      const [top, , , bottom] = chain
      if (top === undefined || bottom === undefined) throw new Error('there are four')
      await asAdmin('PUT', `/groups/${bottom.onezoneId}/users/${user.onezoneId}`, {})
      expect(await seesMembersOf(token, top)).toBe('403 forbidden')
      for (const [index, parent] of chain.slice(0, -1).entries()) {
        const child = chain[index + 1]
        if (child !== undefined) expect((await nest(parent, child)).status).toBe(201)
      }
      expect(await seesMembersOf(token, top)).toBe('accepted')
      expect((await ask(token, 'GET', '/user/groups')).parsed).toEqual({ groups: [bottom.onezoneId] })
      expect((await ask(token, 'GET', '/user/effective_groups')).parsed).toEqual({
        groups: chain.map(({ onezoneId }) => onezoneId).toSorted(),
      })
      expect((await asAdmin('GET', `/groups/${top.onezoneId}/effective_users`)).parsed).toEqual({
        users: [user.onezoneId],
      })
      const [, second, third] = chain
      await asAdmin('DELETE', `/groups/${second?.onezoneId}/children/${third?.onezoneId}`)
      expect(await seesMembersOf(token, top)).toBe('403 forbidden')
      expect(await seesMembersOf(token, bottom)).toBe('accepted')
    })

    test('give the privileges of all paths together', async () => {
      const { user, token } = await newUser()
      const [parent, one, other] = [
        await zone().entity('group'),
        await zone().entity('group', user),
        await zone().entity('group', user),
      ]
      await nest(parent, one, ['group_update', 'group_view'])
      await nest(parent, other, ['group_delete'])
      const of = `/groups/${parent.onezoneId}/effective_users/${user.onezoneId}/privileges`
      expect((await ask(token, 'GET', of)).parsed).toEqual({
        privileges: ['group_delete', 'group_update', 'group_view'],
      })
      await asAdmin('PATCH', `/groups/${parent.onezoneId}/children/${one.onezoneId}/privileges`, {
        revoke: ['group_update'],
      })
      expect((await ask(token, 'GET', of)).parsed).toEqual({ privileges: ['group_delete', 'group_view'] })
      expect(await outcome(token, 'PATCH', `/groups/${parent.onezoneId}`, { name: 'Other' })).toBe(
        '403 forbidden',
      )
      const direct = `/groups/${parent.onezoneId}/users/${user.onezoneId}/privileges`
      expect(await outcome(token, 'GET', direct)).toBe('404 notFound')
    })

    test('never come round: not in themselves, not in their children', async () => {
      const [top, middle, bottom] = [
        await zone().entity('group'),
        await zone().entity('group'),
        await zone().entity('group'),
      ]
      await nest(top, middle)
      await nest(middle, bottom)
      for (const [parent, child] of [
        [top, top],
        [middle, top],
        [bottom, top],
      ] as const) {
        expect(outcomeOf(await nest(parent, child))).toBe('400 cannotAddRelationToSelf')
      }
      expect((await asAdmin('GET', `/groups/${top.onezoneId}/parents`)).parsed).toEqual({ groups: [] })
    })

    test('are shown from both ends, with what is between', async () => {
      const [top, middle, bottom] = [
        await zone().entity('group'),
        await zone().entity('group'),
        await zone().entity('group'),
      ]
      await nest(top, middle, ['group_update'])
      await nest(middle, bottom)
      const groups = async (path: string) => (await asAdmin('GET', path)).parsed
      const ids = (...entities: readonly Entity[]) => ({
        groups: entities.map(({ onezoneId }) => onezoneId).toSorted(),
      })
      expect(await groups(`/groups/${bottom.onezoneId}/parents`)).toEqual(ids(middle))
      expect(await groups(`/groups/${bottom.onezoneId}/effective_parents`)).toEqual(ids(middle, top))
      expect(await groups(`/groups/${top.onezoneId}/children`)).toEqual(ids(middle))
      expect(await groups(`/groups/${top.onezoneId}/effective_children`)).toEqual(ids(middle, bottom))
      const through = `/groups/${top.onezoneId}/effective_children/${bottom.onezoneId}`
      expect((await asAdmin('GET', `${through}/privileges`)).parsed).toEqual({ privileges: ['group_update'] })
      expect((await asAdmin('GET', through)).parsed).toEqual({
        creationTime: bottom.createdAt,
        groupId: bottom.onezoneId,
        name: bottom.name,
        type: 'team',
      })
    })

    test('are deleted with what they gave, and their members stay', async () => {
      const { user, token } = await newUser()
      const [parent, child] = [await zone().entity('group'), await zone().entity('group', user)]
      await nest(parent, child)
      expect(await outcome(token, 'DELETE', `/groups/${child.onezoneId}`)).toBe('accepted')
      expect(await outcome(token, 'GET', `/groups/${child.onezoneId}`)).toBe('404 notFound')
      expect(await seesMembersOf(token, parent)).toBe('403 forbidden')
      expect((await ask(token, 'GET', '/user/effective_groups')).parsed).toEqual({ groups: [] })
    })
  })

  describe('admin privileges of a group', () => {
    test('are its effective members’ from the next request on, and not held by them directly', async () => {
      const { user, token } = await newUser()
      const [parent, child] = [await zone().entity('group'), await zone().entity('group', user)]
      await nest(parent, child)
      const path = `/groups/${parent.onezoneId}/privileges`
      expect(await outcome(token, 'GET', '/users')).toBe('403 forbidden')
      await asAdmin('PATCH', path, { grant: ['oz_users_list', 'oz_groups_list'] })
      expect(await outcome(token, 'GET', '/users')).toBe('accepted')
      expect((await ask(token, 'GET', '/user/privileges')).parsed).toEqual({ privileges: [] })
      const effective = { privileges: ['oz_groups_list', 'oz_users_list'] }
      expect((await ask(token, 'GET', '/user/effective_privileges')).parsed).toEqual(effective)
      expect((await asAdmin('GET', path)).parsed).toEqual(effective)
      const ofChild = `/groups/${child.onezoneId}`
      expect((await asAdmin('GET', `${ofChild}/privileges`)).parsed).toEqual({ privileges: [] })
      expect((await asAdmin('GET', `${ofChild}/effective_privileges`)).parsed).toEqual(effective)
      await asAdmin('PATCH', path, { revoke: ['oz_users_list'] })
      expect(await outcome(token, 'GET', '/users')).toBe('403 forbidden')
      expect(await outcome(token, 'GET', '/groups')).toBe('accepted')
      await asAdmin('DELETE', path)
      expect(await outcome(token, 'GET', '/groups')).toBe('403 forbidden')
    })

    test('in both lists are held afterwards, and those that are none are refused', async () => {
      const { onezoneId } = await zone().entity('group')
      const path = `/groups/${onezoneId}/privileges`
      await asAdmin('PATCH', path, { grant: ['oz_users_list'], revoke: ['oz_users_list'] })
      expect((await asAdmin('GET', path)).parsed).toEqual({ privileges: ['oz_users_list'] })
      expect(outcomeOf(await asAdmin('PATCH', path, { grant: ['group_view'] }))).toBe(
        '400 badValueListNotAllowed',
      )
      expect(outcomeOf(await asAdmin('PATCH', path, { revoke: 'oz_users_list' }))).toBe(
        '400 badValueListOfStrings',
      )
    })
  })

  describe('predefined groups', () => {
    beforeAll(() => ensurePredefined(zone().deps, zone().tenant.id))

    test('are there, made by nobody, and stay', async () => {
      expect((await asAdmin('GET', '/groups/admins')).json).toMatchObject({
        creator: { id: null, type: 'nobody' },
        groupId: 'admins',
        name: 'Admins',
        type: 'role_holders',
      })
      for (const id of ['admins', 'all_users']) {
        const answer = await asAdmin('DELETE', `/groups/${id}`)
        expect(outcomeOf(answer)).toBe('403 protectedGroup')
        expect((await asAdmin('GET', `/groups/${id}`)).status).toBe(200)
      }
    })

    test('make whoever is in admins an administrator', async () => {
      const { user, token } = await newUser()
      await asAdmin('PUT', `/groups/admins/users/${user.onezoneId}`, {})
      expect((await ask(token, 'GET', '/user/effective_privileges')).parsed).toEqual({
        privileges: ADMIN_PRIVILEGES,
      })
      expect(await outcome(token, 'DELETE', '/groups/admins/users/nobody')).toBe('404 notFound')
      await asAdmin('DELETE', `/groups/admins/users/${user.onezoneId}`)
      expect((await ask(token, 'GET', '/user/effective_privileges')).parsed).toEqual({ privileges: [] })
      expect((await asAdmin('GET', '/groups/all_users/privileges')).parsed).toEqual({ privileges: [] })
    })
  })
})
