import type { Acknowledged, Atomically } from '../atomically.ts'
import { Refused } from '../failure.ts'
import { findEntityIn } from './entities.ts'
import { ENTITY_PRIVILEGES } from './entity-privileges.ts'
import type { EntityRef, MemberRef } from './entity.ts'
import type { DirectoryWrites } from './relation-ports.ts'
import type { TenantId } from './tenant.ts'

type OwnerWrites = Pick<DirectoryWrites, 'entities' | 'relations'>

export interface OwnerDeps {
  readonly atomically: Atomically<OwnerWrites>
  readonly acknowledged: Acknowledged<OwnerWrites>
}

/**
 * Makes an effective member of a space one of its owners; who was a member through groups only joins it himself.
 * @param userId Onezone id
 * @throws {Refused} `entity_not_found`, `already_owner`; `relation_not_found` when he is no effective member
 */
export async function addSpaceOwner(
  deps: Pick<OwnerDeps, 'atomically'>,
  tenantId: TenantId,
  spaceId: string,
  userId: string,
): Promise<void> {
  await deps.atomically(async ({ entities, relations }) => {
    await relations.hold(tenantId)
    const space = await findEntityIn({ entities }, tenantId, spaceRef(spaceId))
    const user = await entities.findMember(tenantId, userRef(userId))
    if (user?.kind !== 'user' || !(await relations.isEffectiveMember(space.id, user.id))) {
      // With the space as the child, as Onezone says it.
      throw new Refused({ kind: 'relation_not_found', child: spaceRef(spaceId), parent: userRef(userId) })
    }
    const present = await relations.findMembership(space, user)
    if (present?.isOwner === true) throw new Refused({ kind: 'already_owner' })
    if (present !== undefined) return relations.change(space, user, { ...present, isOwner: true })
    await relations.add(space, user, { privileges: ENTITY_PRIVILEGES.space.all, isOwner: true })
  })
}

/**
 * He stays a member, with what he was given.
 * @param userId Onezone id
 * @throws {Refused} `entity_not_found`, `not_an_owner`, `last_owner`
 */
export async function removeSpaceOwner(
  deps: Pick<OwnerDeps, 'acknowledged'>,
  tenantId: TenantId,
  spaceId: string,
  userId: string,
): Promise<void> {
  await deps.acknowledged(async ({ entities, relations }) => {
    await relations.hold(tenantId)
    const space = await findEntityIn({ entities }, tenantId, spaceRef(spaceId))
    const user = await entities.findMember(tenantId, userRef(userId))
    const present = user && (await relations.findMembership(space, user))
    if (user === undefined || present?.isOwner !== true) throw new Refused({ kind: 'not_an_owner' })
    if ((await relations.listOwners(space.id)).length === 1)
      throw new Refused({ kind: 'last_owner', spaceId })
    await relations.change(space, user, { ...present, isOwner: false })
  })
}

function spaceRef(onezoneId: string): EntityRef {
  return { kind: 'space', onezoneId }
}

function userRef(onezoneId: string): MemberRef {
  return { kind: 'user', onezoneId }
}
