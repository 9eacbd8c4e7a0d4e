import { beforeAll, describe, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import { createEntity } from '../../src/directory/entities.ts'
import type { Entity, EntityKind } from '../../src/directory/entity.ts'
import { changeGroupPrivileges } from '../../src/directory/group-privileges.ts'
import { addMember } from '../../src/directory/members.ts'
import type { Provider } from '../../src/directory/provider.ts'
import { insertProviderIn, newProvider } from '../../src/directory/providers.ts'
import { addHarvester, setSupport } from '../../src/directory/supports.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import { givenTenant } from './samples.ts'
import type { TestStore } from './test-store.ts'

/** What `GroupReads`, and `isSupportedBy` of `EntityReads`, promise on whichever database. */
export function groupsContract(store: () => TestStore): void {
  describe('groups as members', () => {
    let tenant: Tenant
    /** The child is a member of the parent, which is one of its own parent `top`; the space has `parent` and `child`. */
    let child: Entity
    let parent: Entity
    let top: Entity
    let space: Entity
    let harvester: Entity
    let provider: Provider

    const given = (kind: EntityKind, parts: { readonly type?: string; readonly endpoint?: string } = {}) =>
      createEntity(
        { ambient: systemAmbient, atomically: store().atomically },
        { tenantId: tenant.id, kind, name: 'Sample', creator: { kind: 'root' }, ...parts },
      )
    const join = (entity: Entity, group: Entity, privileges: readonly string[]) =>
      addMember(store(), tenant.id, entity, { kind: 'group', onezoneId: group.onezoneId }, privileges)
    const reads = () => store().reads
    const idsOf = (...entities: readonly Entity[]) => entities.map(({ onezoneId }) => onezoneId).toSorted()

    beforeAll(async () => {
      tenant = await givenTenant(store())
      child = await given('group')
      parent = await given('group')
      top = await given('group')
      space = await given('space')
      harvester = await given('harvester', { type: 'backend', endpoint: 'backend.example.org' })
      await join(parent, child, ['group_view'])
      await join(top, parent, ['group_update'])
      await join(space, parent, ['space_view', 'space_write_data'])
      await join(space, child, ['space_read_data'])
      provider = newProvider(systemAmbient, {
        tenantId: tenant.id,
        name: 'Provider',
        domain: 'provider.example.org',
        subdomain: undefined,
        adminEmail: 'admin@example.org',
        latitude: 0,
        longitude: 0,
      })
      await store().atomically((writes) => insertProviderIn(writes, systemAmbient, provider, undefined))
      await setSupport(store(), tenant.id, space.onezoneId, provider.onezoneId, false)
      await addHarvester(store(), tenant.id, harvester.onezoneId, space.onezoneId)
    })

    test('a harvester keeps where its backend is', async () => {
      expect(await reads().entities.find(tenant.id, harvester)).toEqual(harvester)
      expect(harvester.endpoint).toBe('backend.example.org')
    })

    test('are in what they joined themselves, of that kind', async () => {
      expect(await reads().groups.listOfGroup(child.id, 'group')).toEqual(idsOf(parent))
      expect(await reads().groups.listOfGroup(child.id, 'space')).toEqual(idsOf(space))
      expect(await reads().groups.listOfGroup(top.id, 'space')).toEqual([])
    })

    test('are effectively in what their parents are in, and not in themselves', async () => {
      expect(await reads().groups.listEffectiveOfGroup(child.id, 'group')).toEqual(idsOf(parent, top))
      expect(await reads().groups.listEffectiveOfGroup(child.id, 'space')).toEqual(idsOf(space))
      expect(await reads().groups.listEffectiveOfGroup(top.id, 'group')).toEqual([])
    })

    test('are all told that an entity has, each once', async () => {
      expect(await reads().groups.listEffectiveGroups(top.id)).toEqual(idsOf(child, parent))
      expect(await reads().groups.listEffectiveGroups(space.id)).toEqual(idsOf(child, parent))
      expect(await reads().groups.listEffectiveGroups(child.id)).toEqual([])
    })

    test('hold in an entity what all their paths to it give', async () => {
      const held = (entity: Entity, group: Entity) =>
        reads().groups.effectivePrivilegesOfGroup(entity, group.onezoneId)
      expect(await held(space, child)).toEqual(['space_read_data', 'space_view', 'space_write_data'])
      expect(await held(space, parent)).toEqual(['space_view', 'space_write_data'])
      expect(await held(top, child)).toEqual(['group_update'])
      expect(await held(space, top)).toBeUndefined()
      expect(await held(parent, parent)).toBeUndefined()
      expect(await reads().groups.effectivePrivilegesOfGroup(space, 'none')).toBeUndefined()
    })

    test('give the admin privileges of their parents along', async () => {
      const deps = { acknowledged: store().atomically }
      await changeGroupPrivileges(deps, tenant.id, top.onezoneId, ['b', 'a'], [])
      await changeGroupPrivileges(deps, tenant.id, child.onezoneId, ['c', 'a'], [])
      expect(await reads().groups.listEffectiveAdminPrivilegesOfGroup(child.id)).toEqual(['a', 'b', 'c'])
      expect(await reads().groups.listEffectiveAdminPrivilegesOfGroup(parent.id)).toEqual(['a', 'b'])
    })

    test('are supported where a space of theirs is, as are the space and its harvesters', async () => {
      const isSupported = (entity: Entity) => reads().entities.isSupportedBy(entity, provider.id)
      for (const entity of [space, child, parent, harvester]) expect(await isSupported(entity)).toBe(true)
      const others = [top, await given('space'), await given('harvester'), await given('atm_inventory')]
      for (const entity of others) expect(await isSupported(entity)).toBe(false)
    })
  })
}
