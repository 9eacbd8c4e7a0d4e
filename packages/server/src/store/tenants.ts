import type { Kysely } from 'kysely'
import type { TenantReads, TenantWrites } from '../directory/ports.ts'
import type { Tenant } from '../directory/tenant.ts'
import { tenantFromRow, tenantRow } from './rows.ts'
import type { Schema, TenantRow } from './schema.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function tenantReads(db: Kysely<Schema>): TenantReads {
  const findWhere = async (columns: Partial<TenantRow>): Promise<Tenant | undefined> => {
    const row = await db
      .selectFrom('tenants')
      .selectAll()
      .where((eb) => eb.and(columns))
      .executeTakeFirst()
    return row && tenantFromRow(row)
  }
  return {
    findDefault: () => findWhere({ is_default: 1 }),
    findByOnezoneDomain: (domain) => findWhere({ onezone_domain: domain }),
    findById: (id) => findWhere({ id }),
  }
}

export function tenantWrites(unit: UnitOfWork): TenantWrites {
  return {
    async insert(tenant): Promise<void> {
      await unit.db.insertInto('tenants').values(tenantRow(tenant)).execute()
      unit.recordChange({ kind: 'tenant', tenantId: tenant.id, key: String(tenant.id) })
    },

    async setOnezoneDomain(id, domain): Promise<void> {
      const { numUpdatedRows } = await unit.db
        .updateTable('tenants')
        .set({ onezone_domain: domain })
        .where('id', '=', id)
        .where('onezone_domain', '!=', domain)
        .executeTakeFirstOrThrow()
      // Which tenant a host name stands for decides whose tokens are known there.
      if (numUpdatedRows > 0n) unit.recordChange({ kind: 'tenant', tenantId: id, key: String(id) })
    },
  }
}
