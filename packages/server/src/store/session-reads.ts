import { type ExpressionBuilder, type Kysely, sql } from 'kysely'
import type { SessionReads } from '../operators/session-ports.ts'
import type { SessionKind } from '../operators/session.ts'
import type { TenantId } from '../directory/tenant.ts'
import { audienceCode, userKindCode } from './codes.ts'
import type { Schema } from './schema.ts'
import { sessionFromRow, sessionKindCodes } from './session-rows.ts'

export function sessionReads(db: Kysely<Schema>): SessionReads {
  return {
    async list(tenantId, userId, kinds, nowMillis) {
      const rows = await livingSessions(db, tenantId, nowMillis)
        .where('s.user_id', '=', userId)
        .where('s.kind', 'in', kindCodes(kinds))
        .orderBy('s.id')
        .execute()
      return rows.map(sessionFromRow)
    },

    async find(tenantId, id, nowMillis) {
      const row = await livingSessions(db, tenantId, nowMillis).where('s.id', '=', id).executeTakeFirst()
      return row && sessionFromRow(row)
    },
  }
}

function kindCodes(kinds: readonly SessionKind[]): readonly number[] {
  return kinds.map((kind) => sessionKindCodes[kind])
}

/** The tenant's sessions that would be accepted, as far as that hangs on themselves: `s`, and `u` their users. */
export function livingSessions(db: Kysely<Schema>, tenantId: TenantId, nowMillis: number) {
  return db
    .selectFrom('operator_sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .selectAll('s')
    .select('u.sdwan_operator_id')
    .where('s.tenant_id', '=', tenantId)
    .where(isLiving(nowMillis))
}

function isLiving(nowMillis: number) {
  return (
    eb: ExpressionBuilder<Schema & { s: Schema['operator_sessions']; u: Schema['users'] }, 's' | 'u'>,
  ) =>
    eb.and([
      eb.or([eb('s.expires_ms', 'is', null), eb('s.expires_ms', '>', nowMillis)]),
      eb.or([
        eb('s.password_version', 'is', null),
        eb('s.password_version', '=', eb.ref('u.password_version')),
      ]),
      eb.or([eb('s.epoch', 'is', null), eb('s.epoch', '=', sql<number>`${sql.raw(EPOCH_OF_LINE)}`)]),
    ])
}

/** Of a session's line; null where there is none. */
const EPOCH_OF_LINE = `(
  select l.epoch from token_lines l
  where l.tenant_id = s.tenant_id and l.audience = ${audienceCode('sdwan')}
    and l.subject_kind = ${userKindCode} and l.subject_id = s.user_id
)`
