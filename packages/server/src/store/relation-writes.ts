import { EVERY_PRIVILEGE, privilegeMask, privilegesOfMask } from '../directory/entity-privileges.ts'
import type { Entity, EntityId } from '../directory/entity.ts'
import type { Member, Membership, RelationWrites } from '../directory/relation-ports.ts'
import type { UserId } from '../directory/user.ts'
import { extendOver, isReachable, refreshAt, retractFrom } from './effective-members.ts'
import { holdTenant } from './hold-tenant.ts'
import { flag } from './rows.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function relationWrites(unit: UnitOfWork): RelationWrites {
  const { db } = unit

  const recordChange = ({ tenantId, id }: Entity) =>
    unit.recordChange({ kind: 'membership', tenantId, key: String(id) })

  return {
    hold: (tenantId) => holdTenant(unit, tenantId),

    async findMembership(entity, member): Promise<Membership | undefined> {
      const edge = await findEdge(unit, entity.id, member)
      return edge && { privileges: privilegesOfMask(entity.kind, edge.mask), isOwner: edge.isOwner }
    },

    isWithin: (group, ancestor) => isReachable(unit, group, ancestor),

    async add(entity, member, membership): Promise<void> {
      const edge = edgeOf(entity, membership)
      await insertEdge(unit, entity.id, member, edge)
      await extendOver(unit, entity.id, member, heldOver(edge))
      recordChange(entity)
    },

    async change(entity, member, membership): Promise<void> {
      await updateEdge(unit, entity.id, member, edgeOf(entity, membership))
      await refreshAt(unit, entity.id, member)
      recordChange(entity)
    },

    async remove(entity, member): Promise<boolean> {
      if (!(await deleteEdge(unit, entity.id, member))) return false
      await retractFrom(unit, entity.id, member)
      recordChange(entity)
      return true
    },

    async listOwners(space): Promise<readonly UserId[]> {
      const rows = await db
        .selectFrom('entity_users')
        .select('user_id')
        .where('entity_id', '=', space)
        .where('is_owner', '=', 1)
        .execute()
      // Safe as a brand: the column is written from a UserId.
      return rows.map(({ user_id }) => user_id as UserId)
    },

    async hasOtherUsers(entity, userId): Promise<boolean> {
      const row = await db
        .selectFrom('effective_members')
        .select('user_id')
        .where('entity_id', '=', entity)
        .where('user_id', '!=', userId)
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },

    async isEffectiveMember(entity, userId): Promise<boolean> {
      const row = await db
        .selectFrom('effective_members')
        .select('user_id')
        .where('entity_id', '=', entity)
        .where('user_id', '=', userId)
        .executeTakeFirst()
      return row !== undefined
    },
  }
}

/** A membership as the tables have it. */
interface Edge {
  readonly mask: number
  readonly isOwner: boolean
}

function edgeOf(entity: Entity, { privileges, isOwner }: Membership): Edge {
  return { mask: privilegeMask(entity.kind, privileges), isOwner }
}

function heldOver({ mask, isOwner }: Edge): number {
  return isOwner ? EVERY_PRIVILEGE : mask
}

async function findEdge({ db }: UnitOfWork, entity: EntityId, member: Member): Promise<Edge | undefined> {
  if (member.kind === 'user') {
    const row = await db
      .selectFrom('entity_users')
      .select(['privileges', 'is_owner'])
      .where('entity_id', '=', entity)
      .where('user_id', '=', member.id)
      .executeTakeFirst()
    return row && { mask: row.privileges, isOwner: row.is_owner === 1 }
  }
  const row = await db
    .selectFrom('entity_groups')
    .select('privileges')
    .where('entity_id', '=', entity)
    .where('group_id', '=', member.id)
    .executeTakeFirst()
  return row && { mask: row.privileges, isOwner: false }
}

async function insertEdge(
  { db }: UnitOfWork,
  entity: EntityId,
  member: Member,
  { mask, isOwner }: Edge,
): Promise<void> {
  if (member.kind === 'user') {
    await db
      .insertInto('entity_users')
      .values({ entity_id: entity, user_id: member.id, privileges: mask, is_owner: flag(isOwner) })
      .execute()
  } else {
    await db
      .insertInto('entity_groups')
      .values({ entity_id: entity, group_id: member.id, privileges: mask })
      .execute()
  }
}

async function updateEdge(
  { db }: UnitOfWork,
  entity: EntityId,
  member: Member,
  { mask, isOwner }: Edge,
): Promise<void> {
  if (member.kind === 'user') {
    await db
      .updateTable('entity_users')
      .set({ privileges: mask, is_owner: flag(isOwner) })
      .where('entity_id', '=', entity)
      .where('user_id', '=', member.id)
      .execute()
  } else {
    await db
      .updateTable('entity_groups')
      .set({ privileges: mask })
      .where('entity_id', '=', entity)
      .where('group_id', '=', member.id)
      .execute()
  }
}

async function deleteEdge({ db }: UnitOfWork, entity: EntityId, member: Member): Promise<boolean> {
  const { numDeletedRows } =
    member.kind === 'user'
      ? await db
          .deleteFrom('entity_users')
          .where('entity_id', '=', entity)
          .where('user_id', '=', member.id)
          .executeTakeFirstOrThrow()
      : await db
          .deleteFrom('entity_groups')
          .where('entity_id', '=', entity)
          .where('group_id', '=', member.id)
          .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
