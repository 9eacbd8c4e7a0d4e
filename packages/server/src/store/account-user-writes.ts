import type { AccountUserWrites } from '../accounts/ports.ts'
import type { AccountUser } from '../accounts/account-user.ts'
import { highestRole, isRole, type Role } from '../accounts/role.ts'
import type { TenantId } from '../directory/tenant.ts'
import { accountUserColumns, accountUserFromRow } from './account-rows.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function accountUserWrites(unit: UnitOfWork): AccountUserWrites {
  const { db } = unit
  const find = async (tenantId: TenantId, uuid: string): Promise<AccountUser | undefined> => {
    const row = await db
      .selectFrom('users')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('uuid', '=', uuid)
      // Not `for update`: whatever refers to him need not wait for this.
      .$if(unit.hasRowLocks, (query) => query.forNoKeyUpdate())
      .executeTakeFirst()
    return row && accountUserFromRow(row)
  }
  return {
    find,

    async update(user): Promise<void> {
      const before = await find(user.tenantId, user.id)
      await db.updateTable('users').set(accountUserColumns(user)).where('id', '=', user.userId).execute()
      if (before?.state === user.state && before.isEnabled === user.isEnabled) return
      unit.recordChange({ kind: 'subject', tenantId: user.tenantId, key: String(user.userId) })
    },

    async roleOf({ tenantId, id }): Promise<Role | undefined> {
      const rows = await db
        .selectFrom('role_bindings')
        .select('role')
        .where('user_uuid', '=', id)
        .unionAll((db) =>
          db
            .selectFrom('account_group_users as m')
            .innerJoin('role_bindings as b', (join) =>
              join.onRef('b.tenant_id', '=', 'm.tenant_id').onRef('b.group_id', '=', 'm.group_id'),
            )
            .select('b.role')
            .where('m.user_uuid', '=', id)
            .where('m.tenant_id', '=', tenantId),
        )
        .execute()
      return highestRole(rows.map(({ role }) => role).filter(isRole))
    },

    async listHolders(tenantId, privilege): Promise<readonly AccountUser[]> {
      const rows = await db
        .selectFrom('users')
        .innerJoin('user_privileges', 'user_privileges.user_id', 'users.id')
        .selectAll('users')
        .where('users.tenant_id', '=', tenantId)
        .where('user_privileges.privilege', '=', privilege)
        .execute()
      return rows.map(accountUserFromRow)
    },
  }
}
