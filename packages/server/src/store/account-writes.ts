import { customMetadataOf } from '../accounts/account-token.ts'
import type { AccountTokenWrites, AccountWrites } from '../accounts/ports.ts'
import { accountColumns, accountFromRow, accountTokenFromRow } from './account-rows.ts'
import { audienceCode } from './codes.ts'
import { metadataText } from './rows.ts'
import { isAlive } from './token-lines.ts'
import { storedName } from './token-names.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function accountWrites(unit: UnitOfWork): AccountWrites {
  const { db } = unit
  const find: AccountWrites['find'] = async (tenantId) => {
    const row = await db
      .selectFrom('tenants')
      .selectAll()
      .where('id', '=', tenantId)
      // Not `for update`: making a user shares the row, and need not wait for this.
      .$if(unit.hasRowLocks, (query) => query.forNoKeyUpdate())
      .executeTakeFirst()
    return row && accountFromRow(row)
  }
  return {
    find,

    async update(account): Promise<void> {
      const before = await find(account.tenantId)
      await db
        .updateTable('tenants')
        .set(accountColumns(account))
        .where('id', '=', account.tenantId)
        .execute()
      if (before?.state === account.state && before.isEnabled === account.isEnabled) return
      unit.recordChange({ kind: 'tenant', tenantId: account.tenantId, key: String(account.tenantId) })
    },
  }
}

export function accountTokenWrites({ db, hasRowLocks }: UnitOfWork): AccountTokenWrites {
  return {
    async find(tenantId, id) {
      const row = await db
        .selectFrom('named_tokens')
        .innerJoin('users', 'users.id', 'named_tokens.subject_id')
        .select([
          'named_tokens.tenant_id',
          'named_tokens.audience',
          'named_tokens.id',
          'named_tokens.name',
          'named_tokens.created_at',
          'named_tokens.custom_metadata',
          'users.uuid as user_uuid',
        ])
        .where('named_tokens.tenant_id', '=', tenantId)
        .where('named_tokens.audience', '=', audienceCode('astra'))
        .where('named_tokens.id', '=', id)
        .where(isAlive)
        .$if(hasRowLocks, (query) => query.forUpdate('named_tokens'))
        .executeTakeFirst()
      return row && accountTokenFromRow(row)
    },

    async update({ tenantId, id, name, metadata }): Promise<void> {
      await db
        .updateTable('named_tokens')
        .set({
          name: storedName('astra', id, name),
          custom_metadata: metadataText(customMetadataOf(metadata)),
        })
        .where('tenant_id', '=', tenantId)
        .where('audience', '=', audienceCode('astra'))
        .where('id', '=', id)
        .execute()
    },
  }
}
