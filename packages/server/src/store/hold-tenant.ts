import type { TenantId } from '../directory/tenant.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * Lets one transaction of the tenant at a time change who is what to whom, until it ends. A circle is closed, or a row
 * of the index lost, by two changes that each look harmless beside what was there before the other. On SQLite there is
 * one writer anyway.
 */
export async function holdTenant({ db, hasRowLocks }: UnitOfWork, tenantId: TenantId): Promise<void> {
  if (!hasRowLocks) return
  // Not `for update`: making a user shares the row, to be sure that it stays, and need not wait for this.
  await db.selectFrom('tenants').select('id').where('id', '=', tenantId).forNoKeyUpdate().execute()
}
