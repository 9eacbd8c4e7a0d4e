import type { Kysely } from 'kysely'
import type { TenantId } from '../directory/tenant.ts'
import type { SettingsReads, SettingsWrites } from '../operators/operator-ports.ts'
import { holdTenant } from './hold-tenant.ts'
import { settingsFromRow, settingsRow, type ShownSettingsRow } from './operator-rows.ts'
import type { Schema } from './schema.ts'
import type { ReadRows, UntilCommit } from './sql-store.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** Written out, as the other hot reads. */
export function settingsReads(read: ReadRows, again: UntilCommit): SettingsReads {
  return {
    find: again('settings', async (tenantId: TenantId) => {
      // Safe: the statement selects exactly these columns.
      const [row] = (await read(SETTINGS, [tenantId])) as ShownSettingsRow[]
      return row && settingsFromRow(row)
    }),
  }
}

const SETTINGS = `
  select t.id, t.name, t.sdwan_tenant_id, t.created_at, s.canonical_name, s.description, s.profile,
    s.password_policy, s.etag, s.updated_utc
  from (select * from tenants where id = $1) t
  left join operator_tenants s on s.tenant_id = t.id`

export function settingsWrites(unit: UnitOfWork): SettingsWrites {
  const { db } = unit
  return {
    async find(tenantId) {
      // In a statement of its own: what is joined to a row that has to be waited for is as it was before the wait.
      await holdTenant(unit, tenantId)
      const row = await shownSettings(db, tenantId).executeTakeFirst()
      return row && settingsFromRow(row)
    },

    async update(settings): Promise<void> {
      const { tenantId, name } = settings
      const { tenant_id, ...columns } = settingsRow(settings)
      await db.updateTable('tenants').set({ name }).where('id', '=', tenantId).execute()
      await db
        .insertInto('operator_tenants')
        .values({ tenant_id, ...columns })
        .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(columns))
        .execute()
      unit.recordChange({ kind: 'tenant', tenantId, key: String(tenantId) })
    },
  }
}

function shownSettings(db: Kysely<Schema>, tenantId: TenantId) {
  return db
    .selectFrom('tenants')
    .leftJoin('operator_tenants as s', 's.tenant_id', 'tenants.id')
    .select([
      'tenants.id',
      'tenants.name',
      'tenants.sdwan_tenant_id',
      'tenants.created_at',
      's.canonical_name',
      's.description',
      's.profile',
      's.password_policy',
      's.etag',
      's.updated_utc',
    ])
    .where('tenants.id', '=', tenantId)
}
