import type { AccountUserWrites } from '../accounts/ports.ts'
import type { AccountUser } from '../accounts/account-user.ts'
import type { TenantId } from '../directory/tenant.ts'
import { accountRoleOf } from './account-role.ts'
import { accountUserColumns, accountUserFromRow } from './account-rows.ts'
import { privilegeHolders } from './privilege-holders.ts'
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

    roleOf: ({ id }) => accountRoleOf(db, id),

    async listHolders(tenantId, privilege): Promise<readonly AccountUser[]> {
      const rows = await privilegeHolders(db, tenantId, privilege)
      return rows.map(accountUserFromRow)
    },
  }
}
