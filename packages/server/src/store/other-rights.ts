import type { Kysely } from 'kysely'
import type { OtherRights } from '../accounts/ports.ts'
import { isAtLeast } from '../accounts/role.ts'
import type { UserId } from '../directory/user.ts'
import type { SystemRole } from '../operators/role-names.ts'
import type { Grant } from '../operators/session.ts'
import { accountRoleOf } from './account-role.ts'
import type { Schema } from './schema.ts'
import { grantFromRow } from './session-rows.ts'

// One password is good for every API. So whoever sets it by one of them is asked what its user may by the others.

/**
 * Whether a user may something that the other may not, as an administrator of the Onezone or in their account.
 * @param than `undefined`: somebody who may nothing
 */
export async function mayMoreElsewhere(
  db: Kysely<Schema>,
  userId: UserId,
  than: UserId | undefined,
): Promise<boolean> {
  if (await hasOtherPrivileges(db, userId, than ?? NOBODY)) return true
  const role = await accountRoleOf(db, await uuidOf(db, userId))
  return role !== undefined && !isAtLeast(await accountRoleOf(db, await uuidOf(db, than ?? NOBODY)), role)
}

/** The same for those who administer the account: as an administrator of the Onezone, or as an operator. */
export function otherRights(db: Kysely<Schema>): OtherRights {
  return {
    async mayMoreOutside(userUuid, thanUuid): Promise<boolean> {
      const user = await findOperator(db, userUuid)
      const than = await findOperator(db, thanUuid)
      if (await hasOtherPrivileges(db, user?.id ?? NOBODY, than?.id ?? NOBODY)) return true
      return user !== undefined && !isWithin(user.grant, than?.grant ?? NOTHING)
    },
  }
}

/** Canonical ids begin at 1. */
const NOBODY = 0
const NOTHING: Grant = { roles: [], customRoleIds: [] }

/** Empty, as nobody's is, when there is no such user. */
async function uuidOf(db: Kysely<Schema>, userId: number): Promise<string> {
  const row = await db.selectFrom('users').select('uuid').where('id', '=', userId).executeTakeFirst()
  return row?.uuid ?? ''
}

async function hasOtherPrivileges(db: Kysely<Schema>, userId: number, than: number): Promise<boolean> {
  const privilege = await db
    .selectFrom('user_privileges')
    .select('privilege')
    .where('user_id', '=', userId)
    .where('privilege', 'not in', (eb) =>
      eb.selectFrom('user_privileges').select('privilege').where('user_id', '=', than),
    )
    .limit(1)
    .executeTakeFirst()
  return privilege !== undefined
}

/** A user, with what he may as an operator: nothing, if he is none. */
async function findOperator(
  db: Kysely<Schema>,
  uuid: string,
): Promise<{ readonly id: number; readonly grant: Grant } | undefined> {
  const row = await db
    .selectFrom('users as u')
    .leftJoin('operators as o', 'o.user_id', 'u.id')
    .select(['u.id', 'o.roles', 'o.custom_role_ids'])
    .where('u.uuid', '=', uuid)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { id, roles, custom_role_ids } = row
  const isOperator = roles !== null && custom_role_ids !== null
  return { id, grant: isOperator ? grantFromRow({ roles, custom_role_ids }) : NOTHING }
}

/** By the names alone: what custom roles come to is not compared, so those of nobody but a super may be others. */
function isWithin(grant: Grant, than: Grant): boolean {
  const isSuper = than.customRoleIds.length === 0 && than.roles.some((role) => EVERYTHING.has(role))
  const isSame = String(grant.customRoleIds) === String(than.customRoleIds)
  return isSuper || (isSame && grant.roles.every((role) => than.roles.includes(role)))
}

const EVERYTHING: ReadonlySet<SystemRole> = new Set(['tenant_super', 'tenant_root'])
