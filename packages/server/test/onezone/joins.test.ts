import type { InviteType } from '@jeton/token'
import { describe, expect, test } from 'bun:test'
import type { Entity, EntityKind } from '../../src/directory/entity.ts'
import { ENTITY_PRIVILEGES } from '../../src/directory/entity-privileges.ts'
import type { User } from '../../src/directory/user.ts'
import { as, inviteTo, onEachSeededZone, outcomeOf, type Subject } from './seeded-zone.ts'

/** Who joins what: the path that says so, and where the answer says that it is to be found then. */
interface Join {
  readonly inviteType: InviteType
  /** Absent: the calling user. */
  readonly joiner?: 'group' | 'harvester' | 'space'
  readonly target: EntityKind
  readonly collection: string
  /** What a member gets whose invite says nothing; absent for relations without privileges. */
  readonly byDefault?: readonly string[]
}

const { group, space, cluster, harvester, atm_inventory } = ENTITY_PRIVILEGES
const USER_JOINS: readonly Join[] = [
  { inviteType: 'userJoinGroup', target: 'group', collection: 'groups', byDefault: group.member },
  { inviteType: 'userJoinSpace', target: 'space', collection: 'spaces', byDefault: space.member },
  { inviteType: 'userJoinCluster', target: 'cluster', collection: 'clusters', byDefault: cluster.all },
  {
    inviteType: 'userJoinHarvester',
    target: 'harvester',
    collection: 'harvesters',
    byDefault: harvester.member,
  },
  {
    inviteType: 'userJoinAtmInventory',
    target: 'atm_inventory',
    collection: 'atm_inventories',
    byDefault: atm_inventory.member,
  },
]
const GROUP_JOINS: readonly Join[] = [
  { inviteType: 'groupJoinGroup', target: 'group', collection: 'parents', byDefault: group.member },
  { inviteType: 'groupJoinSpace', target: 'space', collection: 'spaces', byDefault: space.member },
  { inviteType: 'groupJoinCluster', target: 'cluster', collection: 'clusters', byDefault: cluster.member },
  {
    inviteType: 'groupJoinHarvester',
    target: 'harvester',
    collection: 'harvesters',
    byDefault: harvester.member,
  },
  {
    inviteType: 'groupJoinAtmInventory',
    target: 'atm_inventory',
    collection: 'atm_inventories',
    byDefault: atm_inventory.member,
  },
].map((join) => ({ ...join, joiner: 'group' }) as Join)
const JOINS: readonly Join[] = [
  ...USER_JOINS,
  ...GROUP_JOINS,
  { inviteType: 'harvesterJoinSpace', joiner: 'harvester', target: 'space', collection: 'spaces' },
  { inviteType: 'spaceJoinHarvester', joiner: 'space', target: 'harvester', collection: 'harvesters' },
]

