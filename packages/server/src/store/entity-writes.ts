import type { EntityId, EntityRef } from '../directory/entity.ts'
import type { EntityWrites, Member } from '../directory/relation-ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { forgetEntity } from './effective-members.ts'
import { findEntity } from './entity-reads.ts'
import { entityRow } from './entity-rows.ts'
import { privilegeChange } from './privilege-change.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function entityWrites(unit: UnitOfWork): EntityWrites {
  const { db } = unit
  return {
    find: (tenantId, entity) => findEntity(db, tenantId, entity),
    findMember: (tenantId, { kind, onezoneId }) =>
      kind === 'user' ? findUser(unit, tenantId, onezoneId) : findGroup(unit, tenantId, { kind, onezoneId }),

    async isUserThere(id): Promise<boolean> {
      const row = await db.selectFrom('users').select('id').where('id', '=', id).executeTakeFirst()
      return row !== undefined
    },

    async insert(entity): Promise<void> {
      await db.insertInto('entities').values(entityRow(entity)).execute()
    },

    async update(entity, change): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('entities')
        .set(change)
        .where('id', '=', entity)
        .executeTakeFirstOrThrow()
      return numUpdatedRows > 0n
    },

    async remove({ id, tenantId }): Promise<void> {
      await forgetEntity(unit, id)
      await db.deleteFrom('entities').where('id', '=', id).execute()
      unit.recordChange({ kind: 'membership', tenantId, key: String(id) })
    },

    async changeAdminPrivileges({ id, tenantId }, grant, revoke): Promise<void> {
      if (await replaceAdminPrivileges(unit, tenantId, id, grant, revoke)) {
        unit.recordChange({ kind: 'privilege', tenantId, key: String(id) })
      }
    },
  }
}

async function findGroup(
  { db }: UnitOfWork,
  tenantId: TenantId,
  group: EntityRef,
): Promise<Member | undefined> {
  const found = await findEntity(db, tenantId, group)
  return found && { kind: 'group', id: found.id }
}

async function findUser(
  { db, hasRowLocks }: UnitOfWork,
  tenantId: TenantId,
  onezoneId: string,
): Promise<Member | undefined> {
  const row = await db
    .selectFrom('users')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('onezone_id', '=', onezoneId)
    .$if(hasRowLocks, (query) => query.forShare())
    .executeTakeFirst()
  // Safe as a brand: the column is written from a UserId.
  return row && { kind: 'user', id: row.id as UserId }
}

/** @returns whether the group gives other privileges than before */
async function replaceAdminPrivileges(
  { db }: UnitOfWork,
  tenantId: TenantId,
  group: EntityId,
  grant: readonly string[],
  revoke: readonly string[],
): Promise<boolean> {
  const rows = await db
    .selectFrom('group_privileges')
    .select('privilege')
    .where('group_id', '=', group)
    .execute()
  const held = rows.map(({ privilege }) => privilege)
  const { added, taken } = privilegeChange(held, grant, revoke)
  if (added.length > 0) {
    const values = added.map((privilege) => ({ tenant_id: tenantId, privilege, group_id: group }))
    await db.insertInto('group_privileges').values(values).execute()
  }
  if (taken.length > 0) {
    await db
      .deleteFrom('group_privileges')
      .where('group_id', '=', group)
      .where('privilege', 'in', taken)
      .execute()
  }
  return added.length > 0 || taken.length > 0
}
