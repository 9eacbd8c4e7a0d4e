import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { parseExactJson } from '../exact-json.ts'
import type { JsonObject } from '../authority/named-token.ts'
import type { Operator } from '../operators/operator.ts'
import type { CustomPermission, EntryState } from '../operators/permission.ts'
import type { CustomRole } from '../operators/role.ts'
import type { SystemRole } from '../operators/role-names.ts'
import {
  DEFAULT_PASSWORD_POLICY,
  type PasswordPolicy,
  type TenantProfile,
  type TenantSettings,
} from '../operators/tenant-settings.ts'
import { emailKey, flag } from './rows.ts'
import type {
  CustomPermissionRow,
  CustomRoleRow,
  EntryStateColumns,
  OperatorRow,
  OperatorTenantRow,
  TenantRow,
  UserAccountColumns,
  UserRow,
} from './schema.ts'

// Every brand and every narrower type given in this file is safe for one reason: only the functions below write these
// columns, or the migration that made them, and they take the narrower type. Absent texts are empty.

export type ShownOperatorRow = OperatorRow &
  Pick<UserRow, 'sdwan_operator_id' | 'email' | 'full_name' | 'is_blocked'> &
  Pick<UserAccountColumns, 'first_name' | 'last_name'>

export function operatorFromRow(row: ShownOperatorRow): Operator {
  return {
    tenantId: row.tenant_id as TenantId,
    userId: row.user_id as UserId,
    id: row.sdwan_operator_id,
    email: row.email ?? '',
    ...namesFromRow(row),
    roles: JSON.parse(row.roles) as SystemRole[],
    customRoleIds: JSON.parse(row.custom_role_ids) as string[],
    ipv4List: JSON.parse(row.ipv4_list) as string[],
    isSessionIpLocked: row.session_ip_lock === 1,
    profile: parseExactJson(row.profile) as JsonObject,
    isDisabled: row.is_blocked === 1,
    disabledReason: presentText(row.disabled_reason),
    isInactive: row.inactive === 1,
    inactiveReason: presentText(row.inactive_reason),
    isSystemOwned: row.is_system_owned === 1,
    failedLogins: row.failed_logins,
    isLocked: row.is_locked === 1,
    lastLoginAtMillis: row.last_login_at ?? undefined,
    etag: row.etag,
    createdUtc: row.created_utc,
    updatedUtc: row.updated_utc,
  }
}

/** Of a user whom another API made, which has one name for both: its first word, and the others. */
function namesFromRow({
  first_name,
  last_name,
  full_name,
}: ShownOperatorRow): Pick<Operator, 'firstName' | 'lastName'> {
  if (first_name !== '' || last_name !== '') return { firstName: first_name, lastName: last_name }
  const [firstName = '', ...others] = full_name.split(' ')
  return { firstName, lastName: others.join(' ') }
}

/** What can be changed of one, but for what stands with his user. */
export function operatorColumns(operator: Operator) {
  return {
    roles: JSON.stringify(operator.roles),
    custom_role_ids: JSON.stringify(operator.customRoleIds),
    ipv4_list: JSON.stringify(operator.ipv4List),
    session_ip_lock: flag(operator.isSessionIpLocked),
    profile: JSON.stringify(operator.profile),
    disabled_reason: operator.disabledReason ?? '',
    inactive: flag(operator.isInactive),
    inactive_reason: operator.inactiveReason ?? '',
    etag: operator.etag,
    updated_utc: operator.updatedUtc,
  } satisfies Partial<OperatorRow>
}

/** All of it, for the first time. */
export function operatorRow(operator: Operator): OperatorRow {
  return {
    ...operatorColumns(operator),
    user_id: operator.userId,
    tenant_id: operator.tenantId,
    is_system_owned: flag(operator.isSystemOwned),
    failed_logins: operator.failedLogins,
    is_locked: flag(operator.isLocked),
    last_login_at: operator.lastLoginAtMillis ?? null,
    created_utc: operator.createdUtc,
  }
}

/** What of an operator stands with his user. */
export function operatorUserColumns({ email, firstName, lastName, isDisabled }: Operator) {
  return {
    email: presentText(email) ?? null,
    email_key: email === '' ? null : emailKey(email),
    first_name: firstName,
    last_name: lastName,
    is_blocked: flag(isDisabled),
  } satisfies Partial<UserRow & UserAccountColumns>
}

