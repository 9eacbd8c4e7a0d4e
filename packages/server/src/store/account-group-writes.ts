import { type AccountGroupWrites, GROUPS_KEY } from '../accounts/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { accountGroupFromRow, accountGroupRow } from './account-rows.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function accountGroupWrites(unit: UnitOfWork): AccountGroupWrites {
  const { db } = unit
  const recordChange = (tenantId: TenantId) => unit.recordChange({ kind: 'role', tenantId, key: GROUPS_KEY })
  return {
    async find(tenantId, id) {
      const row = await db
        .selectFrom('account_groups')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .$if(unit.hasRowLocks, (query) => query.forUpdate())
        .executeTakeFirst()
      return row && accountGroupFromRow(row)
    },

    async insert(group): Promise<void> {
      await db.insertInto('account_groups').values(accountGroupRow(group)).execute()
    },

    async update(group): Promise<void> {
      const { tenant_id, id, ...columns } = accountGroupRow(group)
      await db
        .updateTable('account_groups')
        .set(columns)
        .where('tenant_id', '=', tenant_id)
        .where('id', '=', id)
        .execute()
    },

    async remove({ tenantId, id }): Promise<void> {
      await db.deleteFrom('account_groups').where('tenant_id', '=', tenantId).where('id', '=', id).execute()
      recordChange(tenantId)
    },

    async addMember({ tenantId, id }, user): Promise<void> {
      const { numInsertedOrUpdatedRows = 0n } = await db
        .insertInto('account_group_users')
        .values({ tenant_id: tenantId, group_id: id, user_uuid: user.id })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'group_id', 'user_uuid']).doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows > 0n) recordChange(tenantId)
    },

    async isMember({ tenantId, id }, user): Promise<boolean> {
      const row = await db
        .selectFrom('account_group_users')
        .select('user_uuid')
        .where('tenant_id', '=', tenantId)
        .where('group_id', '=', id)
        .where('user_uuid', '=', user.id)
        .executeTakeFirst()
      return row !== undefined
    },
  }
}
