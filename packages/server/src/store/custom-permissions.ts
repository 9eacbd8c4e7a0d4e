import type { Kysely } from 'kysely'
import type { TenantId } from '../directory/tenant.ts'
import { CUSTOM_ROLES_KEY, type PermissionReads, type PermissionWrites } from '../operators/operator-ports.ts'
import type { CustomPermission } from '../operators/permission.ts'
import type { CustomRole } from '../operators/role.ts'
import { customRoleReads } from './custom-roles.ts'
import { customPermissionFromRow, customPermissionRow } from './operator-rows.ts'
import type { Schema } from './schema.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function customPermissionReads(db: Kysely<Schema>): PermissionReads {
  return {
    async list(tenantId): Promise<readonly CustomPermission[]> {
      const rows = await permissionsOf(db, tenantId).orderBy('id').execute()
      return rows.map(customPermissionFromRow)
    },
    async find(tenantId, id): Promise<CustomPermission | undefined> {
      const row = await permissionsOf(db, tenantId).where('id', '=', id).executeTakeFirst()
      return row && customPermissionFromRow(row)
    },
  }
}

export function customPermissionWrites(unit: UnitOfWork): PermissionWrites {
  const { db, hasRowLocks } = unit
  return {
    async find(tenantId, id): Promise<CustomPermission | undefined> {
      const row = await permissionsOf(db, tenantId)
        .where('id', '=', id)
        .$if(hasRowLocks, (query) => query.forNoKeyUpdate())
        .executeTakeFirst()
      return row && customPermissionFromRow(row)
    },

    async insert(permission): Promise<void> {
      await db.insertInto('custom_permissions').values(customPermissionRow(permission)).execute()
    },

    async update(permission): Promise<void> {
      const { tenant_id, id, ...columns } = customPermissionRow(permission)
      await db
        .updateTable('custom_permissions')
        .set(columns)
        .where('tenant_id', '=', tenant_id)
        .where('id', '=', id)
        .execute()
      unit.recordChange({ kind: 'role', tenantId: permission.tenantId, key: CUSTOM_ROLES_KEY })
    },

    async remove({ tenantId, id }): Promise<void> {
      await db
        .deleteFrom('custom_permissions')
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .execute()
    },

    async listHolders({ tenantId, id }): Promise<readonly CustomRole[]> {
      const rows = await db
        .selectFrom('custom_role_permissions')
        .select('role_id')
        .where('tenant_id', '=', tenantId)
        .where('permission_id', '=', id)
        .execute()
      return customRoleReads(db).findMany(
        tenantId,
        rows.map(({ role_id }) => role_id),
      )
    },
  }
}

function permissionsOf(db: Kysely<Schema>, tenantId: TenantId) {
  return db.selectFrom('custom_permissions').selectAll().where('tenant_id', '=', tenantId)
}
