import type { FoundSession, LoginState, OperatorState } from '../operators/session-ports.ts'
import type { Grant, SessionKind, SessionRecord } from '../operators/session.ts'
import type { SystemRole } from '../operators/role-names.ts'
import { DEFAULT_PASSWORD_POLICY, type PasswordPolicy } from '../operators/tenant-settings.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { flag, keyReference } from './rows.ts'
import type { OperatorRow, OperatorSessionRow } from './schema.ts'

// Every brand and every narrower type given in this file is safe for one reason: only the functions below and those of
// operators write these columns, and they take the narrower type.

/** How a kind stands in the database. Never renumbered. */
export const sessionKindCodes: Readonly<Record<SessionKind, number>> = { login: 1, token: 2, bearer: 3 }

/** With the id that its operator is shown by. */
export type ShownSessionRow = OperatorSessionRow & { readonly sdwan_operator_id: string }

export function sessionFromRow(row: ShownSessionRow): SessionRecord {
  return {
    id: row.id,
    kind: kindOf(row.kind),
    tenantId: row.tenant_id as TenantId,
    userId: row.user_id as UserId,
    operatorId: row.sdwan_operator_id,
    key: row.session_key,
    expiresAtMillis: row.expires_ms ?? undefined,
    clientAddress: row.client_ip,
    userAgent: row.user_agent,
    isSystemOwned: row.is_system_owned === 1,
    textHash: row.text_hash,
    grant: grantFromRow(row),
    isAddressLocked: row.is_ip_locked === 1,
    isProfileCalled: row.is_profile_called === 1,
    isOwn: row.is_own === 1,
    passwordVersion: row.password_version ?? undefined,
  }
}

/** All but the epoch, which is its token's line's. */
export function sessionRow(session: SessionRecord): Omit<OperatorSessionRow, 'epoch'> {
  return {
    id: session.id,
    tenant_id: session.tenantId,
    user_id: session.userId,
    kind: sessionKindCodes[session.kind],
    text_hash: session.textHash,
    session_key: session.key,
    password_version: session.passwordVersion ?? null,
    roles: JSON.stringify(session.grant.roles),
    custom_role_ids: JSON.stringify(session.grant.customRoleIds),
    expires_ms: session.expiresAtMillis ?? null,
    client_ip: session.clientAddress,
    is_ip_locked: flag(session.isAddressLocked),
    is_profile_called: flag(session.isProfileCalled),
    is_own: flag(session.isOwn),
    is_system_owned: flag(session.isSystemOwned),
    user_agent: session.userAgent,
  }
}

export type OperatorStateRow = Pick<
  OperatorRow,
  'roles' | 'custom_role_ids' | 'session_ip_lock' | 'inactive'
> & {
  readonly tenant_id: number
  readonly user_id: number
  readonly sdwan_operator_id: string
  readonly sdwan_tenant_id: string
  readonly is_blocked: number
  /** Null: the tenant has said nothing. */
  readonly password_policy: string | null
}

export function operatorStateFromRow(row: OperatorStateRow): OperatorState {
  return {
    tenantId: row.tenant_id as TenantId,
    userId: row.user_id as UserId,
    operatorId: row.sdwan_operator_id,
    sdwanTenantId: row.sdwan_tenant_id,
    isShutOut: row.is_blocked === 1 || row.inactive === 1,
    isAddressLocked: row.session_ip_lock === 1 && policyFromText(row.password_policy).isSessionIpLockEnabled,
    grant: grantFromRow(row),
  }
}

export type LoginStateRow = OperatorStateRow &
  Pick<OperatorRow, 'is_locked' | 'failed_logins' | 'ipv4_list'> & {
    readonly password_version: number
    /** Null: nobody knows. */
    readonly password_set_at: number | null
  }

export function loginStateFromRow(row: LoginStateRow): LoginState {
  return {
    ...operatorStateFromRow(row),
    passwordVersion: row.password_version,
    isLocked: row.is_locked === 1,
    ipv4List: listFromText(row.ipv4_list),
    failedLogins: row.failed_logins,
    passwordSetAtMillis: row.password_set_at ?? Number.POSITIVE_INFINITY,
    passwordPolicy: policyFromText(row.password_policy),
  }
}

/** Of a static token; the columns of the others are null. */
export interface TokenColumns {
  readonly serial: number | null
  readonly kid: number | null
  readonly salt: Uint8Array | null
}

export function tokenFromColumns({ serial, kid, salt }: TokenColumns): FoundSession['token'] {
  if (serial === null || kid === null || salt === null) return undefined
  // A revoked one is not found.
  return { serial, isRevoked: false, key: keyReference(kid, salt, null) }
}

export function grantFromRow(row: Pick<OperatorSessionRow, 'roles' | 'custom_role_ids'>): Grant {
  return {
    roles: listFromText(row.roles) as readonly SystemRole[],
    customRoleIds: listFromText(row.custom_role_ids),
  }
}

export function policyFromText(text: string | null): PasswordPolicy {
  return text === null
    ? DEFAULT_PASSWORD_POLICY
    : { ...DEFAULT_PASSWORD_POLICY, ...(JSON.parse(text) as object) }
}

function listFromText(text: string): readonly string[] {
  return JSON.parse(text) as readonly string[]
}

function kindOf(code: number): SessionKind {
  for (const kind of Object.keys(sessionKindCodes) as SessionKind[]) {
    if (sessionKindCodes[kind] === code) return kind
  }
  throw new Error(`no kind of session has code ${code}`)
}
