import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { Refused } from '../failure.ts'
import { ENTITY_PRIVILEGES } from './entity-privileges.ts'
import { type Creator, DEFAULT_GROUP_TYPE, type Entity, type EntityId, type EntityRef } from './entity.ts'
import { insertDespiteTakenIds, newCanonicalId, newOnezoneId } from './new-ids.ts'
import type { DirectoryWrites, EntityChange } from './relation-ports.ts'
import type { TenantId } from './tenant.ts'
import type { UserId } from './user.ts'

export interface CreateEntityDeps {
  readonly ambient: Ambient
  readonly atomically: Atomically<DirectoryWrites>
}

export interface ChangeEntityDeps {
  readonly atomically: Atomically<Pick<DirectoryWrites, 'entities'>>
  /** What others held through an entity is gone for all of them when this answers. */
  readonly acknowledged: Acknowledged<DirectoryWrites>
}

export interface NewEntity {
  readonly tenantId: TenantId
  readonly kind: Entity['kind']
  readonly name: string
  /** Of a group: {@link DEFAULT_GROUP_TYPE} when nothing is said. */
  readonly type?: string | undefined
  readonly endpoint?: string | undefined
  readonly creator: Creator
  /** Who becomes its first member, holding everything there; nobody when an administrator makes it for others. */
  readonly firstMember?: UserId | undefined
  /** Otherwise a new one. */
  readonly onezoneId?: string
  readonly isProtected?: boolean
}

/** @throws {Refused} `id_taken` when an Onezone id was asked for; `related_not_found` when the first member is gone */
export function createEntity(deps: CreateEntityDeps, request: NewEntity): Promise<Entity> {
  return insertDespiteTakenIds(request.onezoneId === undefined, async () => {
    const entity = newEntity(deps.ambient, request)
    await deps.atomically((writes) => insertEntityIn(writes, entity, request.firstMember))
    return entity
  })
}

/** The same inside a transaction. @throws {Refused} `id_taken`; `related_not_found` when the first member is gone */
export async function insertEntityIn(
  { entities, relations }: Pick<DirectoryWrites, 'entities' | 'relations'>,
  entity: Entity,
  firstMember?: UserId,
): Promise<void> {
  if (firstMember === undefined) return entities.insert(entity)
  await relations.hold(entity.tenantId)
  // He was there when he was let in; nobody has held him since.
  if (!(await entities.isUserThere(firstMember)))
    throw new Refused({ kind: 'related_not_found', related: 'user' })
  await entities.insert(entity)
  const privileges = ENTITY_PRIVILEGES[entity.kind].all
  await relations.add(
    entity,
    { kind: 'user', id: firstMember },
    { privileges, isOwner: entity.kind === 'space' },
  )
}

export function newEntity(ambient: Ambient, request: NewEntity): Entity {
  const { tenantId, kind, name, creator, onezoneId, isProtected = false } = request
  return {
    // Safe as a brand: this is where canonical ids of entities come from.
    id: newCanonicalId(ambient) as EntityId,
    tenantId,
    kind,
    onezoneId: onezoneId ?? newOnezoneId(ambient),
    name,
    type: request.type ?? (kind === 'group' ? DEFAULT_GROUP_TYPE : undefined),
    endpoint: request.endpoint,
    creator,
    createdAt: ambient.now(),
    isProtected,
  }
}

/** @throws {Refused} `entity_not_found` */
export async function updateEntity(
  deps: Pick<ChangeEntityDeps, 'atomically'>,
  tenantId: TenantId,
  entity: EntityRef,
  change: EntityChange,
): Promise<void> {
  await deps.atomically(async ({ entities }) => {
    const { id } = await findEntityIn({ entities }, tenantId, entity)
    await entities.update(id, change)
  })
}

/**
 * What anybody was or held because of it is gone when this returns. What was issued for it stays: an invite to it finds
 * no target.
 * @throws {Refused} `entity_not_found`, `group_protected`
 */
export async function deleteEntity(
  deps: Pick<ChangeEntityDeps, 'acknowledged'>,
  tenantId: TenantId,
  ref: EntityRef,
): Promise<void> {
  await deps.acknowledged(async ({ entities, relations }) => {
    await relations.hold(tenantId)
    const entity = await findEntityIn({ entities }, tenantId, ref)
    if (entity.isProtected) throw new Refused({ kind: 'group_protected' })
    await entities.remove(entity)
  })
}

/** @throws {Refused} `entity_not_found` */
export async function findEntityIn(
  { entities }: Pick<DirectoryWrites, 'entities'>,
  tenantId: TenantId,
  ref: EntityRef,
): Promise<Entity> {
  const entity = await entities.find(tenantId, ref)
  if (entity === undefined) throw new Refused({ kind: 'entity_not_found' })
  return entity
}
