import { type ExpressionBuilder, type Kysely, sql } from 'kysely'
import type { SessionReads } from '../operators/session-ports.ts'
import type { Session } from '../operators/session.ts'
import type { TenantId } from '../directory/tenant.ts'
import { audienceCode, userKindCode } from './codes.ts'
import type { Schema } from './schema.ts'
import { sessionFromRow, type ShownSessionRow } from './session-rows.ts'
import type { ReadRows, UntilCommit } from './sql-store.ts'

/** Written out, as the other hot reads. What is over is left out afterwards, so that reading again gives the same. */
export function sessionReads(read: ReadRows, again: UntilCommit): SessionReads {
  // Safe: the statements select exactly these columns.
  const sessions = async (sql: string, parameters: readonly (string | number)[]) =>
    ((await read(sql, parameters)) as ShownSessionRow[]).map(sessionFromRow)
  const listOf = again('sessions of', async (tenantId: number, userId: number) =>
    (await sessions(SESSIONS_OF, [tenantId, userId])).toSorted(byId),
  )
  const findBy = again('session', async (tenantId: number, id: string) =>
    (await sessions(SESSION_BY_ID, [tenantId, id])).at(0),
  )
  return {
    async list(tenantId, userId, kinds, nowMillis) {
      const found = await listOf(tenantId, userId)
      return found.filter((session) => kinds.includes(session.kind) && !isOver(session, nowMillis))
    },

    async find(tenantId, id, nowMillis) {
      const found = await findBy(tenantId, id)
      return found === undefined || isOver(found, nowMillis) ? undefined : found
    },
  }
}

/** All have as many digits. */
function byId(one: Session, other: Session): number {
  return one.id < other.id ? -1 : 1
}

function isOver({ expiresAtMillis }: Session, nowMillis: number): boolean {
  return expiresAtMillis !== undefined && expiresAtMillis <= nowMillis
}

const living = (condition: string): string => `
  select s.*, u.sdwan_operator_id
  from (select * from operator_sessions where ${condition}) s
  join users u on u.id = s.user_id
  left join token_lines l on l.tenant_id = s.tenant_id and l.audience = ${audienceCode('sdwan')}
    and l.subject_kind = ${userKindCode} and l.subject_id = s.user_id
  where (s.password_version is null or s.password_version = u.password_version)
    and (s.epoch is null or s.epoch = l.epoch)`

const SESSIONS_OF = living('tenant_id = $1 and user_id = $2')
const SESSION_BY_ID = living('tenant_id = $1 and id = $2')

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
