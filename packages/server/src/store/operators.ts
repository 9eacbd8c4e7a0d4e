import type { ExpressionBuilder, Kysely } from 'kysely'
import type { UserId } from '../directory/user.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { Operator } from '../operators/operator.ts'
import type { OperatorReads, OperatorWrites } from '../operators/operator-ports.ts'
import { holdTenant } from './hold-tenant.ts'
import {
  operatorColumns,
  operatorFromRow,
  operatorRow,
  operatorUserColumns,
  type ShownOperatorRow,
} from './operator-rows.ts'
import { mayMoreElsewhere } from './other-rights.ts'
import { holders, privilegeHolders } from './privilege-holders.ts'
import { userFromRow } from './rows.ts'
import type { Schema } from './schema.ts'
import type { ReadRows, UntilCommit } from './sql-store.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** The point reads are hot, and written out. */
export function operatorReads(db: Kysely<Schema>, read: ReadRows, again: UntilCommit): OperatorReads {
  const operator = async (sql: string, parameters: readonly (string | number)[]) => {
    // Safe: the statements select exactly these columns.
    const [row] = (await read(sql, parameters)) as ShownOperatorRow[]
    return row && operatorFromRow(row)
  }
  return {
    async page(tenantId, after, limit): Promise<readonly Operator[]> {
      const rows = await shownOperators(db)
        .where('operators.tenant_id', '=', tenantId)
        .where((eb) => (after === undefined ? eb.lit(true) : comesAfter(eb, after)))
        .limit(limit)
        .orderBy('operators.created_utc')
        .orderBy('operators.user_id')
        .execute()
      return rows.map(operatorFromRow)
    },
    find: again('operator', (tenantId: TenantId, id: string) => operator(OPERATOR_BY_ID, [tenantId, id])),
    findOf: again('operator of', (userId: UserId) => operator(OPERATOR_OF, [userId])),
    hasSuper: (tenantId) => hasSuper(db, tenantId, undefined),
    async listWithoutSuper(privilege) {
      const administrators = holders(db, privilege).where('users.is_blocked', '=', 0)
      const rows = await db
        .selectFrom('tenants')
        .select('tenants.id')
        .where('tenants.id', 'not in', supers(db).select('operators.tenant_id'))
        .where('tenants.id', 'in', administrators.select('users.tenant_id'))
        .orderBy('tenants.id')
        .execute()
      // Safe as a brand: the column is written from a TenantId.
      return rows.map(({ id }) => id as TenantId)
    },
    mayMoreElsewhere: (userId, than) => mayMoreElsewhere(db, userId, than),
  }
}

export function operatorWrites(unit: UnitOfWork): OperatorWrites {
  const { db, hasRowLocks } = unit

  const findOf = async (userId: UserId): Promise<Operator | undefined> => {
    const row = await shownOperators(db)
      .where('operators.user_id', '=', userId)
      .$if(hasRowLocks, (query) => query.forNoKeyUpdate())
      .executeTakeFirst()
    return row && operatorFromRow(row)
  }

  return {
    hold: (tenantId) => holdTenant(unit, tenantId),
    findOf,

    async find(tenantId, operatorId): Promise<Operator | undefined> {
      const row = await operatorById(db, tenantId, operatorId)
        .$if(hasRowLocks, (query) => query.forNoKeyUpdate())
        .executeTakeFirst()
      return row && operatorFromRow(row)
    },

    async insert(operator): Promise<void> {
      await db.insertInto('operators').values(operatorRow(operator)).execute()
      await updateUser(unit, operator)
      await insertCustomRoles(unit, operator)
    },

    async update(operator): Promise<void> {
      const { tenantId, userId } = operator
      const before = await findOf(userId)
      await db.updateTable('operators').set(operatorColumns(operator)).where('user_id', '=', userId).execute()
      await updateUser(unit, operator)
      const key = String(userId)
      if (before === undefined || hasOtherRoles(before, operator)) {
        await db.deleteFrom('operator_custom_roles').where('user_id', '=', userId).execute()
        await insertCustomRoles(unit, operator)
        unit.recordChange({ kind: 'role', tenantId, key })
      }
      if (before === undefined || getsInOtherwise(before, operator)) {
        unit.recordChange({ kind: 'subject', tenantId, key })
      }
    },

    async unlock(userId): Promise<void> {
      await db
        .updateTable('operators')
        .set({ is_locked: 0, failed_logins: 0 })
        .where('user_id', '=', userId)
        .execute()
    },

    hasOtherSuper: (tenantId, userId) => hasSuper(db, tenantId, userId),

    async listHolders(tenantId, privilege) {
      const rows = await privilegeHolders(db, tenantId, privilege)
      return rows.map(userFromRow)
    },
  }
}

