import type { Kysely } from 'kysely'
import { highestRole, isRole, type Role } from '../accounts/role.ts'
import type { Schema } from './schema.ts'

/** What a user is in his account, by any of his bindings and those of his groups; `undefined`: nothing. */
export async function accountRoleOf(db: Kysely<Schema>, userUuid: string): Promise<Role | undefined> {
  const rows = await db
    .selectFrom('role_bindings')
    .select('role')
    .where('user_uuid', '=', userUuid)
    .unionAll((db) =>
      db
        .selectFrom('account_group_users as m')
        .innerJoin('role_bindings as b', (join) =>
          join.onRef('b.tenant_id', '=', 'm.tenant_id').onRef('b.group_id', '=', 'm.group_id'),
        )
        .select('b.role')
        .where('m.user_uuid', '=', userUuid),
    )
    .execute()
  return highestRole(rows.map(({ role }) => role).filter(isRole))
}
