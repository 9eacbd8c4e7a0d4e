import type { CallerFacts } from '../accounts/caller.ts'
import type { AccountState } from '../accounts/account.ts'
import type { UserState } from '../accounts/account-user.ts'
import type { CallerReads } from '../accounts/ports.ts'
import { ROLES } from '../accounts/role.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import type { PointRead } from './verification-reads.ts'

/** Each is one statement. Their text is written out, as that of the other hot reads. @param sign before a parameter's number */
export function callerReads(read: PointRead, sign: '$' | '?'): CallerReads {
  const caller = FIND_CALLER.replaceAll('$', sign)
  const owner = HAS_OWNER.replaceAll('$', sign)
  return {
    async findCaller(userId): Promise<CallerFacts | undefined> {
      // Safe: the statement selects exactly these columns.
      const row = (await read(caller, [userId])) as CallerRow | undefined
      return row && factsFromRow(row)
    },
    hasOwner: async (tenantId) => (await read(owner, [tenantId])) !== undefined,
  }
}

interface CallerRow {
  readonly tenant_id: number
  readonly astra_account_id: string
  readonly account_state: string
  readonly account_is_enabled: number
  readonly is_default: number
  readonly user_id: number
  readonly uuid: string
  readonly user_state: string
  readonly is_blocked: number
  readonly own_rank: number | null
  readonly group_rank: number | null
}

// The brands and states are safe: the columns are written from these.
function factsFromRow(row: CallerRow): CallerFacts {
  return {
    tenantId: row.tenant_id as TenantId,
    account: {
      id: row.astra_account_id,
      state: row.account_state as AccountState,
      isEnabled: row.account_is_enabled === 1,
      isDefault: row.is_default === 1,
    },
    userId: row.user_id as UserId,
    userUuid: row.uuid,
    state: row.user_state as UserState,
    isEnabled: row.is_blocked === 0,
    role: ROLES[Math.max(row.own_rank ?? -1, row.group_rank ?? -1)],
  }
}

/** The place of a role among {@link ROLES}. */
const rankOf = (column: string): string =>
  `case ${column} ${ROLES.map((role, rank) => `when '${role}' then ${rank}`).join(' ')} end`

// As in `verification-reads.ts`, the parameter stands in a table of its own, and nothing is asked with `exists`.

const FIND_CALLER = `
  select t.id as tenant_id, t.astra_account_id, t.account_state, t.account_is_enabled, t.is_default,
    u.id as user_id, u.uuid, u.account_state as user_state, u.is_blocked,
    ${rankOf('b.role')} as own_rank,
    (
      select max(${rankOf('g.role')})
      from account_group_users m
      join role_bindings g on g.tenant_id = m.tenant_id and g.group_id = m.group_id
      where m.user_uuid = u.uuid
    ) as group_rank
  from (select id, uuid, tenant_id, account_state, is_blocked from users where id = $1 limit 1) u
  join tenants t on t.id = u.tenant_id
  left join role_bindings b on b.user_uuid = u.uuid`

const HAS_OWNER = `select id from role_bindings where tenant_id = $1 and role = 'owner' limit 1`
