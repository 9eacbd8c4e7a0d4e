import type { Kysely } from 'kysely'
import type { TenantId } from '../directory/tenant.ts'
import { CUSTOM_ROLES_KEY, type RoleReads, type RoleWrites } from '../operators/operator-ports.ts'
import type { CustomPermission } from '../operators/permission.ts'
import type { CustomRole } from '../operators/role.ts'
import { customPermissionFromRow, customRoleFromRow, customRoleRow } from './operator-rows.ts'
import type { CustomRoleRow, Schema } from './schema.ts'
import { livingSessions } from './session-reads.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function customRoleReads(db: Kysely<Schema>): RoleReads {
  return {
    async list(tenantId): Promise<readonly CustomRole[]> {
      const rows = await rolesOf(db, tenantId).orderBy('id').execute()
      return expanded(db, tenantId, rows)
    },
    async find(tenantId, id): Promise<CustomRole | undefined> {
      return (await findMany(db, tenantId, [id]))[0]
    },
    findMany: (tenantId, ids) => findMany(db, tenantId, ids),
  }
}

export function customRoleWrites(unit: UnitOfWork): RoleWrites {
  const { db, hasRowLocks } = unit
  const recordChange = (tenantId: TenantId) =>
    unit.recordChange({ kind: 'role', tenantId, key: CUSTOM_ROLES_KEY })

  return {
    async find(tenantId, id): Promise<CustomRole | undefined> {
      const rows = await rolesOf(db, tenantId)
        .where('id', '=', id)
        .$if(hasRowLocks, (query) => query.forNoKeyUpdate())
        .execute()
      return (await expanded(db, tenantId, rows))[0]
    },

    async resolve(tenantId, refs): Promise<readonly (CustomRole | undefined)[]> {
      const ids = refs.flatMap(({ id }) => id ?? [])
      const names = refs.flatMap(({ id, name }) => (id === undefined ? (name ?? []) : []))
      if (refs.length === 0) return []
      const rows = await rolesOf(db, tenantId)
        .where((eb) => eb.or([eb('id', 'in', some(ids)), eb('name', 'in', some(names))]))
        .$if(hasRowLocks, (query) => query.forShare())
        .execute()
      const roles = await expanded(db, tenantId, rows)
      return refs.map(({ id, name }) =>
        roles.find((role) => (id === undefined ? role.name === name : role.id === id)),
      )
    },

    async insert(role): Promise<void> {
      await db.insertInto('custom_roles').values(customRoleRow(role)).execute()
      await insertPermissions(unit, role)
    },

    async update(role): Promise<void> {
      const { tenant_id, id, ...columns } = customRoleRow(role)
      await db
        .updateTable('custom_roles')
        .set(columns)
        .where('tenant_id', '=', tenant_id)
        .where('id', '=', id)
        .execute()
      await db
        .deleteFrom('custom_role_permissions')
        .where('tenant_id', '=', tenant_id)
        .where('role_id', '=', id)
        .execute()
      await insertPermissions(unit, role)
      recordChange(role.tenantId)
    },

    async remove({ tenantId, id }): Promise<void> {
      await db.deleteFrom('custom_roles').where('tenant_id', '=', tenantId).where('id', '=', id).execute()
      recordChange(tenantId)
    },

    async isHeld({ tenantId, id }, nowMillis): Promise<boolean> {
      const operator = await db
        .selectFrom('operator_custom_roles')
        .select('role_id')
        .where('tenant_id', '=', tenantId)
        .where('role_id', '=', id)
        .limit(1)
        .executeTakeFirst()
      if (operator !== undefined) return true
      // Not every one: those that are over, or of a dead epoch, are only not swept yet.
      const session = await livingSessions(db, tenantId, nowMillis)
        .innerJoin('operator_session_roles as h', 'h.session_id', 's.id')
        .where('h.role_id', '=', id)
        .limit(1)
        .executeTakeFirst()
      return session !== undefined
    },
  }
}

function rolesOf(db: Kysely<Schema>, tenantId: TenantId) {
  return db.selectFrom('custom_roles').selectAll().where('tenant_id', '=', tenantId)
}

async function findMany(
  db: Kysely<Schema>,
  tenantId: TenantId,
  ids: readonly string[],
): Promise<readonly CustomRole[]> {
  if (ids.length === 0) return []
  const rows = await rolesOf(db, tenantId).where('id', 'in', ids).execute()
  const roles = await expanded(db, tenantId, rows)
  return ids.flatMap((id) => roles.find((role) => role.id === id) ?? [])
}

/** With their custom permissions as these are now. */
async function expanded(
  db: Kysely<Schema>,
  tenantId: TenantId,
  rows: readonly CustomRoleRow[],
): Promise<readonly CustomRole[]> {
  const held = await permissionsOf(
    db,
    tenantId,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => customRoleFromRow(row, held.get(row.id) ?? []))
}

async function permissionsOf(
  db: Kysely<Schema>,
  tenantId: TenantId,
  roleIds: readonly string[],
): Promise<ReadonlyMap<string, readonly CustomPermission[]>> {
  if (roleIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('custom_role_permissions as h')
    .innerJoin('custom_permissions as p', (join) =>
      join.onRef('p.tenant_id', '=', 'h.tenant_id').onRef('p.id', '=', 'h.permission_id'),
    )
    .selectAll('p')
    .select('h.role_id')
    .where('h.tenant_id', '=', tenantId)
    .where('h.role_id', 'in', roleIds)
    .orderBy('h.place')
    .execute()
  const held = new Map<string, CustomPermission[]>()
  for (const row of rows) {
    const permissions = held.get(row.role_id) ?? []
    permissions.push(customPermissionFromRow(row))
    held.set(row.role_id, permissions)
  }
  return held
}

async function insertPermissions(
  { db }: UnitOfWork,
  { tenantId, id, customPermissions }: CustomRole,
): Promise<void> {
  if (customPermissions.length === 0) return
  const rows = customPermissions.map((permission, place) => ({
    tenant_id: tenantId,
    role_id: id,
    permission_id: permission.id,
    place,
  }))
  await db.insertInto('custom_role_permissions').values(rows).execute()
}

/** No database takes an empty list. No role has this as its id or name. */
function some(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [''] : texts
}
