import type { Kysely } from 'kysely'
import type { UserReads } from '../directory/ports.ts'
import type { User, UserWithPassword } from '../directory/user.ts'
import { emailKey, userFromRow, userWithPasswordFromRow } from './rows.ts'
import type { Schema, UserRow } from './schema.ts'

export function userReads(db: Kysely<Schema>): UserReads {
  const findWhere = (columns: Partial<UserRow>): Promise<UserRow | undefined> =>
    db
      .selectFrom('users')
      .selectAll()
      .where((eb) => eb.and(columns))
      .executeTakeFirst()
  const findUser = async (columns: Partial<UserRow>): Promise<User | undefined> => {
    const row = await findWhere(columns)
    return row && userFromRow(row)
  }
  const findWithPassword = async (columns: Partial<UserRow>): Promise<UserWithPassword | undefined> => {
    const row = await findWhere(columns)
    return row && userWithPasswordFromRow(row)
  }

  return {
    findById: (id) => findUser({ id }),
    findByOnezoneId: (tenantId, onezoneId) => findUser({ tenant_id: tenantId, onezone_id: onezoneId }),
    findByUsername: (username) => findWithPassword({ username }),
    findByEmail: (email) => findWithPassword({ email_key: emailKey(email) }),
    findPassword: (id) => findWithPassword({ id }),

    async list(tenantId): Promise<readonly string[]> {
      const rows = await db
        .selectFrom('users')
        .select('onezone_id')
        .where('tenant_id', '=', tenantId)
        .orderBy('onezone_id')
        .execute()
      return rows.map(({ onezone_id }) => onezone_id)
    },

    async hasUsers(tenantId): Promise<boolean> {
      const row = await db
        .selectFrom('users')
        .select('id')
        .where('tenant_id', '=', tenantId)
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },

    async listPrivileges(id): Promise<readonly string[]> {
      const rows = await db
        .selectFrom('user_privileges')
        .select('privilege')
        .where('user_id', '=', id)
        .orderBy('privilege')
        .execute()
      return rows.map(({ privilege }) => privilege)
    },

    async hasPrivilege(id, privilege): Promise<boolean> {
      const row = await db
        .selectFrom('user_privileges')
        .select('privilege')
        .where('user_id', '=', id)
        .where('privilege', '=', privilege)
        .executeTakeFirst()
      return row !== undefined
    },
  }
}
