import type { Ambient } from '../ambient.ts'
import type { Atomically } from '../atomically.ts'
import { newEntity } from './entities.ts'
import { type Entity, type EntityRef, ZONE_CLUSTER_ID } from './entity.ts'
import { ADMIN_PRIVILEGES } from './privileges.ts'
import type { DirectoryWrites } from './relation-ports.ts'
import type { TenantId } from './tenant.ts'

export interface PredefinedDeps {
  readonly ambient: Ambient
  readonly atomically: Atomically<Pick<DirectoryWrites, 'entities' | 'relations'>>
}

interface Predefined extends EntityRef {
  readonly name: string
  readonly type: string
  /** Admin privileges that it gives to its members. */
  readonly privileges: readonly string[]
}

/** What every tenant has. @see the Onezone API, predefined groups and clusters */
const PREDEFINED: readonly Predefined[] = [
  { kind: 'group', onezoneId: 'admins', name: 'Admins', type: 'role_holders', privileges: ADMIN_PRIVILEGES },
  { kind: 'group', onezoneId: 'all_users', name: 'All users', type: 'role_holders', privileges: [] },
  { kind: 'cluster', onezoneId: ZONE_CLUSTER_ID, name: 'Onezone', type: 'onezone', privileges: [] },
]

/**
 * Makes what is missing and puts right what is not as it should be, at every start: an installation may be older than
 * one of these, and a later version may know more admin privileges.
 */
export async function ensurePredefined(deps: PredefinedDeps, tenantId: TenantId): Promise<void> {
  const wanted = newPredefined(deps.ambient, tenantId)
  await deps.atomically((writes) => ensurePredefinedIn(writes, wanted))
}

/** One of what a tenant has, as it is made where it is missing. */
export interface PredefinedEntity {
  readonly entity: Entity
  readonly privileges: readonly string[]
}

/** What a tenant has, with ids of its own. */
export function newPredefined(ambient: Ambient, tenantId: TenantId): readonly PredefinedEntity[] {
  return PREDEFINED.map(({ privileges, ...each }) => ({
    entity: newEntity(ambient, { ...each, tenantId, creator: { kind: 'root' }, isProtected: true }),
    privileges,
  }))
}

/** The same inside a transaction. */
export async function ensurePredefinedIn(
  writes: Pick<DirectoryWrites, 'entities' | 'relations'>,
  wanted: readonly PredefinedEntity[],
): Promise<void> {
  for (const { entity, privileges } of wanted) await ensure(writes, entity, privileges)
}

async function ensure(
  { entities, relations }: Pick<DirectoryWrites, 'entities' | 'relations'>,
  wanted: Entity,
  privileges: readonly string[],
): Promise<void> {
  // Of nodes that start together one makes them, and the others find them made.
  await relations.hold(wanted.tenantId)
  const present = await entities.find(wanted.tenantId, wanted)
  if (present === undefined) await entities.insert(wanted)
  else if (present.name !== wanted.name) await entities.update(present.id, { name: wanted.name })
  if (wanted.kind !== 'group') return
  const others = ADMIN_PRIVILEGES.filter((privilege) => !privileges.includes(privilege))
  await entities.changeAdminPrivileges(present ?? wanted, privileges, others)
}
