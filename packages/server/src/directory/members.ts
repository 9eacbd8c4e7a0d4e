import type { Acknowledged, Atomically } from '../atomically.ts'
import { Refused } from '../failure.ts'
import { findEntityIn } from './entities.ts'
import { ENTITY_PRIVILEGES } from './entity-privileges.ts'
import type { Entity, EntityRef, MemberRef } from './entity.ts'
import type { DirectoryWrites, Member } from './relation-ports.ts'
import type { TenantId } from './tenant.ts'

type MemberWrites = Pick<DirectoryWrites, 'entities' | 'relations'>

export interface MemberDeps {
  readonly atomically: Atomically<MemberWrites>
  /** What a member could do is over everywhere when this answers. */
  readonly acknowledged: Acknowledged<MemberWrites>
}

/** The next question finds him a member, through any depth. @throws {Refused} what {@link addMemberIn} throws */
export async function addMember(
  deps: Pick<MemberDeps, 'atomically'>,
  tenantId: TenantId,
  entity: EntityRef,
  member: MemberRef,
  privileges?: readonly string[],
): Promise<void> {
  await deps.atomically((writes) => addMemberIn(writes, tenantId, entity, member, privileges))
}

/**
 * The same inside a transaction, such as that which counts the use of an invite. The first user in a space without an
 * owner becomes its owner.
 *
 * @param privileges what he gets there; the member set of the entity's kind when nothing is said
 * @throws {Refused} `entity_not_found`, `related_not_found`, `relation_exists`, `relation_circular`
 */
export async function addMemberIn(
  writes: MemberWrites,
  tenantId: TenantId,
  entityRef: EntityRef,
  memberRef: MemberRef,
  privileges?: readonly string[],
): Promise<void> {
  const { entity, member } = await holdBoth(writes, tenantId, entityRef, memberRef)
  if (member === undefined) throw new Refused({ kind: 'related_not_found', related: memberRef.kind })
  await refuseCircle(writes, entity, member)
  if ((await writes.relations.findMembership(entity, member)) !== undefined) {
    throw new Refused({ kind: 'relation_exists', child: memberRef, parent: entityRef })
  }
  const isOwner =
    entity.kind === 'space' &&
    member.kind === 'user' &&
    (await writes.relations.listOwners(entity.id)).length === 0
  const given = privileges ?? ENTITY_PRIVILEGES[entity.kind].member
  await writes.relations.add(entity, member, { privileges: given, isOwner })
}

/**
 * What stands in both lists is held afterwards, as on Onezone, which revokes first.
 * @throws {Refused} `entity_not_found`, `relation_not_found`
 */
export async function changeMemberPrivileges(
  deps: Pick<MemberDeps, 'acknowledged'>,
  tenantId: TenantId,
  entityRef: EntityRef,
  memberRef: MemberRef,
  { grant, revoke }: { readonly grant: readonly string[]; readonly revoke: readonly string[] },
): Promise<void> {
  await deps.acknowledged(async (writes) => {
    const { entity, member } = await holdBoth(writes, tenantId, entityRef, memberRef)
    const present = member && (await writes.relations.findMembership(entity, member))
    if (member === undefined || present === undefined) throw notRelated(memberRef, entityRef)
    const kept = present.privileges.filter((privilege) => !revoke.includes(privilege))
    const privileges = [...new Set([...kept, ...grant])].toSorted()
    const isSame = privileges.join() === present.privileges.join()
    if (!isSame) await writes.relations.change(entity, member, { ...present, privileges })
  })
}

/**
 * What the member was and held there, and through it, is over when this returns, unless it has it another way.
 * @throws {Refused} `entity_not_found`, `relation_not_found`; `last_owner` as long as the space has anybody else
 */
export async function removeMember(
  deps: Pick<MemberDeps, 'acknowledged'>,
  tenantId: TenantId,
  entityRef: EntityRef,
  memberRef: MemberRef,
): Promise<void> {
  await deps.acknowledged(async (writes) => {
    const { entity, member } = await holdBoth(writes, tenantId, entityRef, memberRef)
    if (member === undefined) throw notRelated(memberRef, entityRef)
    if (entity.kind === 'space') await refuseLastOwner(writes, entity, member)
    if (!(await writes.relations.remove(entity, member))) throw notRelated(memberRef, entityRef)
  })
}

async function holdBoth(
  { entities, relations }: MemberWrites,
  tenantId: TenantId,
  entity: EntityRef,
  member: MemberRef,
): Promise<{ readonly entity: Entity; readonly member: Member | undefined }> {
  await relations.hold(tenantId)
  return {
    entity: await findEntityIn({ entities }, tenantId, entity),
    member: await entities.findMember(tenantId, member),
  }
}

/** A group within itself would be what? Onezone lets longer circles be and goes round in them; here none come to be. */
async function refuseCircle({ relations }: MemberWrites, entity: Entity, member: Member): Promise<void> {
  if (entity.kind !== 'group' || member.kind !== 'group') return
  if (await relations.isWithin(entity.id, member.id)) throw new Refused({ kind: 'relation_circular' })
}

/** The last of all members may go: there is nobody whom the space could belong to. */
async function refuseLastOwner({ relations }: MemberWrites, space: Entity, member: Member): Promise<void> {
  if (member.kind !== 'user') return
  const owners = await relations.listOwners(space.id)
  const isLast = owners.length === 1 && owners[0] === member.id
  if (isLast && (await relations.hasOtherUsers(space.id, member.id))) {
    throw new Refused({ kind: 'last_owner', spaceId: space.onezoneId })
  }
}

function notRelated(child: MemberRef, parent: EntityRef): Refused {
  return new Refused({ kind: 'relation_not_found', child, parent })
}
