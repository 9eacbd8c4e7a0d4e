import { GROUPS_KEY, type RoleBindingWrites } from '../accounts/ports.ts'
import type { RoleBinding } from '../accounts/role-binding.ts'
import { roleBindingFromRow, roleBindingRow } from './account-rows.ts'
import { holdTenant } from './hold-tenant.ts'
import type { RoleBindingRow } from './schema.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function roleBindingWrites(unit: UnitOfWork): RoleBindingWrites {
  const { db } = unit

  const findWhere = async (columns: Partial<RoleBindingRow>): Promise<RoleBinding | undefined> => {
    const row = await db
      .selectFrom('role_bindings')
      .selectAll()
      .where((eb) => eb.and(columns))
      .$if(unit.hasRowLocks, (query) => query.forUpdate())
      .executeTakeFirst()
    return row && roleBindingFromRow(row)
  }

  const recordChange = async ({ tenantId, principal }: RoleBinding): Promise<void> => {
    if (principal.kind === 'group') return unit.recordChange({ kind: 'role', tenantId, key: GROUPS_KEY })
    const user = await db.selectFrom('users').select('id').where('uuid', '=', principal.id).executeTakeFirst()
    // Without a user nobody holds the role, and the change of `subject` has told everybody.
    if (user !== undefined) unit.recordChange({ kind: 'role', tenantId, key: String(user.id) })
  }

  return {
    hold: (tenantId) => holdTenant(unit, tenantId),
    find: (tenantId, id) => findWhere({ tenant_id: tenantId, id }),
    findOf: (tenantId, { kind, id }) =>
      findWhere({ tenant_id: tenantId, ...(kind === 'user' ? { user_uuid: id } : { group_id: id }) }),

    async insert(binding): Promise<void> {
      await db.insertInto('role_bindings').values(roleBindingRow(binding)).execute()
      await recordChange(binding)
    },

    async update(binding): Promise<void> {
      const {
        tenant_id,
        id,
        role,
        role_constraints,
        user_uuid: _,
        group_id: __,
        ...metadata
      } = roleBindingRow(binding)
      const before = await findWhere({ tenant_id, id })
      await db
        .updateTable('role_bindings')
        .set({ role, role_constraints, ...metadata })
        .where('tenant_id', '=', tenant_id)
        .where('id', '=', id)
        .execute()
      if (before?.role !== role) await recordChange(binding)
    },

    async remove(binding): Promise<void> {
      await db
        .deleteFrom('role_bindings')
        .where('tenant_id', '=', binding.tenantId)
        .where('id', '=', binding.id)
        .execute()
      await recordChange(binding)
    },

    async hasOtherOwner(tenantId, id): Promise<boolean> {
      const row = await db
        .selectFrom('role_bindings')
        .select('id')
        .where('tenant_id', '=', tenantId)
        .where('role', '=', 'owner')
        .where('id', '!=', id)
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },
  }
}