/** In the order of their making. */
function comesAfter(eb: ExpressionBuilder<Schema, 'operators'>, { createdUtc, userId }: Operator) {
  return eb.and([
    // The index begins with it.
    eb('operators.created_utc', '>=', createdUtc),
    eb.or([eb('operators.created_utc', '>', createdUtc), eb('operators.user_id', '>', userId)]),
  ])
}

const shown = (condition: string): string => `
  select o.*, u.sdwan_operator_id, u.email, u.full_name, u.first_name, u.last_name, u.is_blocked
  from (select * from users where ${condition}) u
  join operators o on o.user_id = u.id`

const OPERATOR_BY_ID = shown('tenant_id = $1 and sdwan_operator_id = $2')
const OPERATOR_OF = shown('id = $1')

function shownOperators(db: Kysely<Schema>) {
  return db
    .selectFrom('operators')
    .innerJoin('users', 'users.id', 'operators.user_id')
    .selectAll('operators')
    .select([
      'users.sdwan_operator_id',
      'users.email',
      'users.full_name',
      'users.first_name',
      'users.last_name',
      'users.is_blocked',
    ])
}

function operatorById(db: Kysely<Schema>, tenantId: TenantId, operatorId: string) {
  return shownOperators(db)
    .where('users.sdwan_operator_id', '=', operatorId)
    .where('operators.tenant_id', '=', tenantId)
}

async function updateUser({ db }: UnitOfWork, operator: Operator): Promise<void> {
  await db.updateTable('users').set(operatorUserColumns(operator)).where('id', '=', operator.userId).execute()
}

async function insertCustomRoles(
  { db }: UnitOfWork,
  { tenantId, userId, customRoleIds }: Operator,
): Promise<void> {
  if (customRoleIds.length === 0) return
  const rows = customRoleIds.map((id) => ({ tenant_id: tenantId, role_id: id, user_id: userId }))
  await db.insertInto('operator_custom_roles').values(rows).execute()
}

function hasOtherRoles(before: Operator, after: Operator): boolean {
  return (
    String(before.roles) !== String(after.roles) ||
    String(before.customRoleIds) !== String(after.customRoleIds)
  )
}

function getsInOtherwise(before: Operator, after: Operator): boolean {
  return (
    before.isDisabled !== after.isDisabled ||
    before.isInactive !== after.isInactive ||
    before.isSessionIpLocked !== after.isSessionIpLocked
  )
}

/** @param except not counted */
async function hasSuper(
  db: Kysely<Schema>,
  tenantId: TenantId,
  except: UserId | undefined,
): Promise<boolean> {
  const row = await supers(db)
    .select('operators.user_id')
    .where('operators.tenant_id', '=', tenantId)
    .where('operators.user_id', '!=', except ?? NOBODY)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Canonical ids begin at 1. */
const NOBODY = 0

/** Whoever may do everything, and is not kept from it. */
function supers(db: Kysely<Schema>) {
  return db
    .selectFrom('operators')
    .innerJoin('users', 'users.id', 'operators.user_id')
    .where('operators.inactive', '=', 0)
    .where('operators.is_locked', '=', 0)
    .where('operators.is_system_owned', '=', 0)
    .where('users.is_blocked', '=', 0)
    .where((eb) =>
      eb.or([
        eb('operators.roles', 'like', '%"tenant_super"%'),
        eb('operators.roles', 'like', '%"tenant_root"%'),
      ]),
    )
}
