import { loginsKey } from '../change.ts'
import type { SessionWrites } from '../operators/session-ports.ts'
import type { SessionRecord } from '../operators/session.ts'
import type { TenantId } from '../directory/tenant.ts'
import { audienceCode, userKindCode } from './codes.ts'
import { flag } from './rows.ts'
import type { LineColumns } from './schema.ts'
import { livingSessions } from './session-reads.ts'
import { loginStateFromRow, sessionFromRow, sessionKindCodes, sessionRow } from './session-rows.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function sessionWrites(unit: UnitOfWork): SessionWrites {
  const { db } = unit
  return {
    async holdOperator(userId) {
      const row = await db
        .selectFrom('operators as o')
        .innerJoin('users as u', 'u.id', 'o.user_id')
        .innerJoin('tenants as t', 't.id', 'o.tenant_id')
        .leftJoin('operator_tenants as p', 'p.tenant_id', 'o.tenant_id')
        .leftJoin('operator_passwords as w', (join) =>
          join.onRef('w.user_id', '=', 'u.id').onRef('w.password_version', '=', 'u.password_version'),
        )
        .select([
          'o.tenant_id',
          'o.user_id',
          'o.roles',
          'o.custom_role_ids',
          'o.session_ip_lock',
          'o.inactive',
        ])
        .select(['o.is_locked', 'o.failed_logins', 'o.ipv4_list'])
        .select(['u.sdwan_operator_id', 'u.is_blocked', 'u.password_version'])
        .select(['t.sdwan_tenant_id', 'p.password_policy', 'w.set_at as password_set_at'])
        .where('o.user_id', '=', userId)
        // Not `for update`: whatever refers to him need not wait for this.
        .$if(unit.hasRowLocks, (query) => query.forNoKeyUpdate(['o']))
        .executeTakeFirst()
      return row && loginStateFromRow(row)
    },

    async insert(session): Promise<void> {
      const epoch = session.kind === 'token' ? await epochOf(unit, session) : null
      await db
        .insertInto('operator_sessions')
        .values({ ...sessionRow(session), epoch })
        .execute()
      const roles = [...new Set(session.grant.customRoleIds)]
      if (roles.length === 0) return
      await db
        .insertInto('operator_session_roles')
        .values(roles.map((role_id) => ({ role_id, session_id: session.id })))
        .execute()
    },

    async find(tenantId, id, nowMillis) {
      const row = await livingSessions(db, tenantId, nowMillis)
        .where('s.id', '=', id)
        .$if(unit.hasRowLocks, (query) => query.forUpdate(['s']))
        .executeTakeFirst()
      return row && sessionFromRow(row)
    },

    async countTokens(tenantId, userId, nowMillis): Promise<number> {
      const rows = await livingSessions(db, tenantId, nowMillis)
        .where('s.user_id', '=', userId)
        .where('s.kind', '=', sessionKindCodes.token)
        .execute()
      return rows.length
    },

    async end({ tenantId, id }): Promise<void> {
      const { numDeletedRows } = await db
        .deleteFrom('operator_sessions')
        .where('id', '=', id)
        .where('tenant_id', '=', tenantId)
        .executeTakeFirstOrThrow()
      if (numDeletedRows > 0n) unit.recordChange({ kind: 'session', tenantId, key: id })
    },

    async endLogins(tenantId, userId): Promise<void> {
      await db
        .deleteFrom('operator_sessions')
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('kind', '=', sessionKindCodes.login)
        .execute()
      unit.recordChange({ kind: 'session', tenantId, key: loginsKey(userId) })
    },

    async endLoginsBefore(tenantId, userId, latest): Promise<void> {
      const first = await db
        .selectFrom('operator_sessions')
        .select('id')
        .where('user_id', '=', userId)
        .where('kind', '=', sessionKindCodes.login)
        .orderBy('id', 'desc')
        .limit(1)
        .offset(latest)
        .executeTakeFirst()
      if (first === undefined) return
      const ended = await db
        .deleteFrom('operator_sessions')
        .where('user_id', '=', userId)
        .where('kind', '=', sessionKindCodes.login)
        .where('id', '<=', first.id)
        .returning('id')
        .execute()
      for (const { id } of ended) unit.recordChange({ kind: 'session', tenantId, key: id })
    },

    async renewLogin({ id }, passwordVersion): Promise<void> {
      await db
        .updateTable('operator_sessions')
        .set({ password_version: passwordVersion })
        .where('id', '=', id)
        .where('kind', '=', sessionKindCodes.login)
        .execute()
    },

    async noteProfileCall({ id }): Promise<void> {
      await db
        .updateTable('operator_sessions')
        .set({ is_profile_called: flag(true) })
        .where('id', '=', id)
        .execute()
    },
  }
}

/** The token's record is there, and holds its line. */
async function epochOf({ db }: UnitOfWork, { tenantId, userId }: SessionRecord): Promise<number> {
  const { epoch } = await db
    .selectFrom('token_lines')
    .select('epoch')
    .where('tenant_id', '=', tenantId)
    .where('audience', '=', audienceCode('sdwan'))
    .where('subject_kind', '=', userKindCode)
    .where('subject_id', '=', userId)
    .executeTakeFirstOrThrow()
  return epoch
}

/** With its token, in the same transaction. */
export async function removeSessionOf(
  { db }: UnitOfWork,
  tenantId: TenantId,
  tokenId: string,
): Promise<void> {
  await db
    .deleteFrom('operator_sessions')
    .where('id', '=', tokenId)
    .where('tenant_id', '=', tenantId)
    .execute()
}

/** Those of dead tokens, which the sweeper removes before these. @returns how many, at most `limit` */
export async function removeDeadSessions(
  { db, hasRowLocks }: UnitOfWork,
  { tenant_id, audience, subject_kind, subject_id }: LineColumns,
  belowEpoch: number,
  limit: number,
): Promise<number> {
  if (audience !== audienceCode('sdwan') || subject_kind !== userKindCode) return 0
  const { numDeletedRows } = await db
    .with(
      (cte) => cte('doomed_sessions').materialized(),
      (db) =>
        db
          .selectFrom('operator_sessions')
          .select('id')
          .where('tenant_id', '=', tenant_id)
          .where('user_id', '=', subject_id)
          .where('kind', '=', sessionKindCodes.token)
          .where('epoch', '<', belowEpoch)
          .limit(limit)
          .$if(hasRowLocks, (query) => query.forUpdate().skipLocked()),
    )
    .deleteFrom('operator_sessions')
    .where('id', 'in', (eb) => eb.selectFrom('doomed_sessions').select('id'))
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
