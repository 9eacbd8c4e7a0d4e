import { systemAmbient } from '../../src/ambient-system.ts'
import { createEntity, type NewEntity } from '../../src/directory/entities.ts'
import type { Entity, EntityKind, MemberRef } from '../../src/directory/entity.ts'
import type { Provider } from '../../src/directory/provider.ts'
import { insertProviderIn, newProvider } from '../../src/directory/providers.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import type { User } from '../../src/directory/user.ts'
import type { Store } from '../../src/store/open-store.ts'

/** The deps of every command on the directory: where there is one node, what is committed is acknowledged. */
export function directoryDeps(store: Store) {
  return { ambient: systemAmbient, atomically: store.atomically, acknowledged: store.atomically }
}

export function givenEntity(
  store: Store,
  tenant: Tenant,
  kind: EntityKind,
  parts: Partial<NewEntity> = {},
): Promise<Entity> {
  const request = { tenantId: tenant.id, kind, name: 'Sample', creator: { kind: 'root' }, ...parts } as const
  return createEntity(directoryDeps(store), request)
}

/** With its cluster, whose member the administrator is. */
export async function givenProvider(store: Store, tenant: Tenant, administrator?: User): Promise<Provider> {
  const provider = newProvider(systemAmbient, {
    tenantId: tenant.id,
    name: 'Sample',
    domain: 'provider.example.org',
    subdomain: undefined,
    adminEmail: 'admin@example.org',
    latitude: -12.5,
    longitude: 100.25,
  })
  await store.atomically((writes) => insertProviderIn(writes, systemAmbient, provider, administrator))
  return provider
}

export function asMember(user: User): MemberRef {
  return { kind: 'user', onezoneId: user.onezoneId }
}

export function asChild(group: Entity): MemberRef {
  return { kind: 'group', onezoneId: group.onezoneId }
}
