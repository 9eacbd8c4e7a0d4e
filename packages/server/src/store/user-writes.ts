import type { UserWrites } from '../directory/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { Refused } from '../failure.ts'
import type { ChangeKind } from '../change.ts'
import { allAudienceCodes, userKindCode } from './codes.ts'
import { flag, userRow } from './rows.ts'
import { scheduleSweep } from './sweeps.ts'
import { lineColumnNames } from './token-lines.ts'
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
      const removed = await db
        .deleteFrom('users')
        .where('id', '=', id)
        .returning('tenant_id')
        .executeTakeFirst()
      if (removed === undefined) return
      await removeLines(unit, removed.tenant_id, id)
      recordChange('subject', removed.tenant_id, id)
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
  const present = new Set(rows.map(({ privilege }) => privilege))
  const revoked = new Set(revoke)
  const added = [...new Set(grant)].filter((each) => !present.has(each) && !revoked.has(each))
  const taken = [...revoked].filter((each) => present.has(each))
  if (added.length > 0) {
    const values = added.map((privilege) => ({ user_id: id, privilege }))
    await db.insertInto('user_privileges').values(values).execute()
  }
  if (taken.length > 0) {
    await db.deleteFrom('user_privileges').where('user_id', '=', id).where('privilege', 'in', taken).execute()
  }
  return added.length > 0 || taken.length > 0
}

/** Without its line no named token is alive and no generation exists; the tokens' rows are swept later. */
async function removeLines(unit: UnitOfWork, tenantId: number, id: UserId): Promise<void> {
  const lines = await unit.db
    .deleteFrom('token_lines')
    .where('tenant_id', '=', tenantId)
    // All of them, by name: without the audience the index would be read for every user of the tenant.
    .where('audience', 'in', allAudienceCodes)
    .where('subject_kind', '=', userKindCode)
    .where('subject_id', '=', id)
    .returning([...lineColumnNames, 'epoch'])
    .execute()
  for (const { epoch, ...line } of lines) await scheduleSweep(unit, { ...line, below_epoch: epoch + 1 })
}
