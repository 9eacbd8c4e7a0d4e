import { isSystemRole, type SystemRole } from './role-names.ts'

/**
 * Everything that can be permitted: a method, `+`, and the path of a call below its version, with its parameters in
 * brackets. The calls without tenant are permitted as those with it are. What every caller may (his profile, what he may
 * do, logging out) is not here, for nobody can be denied it.
 */
export const API_PERMISSIONS = [
  'GET+/api/tenants/[tenant_id]',
  'PUT+/api/tenants/[tenant_id]',
  'PATCH+/api/tenants/[tenant_id]',
  'GET+/api/tenants/[tenant_id]/operators',
  'POST+/api/tenants/[tenant_id]/operators',
  'GET+/api/tenants/[tenant_id]/operators/[operator_id]',
  'PUT+/api/tenants/[tenant_id]/operators/[operator_id]',
  'PATCH+/api/tenants/[tenant_id]/operators/[operator_id]',
  'DELETE+/api/tenants/[tenant_id]/operators/[operator_id]',
  'GET+/api/tenants/[tenant_id]/operators/[operator_id]/authtokens',
  'POST+/api/tenants/[tenant_id]/operators/[operator_id]/authtokens',
  'GET+/api/tenants/[tenant_id]/operators/[operator_id]/authtokens/[authtoken_id]',
  'DELETE+/api/tenants/[tenant_id]/operators/[operator_id]/authtokens/[authtoken_id]',
  'GET+/api/tenants/[tenant_id]/operators/[operator_id]/sessions',
  'GET+/api/tenants/[tenant_id]/operators/[operator_id]/sessions/[session_id]',
  'DELETE+/api/tenants/[tenant_id]/operators/[operator_id]/sessions/[session_id]',
  'GET+/api/tenants/[tenant_id]/operators/[operator_id]/clients/permissions',
  'GET+/api/tenants/[tenant_id]/roles',
  'POST+/api/tenants/[tenant_id]/roles',
  'GET+/api/tenants/[tenant_id]/roles/[role_id]',
  'PUT+/api/tenants/[tenant_id]/roles/[role_id]',
  'DELETE+/api/tenants/[tenant_id]/roles/[role_id]',
  'GET+/api/tenants/[tenant_id]/permissions',
  'POST+/api/tenants/[tenant_id]/permissions',
  'GET+/api/tenants/[tenant_id]/permissions/[permission_id]',
  'PUT+/api/tenants/[tenant_id]/permissions/[permission_id]',
  'DELETE+/api/tenants/[tenant_id]/permissions/[permission_id]',
  'GET+/api/tenants/[tenant_id]/base_roles',
  'GET+/api/tenants/[tenant_id]/base_permissions',
  'POST+/api/tenants/[tenant_id]/accounts/password/change',
  'GET+/api/tenants/[tenant_id]/clients',
  'POST+/api/tenants/[tenant_id]/clients/[client_id]/login',
  'POST+/api/tenants/[tenant_id]/logout',
] as const

export type ApiPermission = (typeof API_PERMISSIONS)[number]

/** What a system role grants by itself; nothing, if it is not for ordinary tenants. */
export function basePermissions(role: string): ReadonlySet<ApiPermission> {
  return (isSystemRole(role) && BASE_PERMISSIONS.get(role)) || NOTHING
}

const NOTHING: ReadonlySet<ApiPermission> = new Set()

const AUTH_TOKENS = /^(POST|DELETE)\+.*\/authtokens\b/
/** What whoever administers users and roles changes. */
const IDENTITIES = /^\w+\+\/api\/tenants\/\[tenant_id\]\/(operators|roles|permissions)\b/

const read = (value: ApiPermission): boolean => value.startsWith('GET+')
const ownPassword = (value: ApiPermission): boolean => value.endsWith('/accounts/password/change')
const clients = (value: ApiPermission): boolean => value.includes('[client_id]') || value.endsWith('/logout')
const viewonly = (value: ApiPermission): boolean => read(value) || ownPassword(value) || clients(value)
const network = (value: ApiPermission): boolean => viewonly(value) || AUTH_TOKENS.test(value)

/** The roles of ordinary tenants. What lies behind those of network and security is no part of this service. */
const GRANTED: Partial<Record<SystemRole, (value: ApiPermission) => boolean>> = {
  tenant_viewonly: viewonly,
  tenant_network_admin: network,
  tenant_security_admin: network,
  tenant_iam_admin: (value) => network(value) || IDENTITIES.test(value),
  tenant_super: () => true,
  tenant_root: () => true,
}

const BASE_PERMISSIONS: ReadonlyMap<SystemRole, ReadonlySet<ApiPermission>> = new Map(
  // Safe: the keys are those of the record above.
  (Object.keys(GRANTED) as SystemRole[]).map((role) => [
    role,
    new Set(API_PERMISSIONS.filter((value) => GRANTED[role]?.(value) === true)),
  ]),
)