onEachSeededZone((zone) => {
  const targetOf = async (kind: EntityKind, host: User): Promise<Entity> => {
    if (kind !== 'cluster') return zone().entity(kind, host)
    const { onezoneId } = await zone().provider(host)
    const found = await zone().deps.entities.find(zone().tenant.id, { kind, onezoneId })
    if (found === undefined) throw new Error('a provider has a cluster')
    return found
  }

  for (const join of JOINS) {
    const { inviteType, joiner, target, collection, byDefault } = join
    const pathOf = (who: Subject | undefined) =>
      joiner === undefined ? '/user' : `/${joiner}s/${who?.onezoneId}`

    describe(`POST ${pathOf({ onezoneId: '{id}' })}/${collection}/join`, () => {
      const given = async () => {
        const [host, caller] = [await zone().user(), await zone().user()]
        const entity = await targetOf(target, host)
        const who = joiner === undefined ? undefined : await zone().entity(joiner, caller)
        const { id, text } = await zone().named(host, { type: inviteTo(inviteType, entity) })
        const token = await zone().token(caller)
        const path = `${pathOf(who)}/${collection}`
        const ask = (body: unknown) => zone().ask('POST', `${path}/join`, { ...as(token), body })
        return { host, caller, entity, who, id, text, path, ask }
      }
      const usesOf = async (host: User, id: string): Promise<unknown> =>
        (await zone().ask('GET', `/tokens/named/${id}`, as(await zone().token(host)))).json.metadata

      test('relates the two, counts the use, and says where below the caller’s path', async () => {
        const { host, caller, entity, who, id, text, path, ask } = await given()
        const answer = await ask({ token: text })
        expect([answer.status, answer.text]).toEqual([201, ''])
        const location = answer.headers.get('location')
        expect(location).toBe(
          `https://${zone().tenant.onezoneDomain}/api/v3/onezone${path}/${entity.onezoneId}`,
        )
        expect(await usesOf(host, id)).toMatchObject({ usageCount: 1 })
        const { entities, relations } = zone().deps
        const tenantId = zone().tenant.id
        if (byDefault === undefined) {
          const [harvesterId = '', spaceId = ''] =
            target === 'harvester' ? [entity.onezoneId, who?.onezoneId] : [who?.onezoneId, entity.onezoneId]
          expect(await entities.listSpacesOfHarvester(tenantId, harvesterId)).toEqual([spaceId])
        } else {
          const member = {
            kind: joiner === 'group' ? 'group' : 'user',
            onezoneId: (who ?? caller).onezoneId,
          } as const
          expect(await entities.directPrivileges(tenantId, entity, member)).toEqual(byDefault)
          expect(await relations.effectivePrivileges(tenantId, caller.id, entity)).toEqual(byDefault)
        }
      })

      test('409 relationAlreadyExists the second time, which is not counted', async () => {
        const { host, entity, who, caller, id, text, ask } = await given()
        await ask({ token: text })
        const answer = await ask({ token: text })
        expect(outcomeOf(answer)).toBe('409 relationAlreadyExists')
        const [child, parent] =
          byDefault !== undefined || target === 'space' ? [who ?? caller, entity] : [entity, who ?? caller]
        expect(JSON.stringify(answer.json.error.details)).toBe(
          JSON.stringify({
            childId: child.onezoneId,
            childType: byDefault === undefined ? 'harvester' : (joiner ?? 'user'),
            parentId: parent.onezoneId,
            parentType: byDefault === undefined ? 'space' : target,
          }),
        )
        expect(await usesOf(host, id)).toMatchObject({ usageCount: 1 })
      })

      test('400 for a token that is none, or another one', async () => {
        const { host, ask } = await given()
        expect(outcomeOf(await ask({}))).toBe('400 missingRequiredValue')
        expect(outcomeOf(await ask({ token: '' }))).toBe('400 badValueEmpty')
        expect(outcomeOf(await ask({ token: 7 }))).toBe('400 badValueToken badToken')
        const registration = await zone().token(host, { type: inviteTo('registerOneprovider', host) })
        expect(outcomeOf(await ask({ token: registration }))).toBe('400 badValueToken notAnInviteToken')
      })

      test('400 for an invite that is used up, or whose target is gone', async () => {
        const { host, entity, ask } = await given()
        const once = await zone().token(host, { type: inviteTo(inviteType, entity), usageLimit: 1 })
        await ask({ token: once })
        expect(outcomeOf(await ask({ token: once }))).toBe('400 inviteTokenUsageLimitReached')
        const other = await targetOf(target, host)
        const late = await zone().token(host, { type: inviteTo(inviteType, other) })
        await zone().store.atomically(async ({ entities, relations }) => {
          await relations.hold(zone().tenant.id)
          await entities.remove(other)
        })
        expect(outcomeOf(await ask({ token: late }))).toBe('400 inviteTokenTargetIdInvalid')
      })

      if (joiner !== undefined) {
        test(`a ${joiner} that is not there is forbidden, and to an administrator not found`, async () => {
          const { text } = await given()
          const admin = await zone().user()
          await zone().grantAdmin(admin, `oz_${joiner}s_add_relationships`)
          const path = `/${joiner}s/none/${collection}/join`
          const outcome = async (user: User) =>
            outcomeOf(
              await zone().ask('POST', path, { ...as(await zone().token(user)), body: { token: text } }),
            )
          expect(await outcome(await zone().user())).toBe('403 forbidden')
          expect(await outcome(admin)).toBe('404 notFound')
        })
      }
    })
  }

  describe('an invite that carries privileges', () => {
    test('gives them to the user who joins', async () => {
      const [host, guest] = [await zone().user(), await zone().user()]
      const entity = await zone().entity('space', host)
      const privileges = ['space_query_views', 'space_read_data']
      const token = await zone().token(host, { type: inviteTo('userJoinSpace', entity), privileges })
      await zone().ask('POST', '/user/spaces/join', { ...as(await zone().token(guest)), body: { token } })
      expect(await zone().deps.relations.effectivePrivileges(zone().tenant.id, guest.id, entity)).toEqual(
        privileges,
      )
    })
  })

  describe('a group', () => {
    test('cannot join itself, nor a group that is in it', async () => {
      const owner = await zone().user()
      const [outer, inner] = [await zone().entity('group', owner), await zone().entity('group', owner)]
      await zone().join(outer, inner)
      const headers = as(await zone().token(owner))
      for (const parent of [inner, outer]) {
        const token = await zone().token(owner, { type: inviteTo('groupJoinGroup', parent) })
        const path = `/groups/${outer.onezoneId}/parents/join`
        const answer = await zone().ask('POST', path, { ...headers, body: { token } })
        expect(outcomeOf(answer)).toBe('400 cannotAddRelationToSelf')
      }
    })
  })

  test('a provider cannot join anything', async () => {
    const host = await zone().user()
    const token = await zone().token(host, {
      type: inviteTo('userJoinGroup', await zone().entity('group', host)),
    })
    const provider = await zone().provider()
    for (const collection of ['groups', 'spaces', 'clusters', 'harvesters', 'atm_inventories']) {
      const path = `/user/${collection}/join`
      expect(outcomeOf(await zone().ask('POST', path, { ...as(provider.rootToken), body: { token } }))).toBe(
        '403 forbidden',
      )
    }
  })
})
