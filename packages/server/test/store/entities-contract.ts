import { describe, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import { createEntity, deleteEntity, updateEntity } from '../../src/directory/entities.ts'
import { ENTITY_PRIVILEGES } from '../../src/directory/entity-privileges.ts'
import { ENTITY_KINDS, type Entity } from '../../src/directory/entity.ts'
import { addMember, changeMemberPrivileges, removeMember } from '../../src/directory/members.ts'
import { addSpaceOwner, removeSpaceOwner } from '../../src/directory/owners.ts'
import { ensurePredefined } from '../../src/directory/predefined.ts'
import { ADMIN_PRIVILEGES } from '../../src/directory/privileges.ts'
import { deleteProvider, updateProvider } from '../../src/directory/providers.ts'
import { addHarvester, setSupport } from '../../src/directory/supports.ts'
import { deleteUser } from '../../src/directory/users.ts'
import { asChild, asMember, directoryDeps, givenEntity, givenProvider } from './directory-samples.ts'
import { givenTenant, givenToken, givenUser, refusalOf } from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

/** What the directory promises of entities, members, owners and providers, on whichever database. */
export function entitiesContract(store: () => TestStore): void {
  const deps = () => directoryDeps(store())
  const reads = () => store().reads
  const privilegesOf = (entity: Entity, member: Parameters<typeof addMember>[3]) =>
    reads().entities.directPrivileges(entity.tenantId, entity, member)

  describe('entities', () => {
    test.each([...ENTITY_KINDS])(
      'a %s is there as it was made, in its tenant, and its maker holds everything',
      async (kind) => {
        const tenant = await givenTenant(store())
        const user = await givenUser(store(), tenant)
        const creator = { kind: 'user', onezoneId: user.onezoneId } as const
        const entity = await givenEntity(store(), tenant, kind, { creator, firstMember: user.id })
        expect(await reads().entities.find(tenant.id, entity)).toEqual(entity)
        expect(await reads().entities.find((await givenTenant(store())).id, entity)).toBeUndefined()
        expect(await reads().entities.list(tenant.id, kind)).toEqual([entity.onezoneId])
        expect(await reads().entities.listOfUser(user.id, kind)).toEqual([entity.onezoneId])
        expect(await privilegesOf(entity, asMember(user))).toEqual(ENTITY_PRIVILEGES[kind].all)
        const owners = await reads().entities.listSpaceOwners(tenant.id, entity.onezoneId)
        expect(owners).toEqual(kind === 'space' ? [user.onezoneId] : [])
      },
    )

    test('are not made for somebody who is gone by then', async () => {
      const tenant = await givenTenant(store())
      const user = await givenUser(store(), tenant)
      await deleteUser({ ...deps(), users: reads().users }, user.id)
      const made = givenEntity(store(), tenant, 'group', { firstMember: user.id })
      expect(await refusalOf(made)).toBe('related_not_found')
      expect(await reads().entities.list(tenant.id, 'group')).toEqual([])
    })

    test('keep their id to themselves: a second one of the kind is refused, another kind is not', async () => {
      const tenant = await givenTenant(store())
      const { onezoneId } = await givenEntity(store(), tenant, 'group')
      expect(await refusalOf(givenEntity(store(), tenant, 'group', { onezoneId }))).toBe('id_taken')
      expect(await refusalOf(givenEntity(store(), tenant, 'cluster', { onezoneId }))).toBeUndefined()
    })

    test('take another name and type, and one that is not there takes none', async () => {
      const tenant = await givenTenant(store())
      const group = await givenEntity(store(), tenant, 'group')
      await updateEntity(store(), tenant.id, group, { name: 'Other' })
      await updateEntity(store(), tenant.id, group, { type: 'unit' })
      expect(await reads().entities.find(tenant.id, group)).toEqual({ ...group, name: 'Other', type: 'unit' })
      const none = { kind: 'group', onezoneId: 'none' } as const
      expect(await refusalOf(updateEntity(store(), tenant.id, none, { name: 'x' }))).toBe('entity_not_found')
    })

    test('are gone with all their relations when they are deleted, and deleted once', async () => {
      const tenant = await givenTenant(store())
      const user = await givenUser(store(), tenant)
      const [group, parent] = [
        await givenEntity(store(), tenant, 'group'),
        await givenEntity(store(), tenant, 'group'),
      ]
      await addMember(store(), tenant.id, group, asMember(user))
      await addMember(store(), tenant.id, parent, asChild(group))
      await deleteEntity(deps(), tenant.id, group)
      expect(await reads().entities.find(tenant.id, group)).toBeUndefined()
      expect(await reads().entities.listMembers(tenant.id, parent, 'group')).toEqual([])
      expect(await reads().relations.isEffectiveMember(tenant.id, user.id, parent)).toBe(false)
      expect(await refusalOf(deleteEntity(deps(), tenant.id, group))).toBe('entity_not_found')
    })

    test('that every tenant has are there after the first start and every other, and cannot be deleted', async () => {
      const tenant = await givenTenant(store())
      for (let start = 1; start <= 2; start += 1) {
        await ensurePredefined(deps(), tenant.id)
        expect(await reads().entities.list(tenant.id, 'group')).toEqual(['admins', 'all_users'])
        expect(await reads().entities.list(tenant.id, 'cluster')).toEqual(['onezone'])
      }
      const admins = await reads().entities.find(tenant.id, { kind: 'group', onezoneId: 'admins' })
      if (admins === undefined) throw new Error('there is no group of administrators')
      expect(await reads().entities.listAdminPrivileges(admins.id)).toEqual([...ADMIN_PRIVILEGES])
      expect(await refusalOf(deleteEntity(deps(), tenant.id, admins))).toBe('group_protected')
      // Made together, as by nodes that start together, they are made once.
      const other = await givenTenant(store())
      await Promise.all([1, 2, 3].map(() => ensurePredefined(deps(), other.id)))
      expect(await reads().entities.list(other.id, 'group')).toEqual(['admins', 'all_users'])
    })

    test('that every tenant has get back what was taken from them at the next start', async () => {
      const tenant = await givenTenant(store())
      await ensurePredefined(deps(), tenant.id)
      const all = await reads().entities.find(tenant.id, { kind: 'group', onezoneId: 'all_users' })
      if (all === undefined) throw new Error('there is no group of all users')
      await store().atomically(async ({ entities }) => {
        await entities.update(all.id, { name: 'Other' })
        await entities.changeAdminPrivileges(all, ['oz_users_list'], [])
      })
      await ensurePredefined(deps(), tenant.id)
      expect(await reads().entities.find(tenant.id, all)).toEqual(all)
      expect(await reads().entities.listAdminPrivileges(all.id)).toEqual([])
    })
  })

  describe('members', () => {
    test.each([...ENTITY_KINDS])('of a %s get the member set when nothing else is said', async (kind) => {
      const tenant = await givenTenant(store())
      const entity = await givenEntity(store(), tenant, kind)
      const user = asMember(await givenUser(store(), tenant))
      const group = asChild(await givenEntity(store(), tenant, 'group'))
      for (const member of [user, group]) {
        await addMember(store(), tenant.id, entity, member)
        expect(await privilegesOf(entity, member)).toEqual(ENTITY_PRIVILEGES[kind].member)
      }
      expect(await reads().entities.listMembers(tenant.id, entity, 'user')).toEqual([user.onezoneId])
      expect(await reads().entities.listMembers(tenant.id, entity, 'group')).toEqual([group.onezoneId])
    })

    test('that are not there, or there already, or elsewhere, are refused by name', async () => {
      const tenant = await givenTenant(store())
      const group = await givenEntity(store(), tenant, 'group')
      const user = asMember(await givenUser(store(), tenant))
      const foreign = asMember(await givenUser(store(), await givenTenant(store())))
      const add = (entity: Parameters<typeof addMember>[2], member: Parameters<typeof addMember>[3]) =>
        refusalOf(addMember(store(), tenant.id, entity, member))
      expect(await add({ kind: 'group', onezoneId: 'none' }, user)).toBe('entity_not_found')
      expect(await add({ kind: 'space', onezoneId: group.onezoneId }, user)).toBe('entity_not_found')
      expect(await add(group, { kind: 'user', onezoneId: 'none' })).toBe('related_not_found')
      expect(await add(group, { kind: 'group', onezoneId: 'none' })).toBe('related_not_found')
      expect(await add(group, foreign)).toBe('related_not_found')
      expect(await add(group, user)).toBeUndefined()
      expect(await add(group, user)).toBe('relation_exists')
      const change = { grant: ['group_update'], revoke: [] }
      const none = { kind: 'user', onezoneId: 'none' } as const
      for (const member of [foreign, none]) {
        expect(await refusalOf(removeMember(deps(), tenant.id, group, member))).toBe('relation_not_found')
        expect(await refusalOf(changeMemberPrivileges(deps(), tenant.id, group, member, change))).toBe(
          'relation_not_found',
        )
      }
    })

    test('a group is never within itself, not even by way of others', async () => {
      const tenant = await givenTenant(store())
      const [a, b, c] = [
        await givenEntity(store(), tenant, 'group'),
        await givenEntity(store(), tenant, 'group'),
        await givenEntity(store(), tenant, 'group'),
      ]
      const add = (parent: Entity, child: Entity) =>
        refusalOf(addMember(store(), tenant.id, parent, asChild(child)))
      expect(await add(a, a)).toBe('relation_circular')
      expect(await add(b, a)).toBeUndefined()
      expect(await add(c, b)).toBeUndefined()
      expect(await add(a, b)).toBe('relation_circular')
      expect(await add(a, c)).toBe('relation_circular')
      expect(await add(c, a)).toBeUndefined()
    })

    test('what is granted and revoked at once is held', async () => {
      const tenant = await givenTenant(store())
      const group = await givenEntity(store(), tenant, 'group')
      const user = asMember(await givenUser(store(), tenant))
      await addMember(store(), tenant.id, group, user, ['group_view', 'group_delete'])
      const change = { grant: ['group_update'], revoke: ['group_update', 'group_delete'] }
      await changeMemberPrivileges(deps(), tenant.id, group, user, change)
      expect(await privilegesOf(group, user)).toEqual(['group_update', 'group_view'])
    })
  })

  describe('owners of a space', () => {
    const givenSpace = async () => {
      const tenant = await givenTenant(store())
      const [first, second] = [await givenUser(store(), tenant), await givenUser(store(), tenant)]
      const space = await givenEntity(store(), tenant, 'space')
      const owners = () => reads().entities.listSpaceOwners(tenant.id, space.onezoneId)
      const own = (user: { readonly onezoneId: string }) =>
        refusalOf(addSpaceOwner(store(), tenant.id, space.onezoneId, user.onezoneId))
      const disown = (user: { readonly onezoneId: string }) =>
        refusalOf(removeSpaceOwner(deps(), tenant.id, space.onezoneId, user.onezoneId))
      return { tenant, first, second, space, owners, own, disown }
    }

    test('the first user in a space without one is, a group is not, and later ones are not', async () => {
      const { tenant, first, second, space, owners } = await givenSpace()
      await addMember(store(), tenant.id, space, asChild(await givenEntity(store(), tenant, 'group')))
      expect(await owners()).toEqual([])
      await addMember(store(), tenant.id, space, asMember(first))
      await addMember(store(), tenant.id, space, asMember(second))
      expect(await owners()).toEqual([first.onezoneId])
    })

    test('the last one stays while there is anybody else, and goes when there is not', async () => {
      const { tenant, first, second, space, own, disown } = await givenSpace()
      const leave = (user: typeof first) => refusalOf(removeMember(deps(), tenant.id, space, asMember(user)))
      await addMember(store(), tenant.id, space, asMember(first))
      await addMember(store(), tenant.id, space, asMember(second))
      expect(await disown(first)).toBe('last_owner')
      expect(await leave(first)).toBe('last_owner')
      expect(await own(second)).toBeUndefined()
      expect(await disown(first)).toBeUndefined()
      expect(await leave(first)).toBeUndefined()
      expect(await leave(second)).toBeUndefined()
    })

    test('whoever is in it through a group can become one, and is a member himself then; others cannot', async () => {
      const { tenant, first, second, space, own, disown, owners } = await givenSpace()
      const group = await givenEntity(store(), tenant, 'group')
      await addMember(store(), tenant.id, space, asChild(group))
      await addMember(store(), tenant.id, group, asMember(first))
      expect(await own(second)).toBe('relation_not_found')
      expect(await own({ onezoneId: 'none' })).toBe('relation_not_found')
      expect(await own(first)).toBeUndefined()
      expect(await own(first)).toBe('already_owner')
      expect(await disown(second)).toBe('not_an_owner')
      expect(await owners()).toEqual([first.onezoneId])
      expect(await privilegesOf(space, asMember(first))).toEqual(ENTITY_PRIVILEGES.space.all)
    })

    test('who was the last one and is deleted leaves the space to the next who joins', async () => {
      const { tenant, first, second, space, owners } = await givenSpace()
      await addMember(store(), tenant.id, space, asMember(first))
      await deleteUser({ ...deps(), users: reads().users }, first.id)
      expect(await owners()).toEqual([])
      await addMember(store(), tenant.id, space, asMember(second))
      expect(await owners()).toEqual([second.onezoneId])
    })
  })

  describe('users who are deleted', () => {
    test('are members of nothing any more, not even in the index', async () => {
      const tenant = await givenTenant(store())
      const user = await givenUser(store(), tenant)
      const [group, parent] = [
        await givenEntity(store(), tenant, 'group', { firstMember: user.id }),
        await givenEntity(store(), tenant, 'group'),
      ]
      await addMember(store(), tenant.id, parent, asChild(group))
      await deleteUser({ ...deps(), users: reads().users }, user.id)
      expect(await reads().entities.listEffectiveUsers(tenant.id, parent)).toEqual([])
      expect(await reads().relations.isEffectiveMember(tenant.id, user.id, parent)).toBe(false)
      expect(await store().rows(`select 1 from effective_members where user_id = ${user.id}`)).toEqual([])
      expect(await store().rows(`select 1 from entity_users where user_id = ${user.id}`)).toEqual([])
    })
  })

  describe('providers', () => {
    test('are there as they registered, with a cluster whose first member holds everything', async () => {
      const tenant = await givenTenant(store())
      const administrator = await givenUser(store(), tenant)
      const provider = await givenProvider(store(), tenant, administrator)
      expect(await reads().providers.find(tenant.id, provider.onezoneId)).toEqual(provider)
      expect(await reads().providers.findById(provider.id)).toEqual(provider)
      expect(await reads().providers.list(tenant.id)).toEqual([provider.onezoneId])
      const cluster = { kind: 'cluster', onezoneId: provider.onezoneId } as const
      expect(await reads().relations.effectivePrivileges(tenant.id, administrator.id, cluster)).toEqual(
        ENTITY_PRIVILEGES.cluster.all,
      )
    })

    test('change what they say of themselves, piece by piece', async () => {
      const tenant = await givenTenant(store())
      const provider = await givenProvider(store(), tenant)
      await updateProvider(store(), provider.id, { name: 'Other', latitude: 0.125 })
      await updateProvider(store(), provider.id, { adminEmail: 'other@example.org', longitude: -180 })
      expect(await reads().providers.findById(provider.id)).toEqual({
        ...provider,
        name: 'Other',
        latitude: 0.125,
        adminEmail: 'other@example.org',
        longitude: -180,
      })
    })

    test('take their tokens, cluster, memberships there and supports with them, once', async () => {
      const tenant = await givenTenant(store())
      const user = await givenUser(store(), tenant)
      const provider = await givenProvider(store(), tenant, user)
      const space = await givenEntity(store(), tenant, 'space', { firstMember: user.id })
      await setSupport(store(), tenant.id, space.onezoneId, provider.onezoneId, false)
      const subject = { kind: 'provider', id: provider.id } as const
      const line = { tenantId: tenant.id, audience: 'onezone', subject } as const
      const token = await givenToken(store(), line)
      const remove = () => refusalOf(deleteProvider(deps(), tenant.id, provider.onezoneId))
      expect(await remove()).toBeUndefined()
      expect(await reads().verification.findNamed(tenant.id, 'onezone', token.id)).toBeUndefined()
      expect(await reads().tokens.list(line)).toEqual([])
      const cluster = { kind: 'cluster', onezoneId: provider.onezoneId } as const
      expect(await reads().entities.find(tenant.id, cluster)).toBeUndefined()
      expect(await reads().relations.isEffectiveMember(tenant.id, user.id, cluster)).toBe(false)
      expect(await reads().relations.supportsUser(tenant.id, provider.onezoneId, user.id)).toBe(false)
      expect(await reads().entities.listSupports(tenant.id, space.onezoneId)).toEqual([])
      expect(await changesOf(store(), tenant)).toContain(`subject ${provider.id}`)
      expect(await remove()).toBe('provider_not_found')
    })

    test('and harvesters are related to a space once', async () => {
      const tenant = await givenTenant(store())
      const space = await givenEntity(store(), tenant, 'space')
      const harvester = await createEntity(
        { ambient: systemAmbient, atomically: store().atomically },
        { tenantId: tenant.id, kind: 'harvester', name: 'Sample', creator: { kind: 'nobody' } },
      )
      const add = () => refusalOf(addHarvester(store(), tenant.id, harvester.onezoneId, space.onezoneId))
      expect(await add()).toBeUndefined()
      expect(await add()).toBe('relation_exists')
      expect(await reads().entities.listHarvestersOfSpace(tenant.id, space.onezoneId)).toEqual([
        harvester.onezoneId,
      ])
      expect(await reads().entities.listSpacesOfHarvester(tenant.id, harvester.onezoneId)).toEqual([
        space.onezoneId,
      ])
    })
  })
}
