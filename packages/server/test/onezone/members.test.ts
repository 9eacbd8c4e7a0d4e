import { beforeAll, describe, expect, test } from 'bun:test'
import { ENTITY_WORDS } from '../../src/dialects/onezone/entity-words.ts'
import { createEntity } from '../../src/directory/entities.ts'
import { ENTITY_PRIVILEGES } from '../../src/directory/entity-privileges.ts'
import { ENTITY_KINDS, type EntityKind, type EntityRef } from '../../src/directory/entity.ts'
import { ADMIN_PRIVILEGES } from '../../src/directory/privileges.ts'
import type { User } from '../../src/directory/user.ts'
import { as, onEachSeededZone, outcomeOf } from './seeded-zone.ts'

/** Users and groups as members, in every kind of entity. */
onEachSeededZone((zone) => {
  let adminToken: string
  beforeAll(async () => {
    adminToken = await administrator(ADMIN_PRIVILEGES)
  })

  const administrator = async (privileges: readonly string[]) => {
    const user = await zone().user()
    await zone().grantAdmin(user, ...privileges)
    return zone().token(user)
  }
  const ask = async (token: string, method: string, path: string, body?: unknown) =>
    zone().ask(method, path, { ...as(token), ...(body !== undefined && { body }) })
  const asAdmin = (method: string, path: string, body?: unknown) => ask(adminToken, method, path, body)
  const outcome = async (...asked: Parameters<typeof ask>) => outcomeOf(await ask(...asked))
  /** An entity whose creator is no member of it. */
  const leftBy = (kind: EntityKind, { onezoneId }: User) =>
    createEntity(zone().deps, {
      tenantId: zone().tenant.id,
      kind,
      name: 'Left',
      creator: { kind: 'user', onezoneId },
    })

  for (const kind of ENTITY_KINDS) {
    const { plural } = ENTITY_WORDS[kind]
    const { member: memberSet, all } = ENTITY_PRIVILEGES[kind]
    const groups = kind === 'group' ? 'children' : 'groups'
    /** Clusters come with their providers. */
    const newEntity = async (creator: User): Promise<EntityRef> =>
      kind === 'cluster'
        ? { kind, onezoneId: (await zone().provider(creator)).onezoneId }
        : zone().entity(kind, creator)
    /** Someone, another way than as owner of a space. */
    const given = async () => {
      const [owner, user] = [await zone().user(), await zone().user()]
      const entity = await newEntity(owner)
      const path = `/${plural}/${entity.onezoneId}`
      return { entity, user, token: await zone().token(user), path, own: `${path}/users/${user.onezoneId}` }
    }

    describe(`members of ${ENTITY_WORDS[kind].one}`, () => {
      test('get the member set when nothing is said, and else what is said', async () => {
        const { path, own } = await given()
        const answer = await asAdmin('PUT', own, {})
        expect(answer.status).toBe(201)
        expect(answer.text).toBe('')
        expect(answer.headers.get('location')).toBe(
          `https://${zone().tenant.onezoneDomain}/api/v3/onezone${own}`,
        )
        expect((await asAdmin('GET', `${own}/privileges`)).parsed).toEqual({ privileges: memberSet })
        const group = await zone().entity('group')
        const ofGroup = `${path}/${groups}/${group.onezoneId}`
        expect((await asAdmin('PUT', ofGroup, { privileges: all.slice(0, 2).toReversed() })).status).toBe(201)
        expect((await asAdmin('GET', `${ofGroup}/privileges`)).parsed).toEqual({
          privileges: all.slice(0, 2),
        })
      })

      test('are members once', async () => {
        const { own, entity, user } = await given()
        await asAdmin('PUT', own, {})
        const again = await asAdmin('PUT', own, {})
        expect(again.status).toBe(409)
        expect(again.json.error).toMatchObject({
          id: 'relationAlreadyExists',
          details: {
            childId: user.onezoneId,
            childType: 'user',
            parentId: entity.onezoneId,
            parentType: kind,
          },
        })
      })

      test('are looked for before their privileges are looked at', async () => {
        const { path } = await given()
        for (const [members, key] of [
          ['users', 'userId'],
          [groups, 'groupId'],
        ] as const) {
          const answer = await asAdmin('PUT', `${path}/${members}/none`, { privileges: ['none'] })
          expect(answer.status).toBe(400)
          expect(answer.json.error).toMatchObject({ id: 'badValueIdNotFound', details: { key } })
        }
        const { own } = await given()
        const answer = await asAdmin('PUT', own, { privileges: ['none'] })
        expect(answer.json.error).toMatchObject({
          id: 'badValueListNotAllowed',
          details: { allowed: all, key: 'privileges' },
        })
        expect(outcomeOf(await asAdmin('PUT', own, []))).toBe('400 malformedData')
      })

      test('join by themselves with the right to add users, and with another to say what they get', async () => {
        const { entity, own, path, token, user } = await given()
        const group = await zone().entity('group', user)
        await zone().join(entity, group, [`${kind}_add_user`])
        expect(await outcome(token, 'PUT', own, { privileges: [] })).toBe('403 forbidden')
        expect(await outcome(token, 'PUT', own, { privileges: null })).toBe('403 forbidden')
        const stranger = await zone().user()
        expect(await outcome(token, 'PUT', `${path}/users/${stranger.onezoneId}`, {})).toBe('403 forbidden')
        await asAdmin('PATCH', `${path}/${groups}/${group.onezoneId}/privileges`, {
          grant: [`${kind}_set_privileges`],
        })
        expect((await ask(token, 'PUT', own, { privileges: [] })).status).toBe(201)
        expect((await ask(token, 'GET', `${own}/privileges`)).parsed).toEqual({ privileges: [] })
      })

      test('are put there by administrators, who need one privilege more to say what they get', async () => {
        const { own } = await given()
        const adds = [`oz_${plural}_add_relationships`, 'oz_users_add_relationships']
        const without = await administrator(adds)
        expect(await outcome(without, 'PUT', own, { privileges: [] })).toBe('403 forbidden')
        const withIt = await administrator([...adds, `oz_${plural}_set_privileges`])
        expect((await ask(withIt, 'PUT', own, { privileges: [] })).status).toBe(201)
      })

      test('bring a group of theirs when they may on both sides', async () => {
        const { entity, path, token, user } = await given()
        const group = await zone().entity('group')
        const add = kind === 'group' ? 'add_child' : 'add_group'
        const joins = kind === 'group' ? 'add_parent' : `add_${kind}`
        const ofGroup = `${path}/${groups}/${group.onezoneId}`
        await zone().join(entity, user, [`${kind}_${add}`])
        expect(await outcome(token, 'PUT', ofGroup, {})).toBe('403 forbidden')
        await zone().join(group, user, [`group_${joins}`])
        expect(await outcome(token, 'PUT', ofGroup, { privileges: [] })).toBe('403 forbidden')
        expect((await ask(token, 'PUT', ofGroup, {})).status).toBe(201)
      })

      test('have privileges granted and revoked, and what is in both lists is held', async () => {
        const { own } = await given()
        await asAdmin('PUT', own, { privileges: all.slice(0, 3) })
        const [first = '', second = '', third = '', fourth = ''] = all
        await asAdmin('PATCH', `${own}/privileges`, { grant: [fourth, first], revoke: [first, second] })
        const expected = [first, third, fourth].toSorted()
        expect((await asAdmin('GET', `${own}/privileges`)).parsed).toEqual({ privileges: expected })
        expect(outcomeOf(await asAdmin('PATCH', `${own}/privileges`, { grant: ['oz_users_list'] }))).toBe(
          '400 badValueListNotAllowed',
        )
      })

      test('see what they hold themselves, and what they show to each other is not all of them', async () => {
        const { own, token, user } = await given()
        await asAdmin('PUT', own, { privileges: [] })
        expect((await ask(token, 'GET', `${own}/privileges`)).parsed).toEqual({ privileges: [] })
        const username = user.username ?? null
        expect((await ask(token, 'GET', own)).parsed).toEqual({
          alias: username,
          creationTime: user.createdAt,
          fullName: user.fullName,
          login: username,
          name: user.fullName,
          userId: user.onezoneId,
          username,
        })
      })

      test('see who created it, also when they see nobody else and he has left', async () => {
        const creator = await zone().user()
        const entity = await leftBy(kind, creator)
        const [blind, seeing] = [await zone().user(), await zone().user()]
        // First: of a space that makes the owner, who sees everything.
        await zone().join(entity, seeing, [`${kind}_view`])
        await zone().join(entity, blind, [])
        const path = `/${plural}/${entity.onezoneId}`
        const outcomeFor = async (user: User, of: User, members = 'users') =>
          outcome(await zone().token(user), 'GET', `${path}/${members}/${of.onezoneId}`)
        for (const user of [blind, seeing, creator]) {
          expect(await outcomeFor(user, creator)).toBe('accepted')
          expect(await outcomeFor(user, creator, 'effective_users')).toBe('accepted')
        }
        expect(await outcomeFor(blind, seeing)).toBe('403 forbidden')
        expect(await outcomeFor(await zone().user(), creator)).toBe('403 forbidden')
        expect(await outcomeFor(seeing, await zone().user())).toBe('404 notFound')
        const held = `${path}/effective_users/${creator.onezoneId}/privileges`
        expect(await outcome(adminToken, 'GET', held)).toBe('404 notFound')
      })

      test('are gone from the next request on, and gone is not there', async () => {
        const { own, path, token } = await given()
        await asAdmin('PUT', own, {})
        expect(await outcome(token, 'GET', path)).toBe('accepted')
        expect(await outcome(adminToken, 'DELETE', own)).toBe('accepted')
        expect(await outcome(token, 'GET', path)).toBe('403 forbidden')
        for (const [method, where] of [
          ['DELETE', own],
          ['GET', `${own}/privileges`],
          ['PATCH', `${own}/privileges`],
          ['GET', own],
        ] as const) {
          expect(await outcome(adminToken, method, where, method === 'PATCH' ? {} : undefined)).toBe(
            '404 notFound',
          )
        }
      })

      test('leave', async () => {
        const { entity, own, token } = await given()
        await asAdmin('PUT', own, {})
        const place = `/user/${plural}/${entity.onezoneId}`
        expect((await ask(token, 'GET', `/user/${plural}`)).parsed).toEqual({ [plural]: [entity.onezoneId] })
        expect(await outcome(token, 'DELETE', place)).toBe('accepted')
        expect(await outcome(token, 'DELETE', place)).toBe('404 notFound')
        expect(await outcome(token, 'GET', place)).toBe('404 notFound')
        expect((await ask(token, 'GET', `/user/${plural}`)).parsed).toEqual({ [plural]: [] })
      })

      test('through a group cannot leave by themselves, and their group can', async () => {
        const { entity, token, user } = await given()
        const group = await zone().entity('group', user)
        await zone().join(entity, group)
        expect((await ask(token, 'GET', `/user/effective_${plural}`)).json).toMatchObject({
          [plural]: expect.arrayContaining([entity.onezoneId]),
        })
        expect(await outcome(token, 'DELETE', `/user/${plural}/${entity.onezoneId}`)).toBe('404 notFound')
        const segment = kind === 'group' ? 'parents' : plural
        const place = `/groups/${group.onezoneId}/${segment}/${entity.onezoneId}`
        expect(await outcome(token, 'DELETE', place)).toBe('accepted')
        expect(await outcome(token, 'DELETE', place)).toBe('404 notFound')
        expect(await outcome(token, 'GET', `/user/${plural}/${entity.onezoneId}`)).toBe('404 notFound')
      })
    })
  }

  test('what there is to be held is public, in three levels', async () => {
    for (const kind of ENTITY_KINDS) {
      const { parsed } = await zone().ask('GET', `/${ENTITY_WORDS[kind].plural}/privileges`)
      const { all, member } = ENTITY_PRIVILEGES[kind]
      // Safe: the answer was held against the document.
      const levels = parsed as { readonly [level in 'admin' | 'manager' | 'member']: readonly string[] }
      expect(levels.admin).toEqual(all)
      expect(levels.member).toEqual(member)
      const manager = new Set(levels.manager)
      expect(manager.isSubsetOf(new Set(all)) && manager.isSupersetOf(new Set(member))).toBe(true)
    }
  })
})
