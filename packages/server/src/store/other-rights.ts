import type { Kysely } from 'kysely'
import { highestRole, isAtLeast, isRole, type Role } from '../accounts/role.ts'
import type { UserId } from '../directory/user.ts'
import type { Schema } from './schema.ts'

/**
 * Whether a user may something that the other may not, as an administrator of the Onezone or in their account.
 * @param than `undefined`: somebody who may nothing
 */
export async function mayMoreElsewhere(
  db: Kysely<Schema>,
  userId: UserId,
  than: UserId | undefined,
): Promise<boolean> {
  const privilege = await db
    .selectFrom('user_privileges')
    .select('privilege')
    .where('user_id', '=', userId)
    .where('privilege', 'not in', (eb) =>
      eb
        .selectFrom('user_privileges')
        .select('privilege')
        .where('user_id', '=', than ?? NOBODY),
    )
    .limit(1)
    .executeTakeFirst()
  if (privilege !== undefined) return true
  const role = await accountRole(db, userId)
  return role !== undefined && !isAtLeast(await accountRole(db, than ?? NOBODY), role)
}

/** Canonical ids begin at 1. */
const NOBODY = 0

/** By any of his bindings and those of his groups. */
async function accountRole(db: Kysely<Schema>, userId: number): Promise<Role | undefined> {
  const rows = await db
    .selectFrom('users as u')
    .innerJoin('role_bindings as b', 'b.user_uuid', 'u.uuid')
    .select('b.role')
    .where('u.id', '=', userId)
    .unionAll((db) =>
      db
        .selectFrom('users as u')
        .innerJoin('account_group_users as m', 'm.user_uuid', 'u.uuid')
        .innerJoin('role_bindings as b', (join) =>
          join.onRef('b.tenant_id', '=', 'm.tenant_id').onRef('b.group_id', '=', 'm.group_id'),
        )
        .select('b.role')
        .where('u.id', '=', userId),
    )
    .execute()
  return highestRole(rows.map(({ role }) => role).filter(isRole))
}
