import type { FoundSession, OperatorState, SessionVerificationReads } from '../operators/session-ports.ts'
import { audienceCode, userKindCode } from './codes.ts'
import {
  operatorStateFromRow,
  type OperatorStateRow,
  sessionFromRow,
  sessionKindCodes,
  type ShownSessionRow,
  tokenFromColumns,
  type TokenColumns,
} from './session-rows.ts'
import type { PointRead } from './verification-reads.ts'

/** Each is one statement, written out as the other hot reads. @param sign before a parameter's number */
export function sessionVerificationReads(read: PointRead, sign: '$' | '?'): SessionVerificationReads {
  const findSession = FIND_SESSION.replaceAll('$', sign)
  const findOperator = FIND_OPERATOR.replaceAll('$', sign)
  return {
    async findByHash(textHash): Promise<FoundSession | undefined> {
      // Safe: the statement selects exactly these columns.
      const row = (await read(findSession, [textHash])) as FoundRow | undefined
      return row && foundFromRow(row)
    },
    async findOperator(userId): Promise<OperatorState | undefined> {
      // Safe, as above.
      const row = (await read(findOperator, [userId])) as OperatorStateRow | undefined
      return row && operatorStateFromRow(row)
    },
  }
}

type FoundRow = ShownSessionRow &
  TokenColumns &
  Omit<OperatorStateRow, 'roles' | 'custom_role_ids'> & {
    readonly operator_roles: string
    readonly operator_custom_role_ids: string
  }

function foundFromRow(row: FoundRow): FoundSession {
  const { operator_roles: roles, operator_custom_role_ids: custom_role_ids } = row
  return {
    session: sessionFromRow(row),
    operator: operatorStateFromRow({ ...row, roles, custom_role_ids }),
    token: tokenFromColumns(row),
  }
}

// As in `verification-reads.ts`, the parameter stands in a table of its own.

const OPERATOR_COLUMNS = `u.sdwan_operator_id, u.is_blocked, o.session_ip_lock, o.inactive, t.sdwan_tenant_id, p.password_policy`

const FIND_SESSION = `
  select s.*, ${OPERATOR_COLUMNS}, o.roles as operator_roles, o.custom_role_ids as operator_custom_role_ids,
    n.serial, n.kid, n.salt
  from (select * from operator_sessions where text_hash = $1 limit 1) s
  join users u on u.id = s.user_id
  join operators o on o.user_id = s.user_id
  join tenants t on t.id = s.tenant_id
  left join operator_tenants p on p.tenant_id = s.tenant_id
  left join token_lines l on s.kind = ${sessionKindCodes.token} and l.tenant_id = s.tenant_id
    and l.audience = ${audienceCode('sdwan')} and l.subject_kind = ${userKindCode} and l.subject_id = s.user_id
    and l.epoch = s.epoch
  left join named_tokens n on n.tenant_id = l.tenant_id and n.audience = l.audience and n.id = s.id
    and n.epoch = l.epoch and n.is_revoked = 0
  where (s.kind <> ${sessionKindCodes.token} or n.serial is not null)
    and (s.password_version is null or s.password_version = u.password_version)`

const FIND_OPERATOR = `
  select u.tenant_id, u.id as user_id, o.roles, o.custom_role_ids, ${OPERATOR_COLUMNS}
  from (select * from users where id = $1 limit 1) u
  join operators o on o.user_id = u.id
  join tenants t on t.id = u.tenant_id
  left join operator_tenants p on p.tenant_id = u.tenant_id`
