import type { UserWrites } from '../directory/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { Refused } from '../failure.ts'
import type { ChangeKind } from '../change.ts'
import { removePasswordCredential } from './account-credentials.ts'
import { holdTenant } from './hold-tenant.ts'
import { privilegeChange } from './privilege-change.ts'
import { flag, userRow } from './rows.ts'
import { removeLines } from './remove-lines.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function userWrites(unit: UnitOfWork): UserWrites {
  const { db } = unit

  /** Holds the user's row, so that two changes of one user follow each other. */
  const holdUser = async (id: UserId) => {
    const row = await db
      .selectFrom('users')
      .select(['tenant_id', 'basic_auth_enabled', 'is_blocked', 'password_version'])
      .where('id', '=', id)
      .$if(unit.hasRowLocks, (query) => query.forUpdate())
      .executeTakeFirst()
    if (row === undefined) throw new Refused({ kind: 'user_not_found' })
    return row
  }

  const recordChange = (kind: ChangeKind, tenantId: number, id: UserId) =>
    // Safe as a brand: read from the user's row, which is written from a TenantId.
    unit.recordChange({ kind, tenantId: tenantId as TenantId, key: String(id) })

  const findTenant = async (id: UserId): Promise<TenantId | undefined> => {
    const row = await db.selectFrom('users').select('tenant_id').where('id', '=', id).executeTakeFirst()
    // Safe as a brand: the column is written from a TenantId.
    return row && (row.tenant_id as TenantId)
  }

  const updateUser = (id: UserId) => db.updateTable('users').where('id', '=', id)

  return {
    async insert(entry): Promise<void> {
      await db.insertInto('users').values(userRow(entry)).execute()
    },

    async updateProfile(id, { fullName, username }): Promise<void> {
      await holdUser(id)
      if (fullName !== undefined) await updateUser(id).set({ full_name: fullName }).execute()
      if (username !== undefined) await updateUser(id).set({ username }).execute()
    },

    async setPasswordHash(id, passwordHash): Promise<void> {
      const { tenant_id } = await holdUser(id)
      await updateUser(id)
        .set((eb) => ({
          password_hash: passwordHash,
          password_version: eb('password_version', '+', 1),
        }))
        .execute()
      recordChange('password', tenant_id, id)
    },

    async replacePasswordHash(id, passwordVersion, passwordHash): Promise<boolean> {
      const { tenant_id, password_version } = await holdUser(id)
      if (password_version !== passwordVersion) return false
      await updateUser(id)
        .set({ password_hash: passwordHash, password_version: passwordVersion + 1 })
        .execute()
      recordChange('password', tenant_id, id)
      return true
    },

    async setBasicAuthEnabled(id, isEnabled): Promise<void> {
      const { tenant_id, basic_auth_enabled } = await holdUser(id)
      if (basic_auth_enabled === flag(isEnabled)) return
      await updateUser(id)
        .set({ basic_auth_enabled: flag(isEnabled) })
        .execute()
      recordChange('password', tenant_id, id)
    },

    async setBlocked(id, isBlocked): Promise<void> {
      const { tenant_id, is_blocked } = await holdUser(id)
      if (is_blocked === flag(isBlocked)) return
      await updateUser(id)
        .set({ is_blocked: flag(isBlocked) })
        .execute()
      recordChange('subject', tenant_id, id)
    },

    async changePrivileges(id, grant, revoke): Promise<void> {
      const { tenant_id } = await holdUser(id)
      const isChanged = await replacePrivileges(unit, id, grant, revoke)
      if (isChanged) recordChange('privilege', tenant_id, id)
    },

    async remove(id): Promise<void> {
      const tenantId = await findTenant(id)
      if (tenantId === undefined) return
      // Whoever makes his groups members of something just now finds him there or not, but not half of him.
      await holdTenant(unit, tenantId)
      await db.deleteFrom('effective_members').where('user_id', '=', id).execute()
      await removePasswordCredential(unit, tenantId, id)
      // It would go with him; but whoever opens a session holds this row first and then asks for his, and each would wait
      // for the other.
      await db.deleteFrom('operators').where('user_id', '=', id).execute()
      const removed = await db
        .deleteFrom('users')
        .where('id', '=', id)
        .returning('tenant_id')
        .executeTakeFirst()
      if (removed === undefined) return
      await removeLines(unit, tenantId, { kind: 'user', id })
      recordChange('subject', tenantId, id)
    },
  }
}

/** @returns whether the user holds other privileges than before */
async function replacePrivileges(
  { db }: UnitOfWork,
  id: UserId,
  grant: readonly string[],
  revoke: readonly string[],
): Promise<boolean> {
  const rows = await db.selectFrom('user_privileges').select('privilege').where('user_id', '=', id).execute()
  const held = rows.map(({ privilege }) => privilege)
  const { added, taken } = privilegeChange(held, grant, revoke)
  if (added.length > 0) {
    const values = added.map((privilege) => ({ user_id: id, privilege }))
    await db.insertInto('user_privileges').values(values).execute()
  }
  if (taken.length > 0) {
    await db.deleteFrom('user_privileges').where('user_id', '=', id).where('privilege', 'in', taken).execute()
  }
  return added.length > 0 || taken.length > 0
}
