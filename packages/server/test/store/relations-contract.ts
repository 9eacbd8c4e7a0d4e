import { beforeAll, describe, expect, test } from 'bun:test'
import { deleteEntity } from '../../src/directory/entities.ts'
import { ENTITY_PRIVILEGES } from '../../src/directory/entity-privileges.ts'
import { ENTITY_KINDS, type Entity } from '../../src/directory/entity.ts'
import { changeGroupPrivileges } from '../../src/directory/group-privileges.ts'
import { addMember, changeMemberPrivileges, removeMember } from '../../src/directory/members.ts'
import type { Provider } from '../../src/directory/provider.ts'
import { removeSupport, setSupport } from '../../src/directory/supports.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import type { User } from '../../src/directory/user.ts'
import { asChild, asMember, directoryDeps, givenEntity, givenProvider } from './directory-samples.ts'
import { givenTenant, givenUser } from './samples.ts'
import { changesOf, type TestStore } from './test-store.ts'

const DEPTH = 20

/** What `RelationReads` promises, on whichever database. */
export function relationsContract(store: () => TestStore): void {
  describe('relations', () => {
    let tenant: Tenant
    let user: User
    let stranger: User
    /** Each a member of the next, and the user of the first. */
    let chain: readonly Entity[]
    let bottom: Entity
    let top: Entity
    let space: Entity
    let provider: Provider

    const relations = () => store().reads.relations
    const deps = () => directoryDeps(store())

    beforeAll(async () => {
      tenant = await givenTenant(store())
      user = await givenUser(store(), tenant)
      stranger = await givenUser(store(), tenant)
      chain = await Promise.all(Array.from({ length: DEPTH }, () => givenEntity(store(), tenant, 'group')))
      for (const [index, parent] of chain.slice(1).entries()) {
        const child = chain[index]
        if (child !== undefined) await addMember(store(), tenant.id, parent, asChild(child), ['group_update'])
      }
      const [first, last] = [chain[0], chain.at(-1)]
      if (first === undefined || last === undefined) throw new Error('the chain is empty')
      bottom = first
      top = last
      await addMember(store(), tenant.id, bottom, asMember(user), ['group_view'])
      space = await givenEntity(store(), tenant, 'space', { firstMember: stranger.id })
      await addMember(store(), tenant.id, space, asChild(top), ['space_view'])
      provider = await givenProvider(store(), tenant, stranger)
      await setSupport(store(), tenant.id, space.onezoneId, provider.onezoneId, true)
    })

    test('reach through groups nested twenty deep', async () => {
      for (const entity of [...chain, space]) {
        expect(await relations().isEffectiveMember(tenant.id, user.id, entity)).toBe(true)
        expect(await relations().isEffectiveMember(tenant.id, stranger.id, entity)).toBe(entity === space)
      }
      expect(await relations().effectivePrivileges(tenant.id, user.id, bottom)).toEqual(['group_view'])
      expect(await relations().effectivePrivileges(tenant.id, user.id, top)).toEqual(['group_update'])
      expect(await relations().effectivePrivileges(tenant.id, user.id, space)).toEqual(['space_view'])
      expect(await relations().hasPrivilegeIn(tenant.id, user.id, space, 'space_view')).toBe(true)
      expect(await relations().hasPrivilegeIn(tenant.id, user.id, space, 'space_write_data')).toBe(false)
    })

    test('are found under their own kind, id and tenant only', async () => {
      const other = await givenTenant(store())
      const isMember = (tenantId: Tenant['id'], entity: Pick<Entity, 'kind' | 'onezoneId'>) =>
        relations().isEffectiveMember(tenantId, user.id, entity)
      expect(await isMember(other.id, top)).toBe(false)
      expect(await isMember(tenant.id, { kind: 'space', onezoneId: top.onezoneId })).toBe(false)
      for (const onezoneId of ['', '\u0000', "' or 1=1 --", '\ud800']) {
        expect(await isMember(tenant.id, { kind: 'group', onezoneId })).toBe(false)
      }
    })

    test('make an owner of a space hold everything there, whatever else he was given', async () => {
      expect(await relations().isSpaceOwner(tenant.id, stranger.id, space.onezoneId)).toBe(true)
      expect(await relations().isSpaceOwner(tenant.id, user.id, space.onezoneId)).toBe(false)
      const revoke = ENTITY_PRIVILEGES.space.all
      await changeMemberPrivileges(deps(), tenant.id, space, asMember(stranger), { grant: [], revoke })
      const held = await relations().effectivePrivileges(tenant.id, stranger.id, space)
      expect(held).toEqual(ENTITY_PRIVILEGES.space.all)
      const { entities } = store().reads
      expect(await entities.directPrivileges(tenant.id, space, asMember(stranger))).toEqual([])
    })

    test('say whom a provider supports: whoever is in a space of its, through groups too', async () => {
      const { onezoneId } = provider
      expect(await relations().supportsUser(tenant.id, onezoneId, user.id)).toBe(true)
      const nobody = await givenUser(store(), tenant)
      expect(await relations().supportsUser(tenant.id, onezoneId, nobody.id)).toBe(false)
      expect(await relations().supportsUser(tenant.id, 'none', user.id)).toBe(false)
      await removeSupport(deps(), tenant.id, space.onezoneId, onezoneId)
      expect(await relations().supportsUser(tenant.id, onezoneId, user.id)).toBe(false)
      await setSupport(store(), tenant.id, space.onezoneId, onezoneId, true)
      expect(await store().reads.entities.listSupportedSpaces(user.id)).toEqual([
        { onezoneId: space.onezoneId, name: space.name, supports: [{ provider, isReadonly: true }] },
      ])
    })

    test('say whether he is in any group himself: another entity is none, and a parent’s parent neither', async () => {
      const member = await givenUser(store(), tenant)
      expect(await relations().hasAnyGroup(member.id)).toBe(false)
      await addMember(store(), tenant.id, space, asMember(member))
      expect(await relations().hasAnyGroup(member.id)).toBe(false)
      await addMember(store(), tenant.id, bottom, asMember(member))
      expect(await relations().hasAnyGroup(member.id)).toBe(true)
    })

    test('give the admin privileges of a group to whoever is in it, at any depth, and to nobody else', async () => {
      const holds = (each: User) => relations().hasAdminPrivilege(tenant.id, each.id, 'oz_users_list')
      expect(await holds(user)).toBe(false)
      await changeGroupPrivileges(deps(), tenant.id, top.onezoneId, ['oz_users_list'], [])
      expect(await holds(user)).toBe(true)
      expect(await holds(stranger)).toBe(false)
      const { entities } = store().reads
      expect(await entities.listEffectiveAdminPrivileges(tenant.id, user.id)).toEqual(['oz_users_list'])
      await changeGroupPrivileges(deps(), tenant.id, top.onezoneId, [], ['oz_users_list'])
      expect(await holds(user)).toBe(false)
      await store().atomically(({ users }) => users.changePrivileges(user.id, ['oz_users_list'], []))
      expect(await holds(user)).toBe(true)
      await store().atomically(({ users }) => users.changePrivileges(user.id, [], ['oz_users_list']))
    })

    const checks: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['effective membership', () => relations().isEffectiveMember(tenant.id, user.id, space)],
      ['effective privileges', () => relations().effectivePrivileges(tenant.id, user.id, space)],
      ['a privilege', () => relations().hasPrivilegeIn(tenant.id, user.id, space, 'space_view')],
      ['ownership', () => relations().isSpaceOwner(tenant.id, user.id, space.onezoneId)],
      ['an admin privilege', () => relations().hasAdminPrivilege(tenant.id, user.id, 'oz_users_list')],
      ['support', () => relations().supportsUser(tenant.id, provider.onezoneId, user.id)],
      ['any group', () => relations().hasAnyGroup(user.id)],
    ]
    test.each(checks)('a question for %s is one statement, twenty groups deep', async (_, ask) => {
      expect(await store().statementsOf(ask)).toHaveLength(1)
    })

    test('take as many statements to change at the bottom of twenty groups as in a group alone', async () => {
      const alone = await givenEntity(store(), tenant, 'group')
      const counts = async (group: Entity) => [
        (await store().statementsOf(() => addMember(store(), tenant.id, group, asMember(stranger)))).length,
        (await store().statementsOf(() => removeMember(deps(), tenant.id, group, asMember(stranger)))).length,
      ]
      expect(await counts(bottom)).toEqual(await counts(alone))
    })

    test('write a change for everything that a verdict may depend on, and none for what stays as it was', async () => {
      const own = await givenTenant(store())
      const member = await givenUser(store(), own)
      const group = await givenEntity(store(), own, 'group')
      const home = await givenEntity(store(), own, 'space')
      const supporter = await givenProvider(store(), own)
      await addMember(store(), own.id, group, asMember(member))
      const same = { grant: ['group_view'], revoke: [] }
      await changeMemberPrivileges(deps(), own.id, group, asMember(member), same)
      await setSupport(store(), own.id, home.onezoneId, supporter.onezoneId, false)
      await setSupport(store(), own.id, home.onezoneId, supporter.onezoneId, false)
      await setSupport(store(), own.id, home.onezoneId, supporter.onezoneId, true)
      await removeMember(deps(), own.id, group, asMember(member))
      await deleteEntity(deps(), own.id, group)
      expect(await changesOf(store(), own)).toEqual([
        `membership ${group.id}`,
        `support ${home.id}`,
        `support ${home.id}`,
        `membership ${group.id}`,
        `membership ${group.id}`,
      ])
    })

    test.each([...ENTITY_KINDS])('of a %s carry every privilege of its kind there and back', async (kind) => {
      const entity = await givenEntity(store(), tenant, kind)
      const member = asMember(await givenUser(store(), tenant))
      for (const privilege of ENTITY_PRIVILEGES[kind].all) {
        const change = { grant: [privilege], revoke: ENTITY_PRIVILEGES[kind].all }
        if (privilege === ENTITY_PRIVILEGES[kind].all[0]) {
          await addMember(store(), tenant.id, entity, member, [privilege])
        } else await changeMemberPrivileges(deps(), tenant.id, entity, member, change)
        const held = await store().reads.entities.directPrivileges(tenant.id, entity, member)
        expect(held).toEqual([privilege])
      }
    })
  })
}
