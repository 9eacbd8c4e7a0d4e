import type { Kysely } from 'kysely'
import type { Provider } from '../directory/provider.ts'
import type { ProviderReads, ProviderWrites } from '../directory/relation-ports.ts'
import { providerFromRow, providerRow } from './entity-rows.ts'
import { removeLines } from './remove-lines.ts'
import type { ProviderRow, Schema } from './schema.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function providerReads(db: Kysely<Schema>): ProviderReads {
  return {
    find: (tenantId, onezoneId) => findWhere(db, { tenant_id: tenantId, onezone_id: onezoneId }),
    findById: (id) => findWhere(db, { id }),

    async list(tenantId): Promise<readonly string[]> {
      const rows = await db
        .selectFrom('providers')
        .select('onezone_id')
        .where('tenant_id', '=', tenantId)
        .orderBy('onezone_id')
        .execute()
      return rows.map(({ onezone_id }) => onezone_id)
    },
  }
}

export function providerWrites(unit: UnitOfWork): ProviderWrites {
  const { db } = unit
  return {
    find: (tenantId, onezoneId) => findWhere(db, { tenant_id: tenantId, onezone_id: onezoneId }),

    async insert(provider): Promise<void> {
      await db.insertInto('providers').values(providerRow(provider)).execute()
    },

    async update(id, { name, adminEmail, latitude, longitude }): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('providers')
        .set({
          ...(name !== undefined && { name }),
          ...(adminEmail !== undefined && { admin_email: adminEmail }),
          ...(latitude !== undefined && { latitude }),
          ...(longitude !== undefined && { longitude }),
        })
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      return numUpdatedRows > 0n
    },

    async remove({ id, tenantId }): Promise<void> {
      const { numDeletedRows } = await db
        .deleteFrom('providers')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) return
      await removeLines(unit, tenantId, { kind: 'provider', id })
      unit.recordChange({ kind: 'subject', tenantId, key: String(id) })
    },
  }
}

async function findWhere(db: Kysely<Schema>, columns: Partial<ProviderRow>): Promise<Provider | undefined> {
  const row = await db
    .selectFrom('providers')
    .selectAll()
    .where((eb) => eb.and(columns))
    .executeTakeFirst()
  return row && providerFromRow(row)
}