export function customRoleFromRow(
  row: CustomRoleRow,
  customPermissions: readonly CustomPermission[],
): CustomRole {
  return {
    tenantId: row.tenant_id as TenantId,
    id: row.id,
    name: row.name,
    description: presentText(row.description),
    roles: JSON.parse(row.roles) as SystemRole[],
    permissions: JSON.parse(row.permissions) as string[],
    disallowPermissions: JSON.parse(row.disallow_permissions) as string[],
    customPermissions,
    isSystemOwned: row.is_system_owned === 1,
    ...stateFromRow(row),
  }
}

/** All but its custom permissions. */
export function customRoleRow(role: CustomRole): CustomRoleRow {
  return {
    tenant_id: role.tenantId,
    id: role.id,
    name: role.name,
    description: role.description ?? '',
    roles: JSON.stringify(role.roles),
    permissions: JSON.stringify(role.permissions),
    disallow_permissions: JSON.stringify(role.disallowPermissions),
    is_system_owned: flag(role.isSystemOwned),
    ...stateColumns(role),
  }
}

export function customPermissionFromRow(row: CustomPermissionRow): CustomPermission {
  return {
    tenantId: row.tenant_id as TenantId,
    id: row.id,
    value: row.value,
    allowedAfterMs: row.allowed_after_ms ?? undefined,
    allowedBeforeMs: row.allowed_before_ms ?? undefined,
    isDisallowed: row.is_disallowed === 1,
    region: presentText(row.region),
    ...stateFromRow(row),
  }
}

export function customPermissionRow(permission: CustomPermission): CustomPermissionRow {
  return {
    tenant_id: permission.tenantId,
    id: permission.id,
    value: permission.value,
    allowed_after_ms: permission.allowedAfterMs ?? null,
    allowed_before_ms: permission.allowedBeforeMs ?? null,
    is_disallowed: flag(permission.isDisallowed),
    region: permission.region ?? '',
    ...stateColumns(permission),
  }
}

type Entry = EntryState & Pick<CustomRole, 'etag' | 'updatedUtc'>

function stateFromRow(row: EntryStateColumns): Entry {
  return {
    isDisabled: row.disabled === 1,
    disabledReason: presentText(row.disabled_reason),
    isInactive: row.inactive === 1,
    inactiveReason: presentText(row.inactive_reason),
    etag: row.etag,
    updatedUtc: row.updated_utc,
  }
}

function stateColumns(entry: Entry): EntryStateColumns {
  return {
    disabled: flag(entry.isDisabled),
    disabled_reason: entry.disabledReason ?? '',
    inactive: flag(entry.isInactive),
    inactive_reason: entry.inactiveReason ?? '',
    etag: entry.etag,
    updated_utc: entry.updatedUtc,
  }
}

type Nullable<Columns> = { readonly [Name in keyof Columns]: Columns[Name] | null }

export type ShownSettingsRow = Pick<TenantRow, 'id' | 'name' | 'sdwan_tenant_id' | 'created_at'> &
  Nullable<Omit<OperatorTenantRow, 'tenant_id'>>

/** @param row without settings as long as nobody has changed any */
export function settingsFromRow(row: ShownSettingsRow): TenantSettings {
  const createdUtc = `${row.created_at * 1000}0000`.padStart(17, '0')
  return {
    tenantId: row.id as TenantId,
    id: row.sdwan_tenant_id,
    name: row.name,
    canonicalName: presentText(row.canonical_name ?? ''),
    description: presentText(row.description ?? ''),
    // What a newer version asks about is by default where an older one has written.
    passwordPolicy: {
      ...DEFAULT_PASSWORD_POLICY,
      ...(JSON.parse(row.password_policy ?? '{}') as Partial<PasswordPolicy>),
    },
    profile: parseExactJson(row.profile ?? '{}') as TenantProfile,
    etag: row.etag ?? 1,
    createdUtc,
    updatedUtc: row.updated_utc ?? createdUtc,
  }
}

/** All but the name, which stands with the tenant. */
export function settingsRow(settings: TenantSettings): OperatorTenantRow {
  return {
    tenant_id: settings.tenantId,
    canonical_name: settings.canonicalName ?? '',
    description: settings.description ?? '',
    profile: JSON.stringify(settings.profile),
    password_policy: JSON.stringify(settings.passwordPolicy),
    etag: settings.etag,
    updated_utc: settings.updatedUtc,
  }
}

function presentText(text: string): string | undefined {
  return text === '' ? undefined : text
}
