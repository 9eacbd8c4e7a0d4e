import type { JsonObject } from '../../authority/named-token.ts'
import type { CustomPermission, EntryState } from '../../operators/permission.ts'
import type { CustomRole } from '../../operators/role.ts'
import { systemFields } from './render.ts'

/** How objects of a tenant are shown: unified paths tell nothing of tenants. */
export interface Shown {
  readonly isUnified: boolean
  /** Decimal digits. */
  readonly sdwanTenantId: string
}

export function tenantIdJson({ isUnified, sdwanTenantId }: Shown): JsonObject {
  return isUnified ? NOTHING : { tenant_id: sdwanTenantId }
}

const NOTHING = {}

export function stateJson({
  isDisabled,
  disabledReason,
  isInactive,
  inactiveReason,
}: EntryState): JsonObject {
  return {
    disabled: isDisabled,
    disabled_reason: disabledReason ?? null,
    inactive: isInactive,
    inactive_reason: inactiveReason ?? null,
  }
}

export function customPermissionJson(shown: Shown, permission: CustomPermission): JsonObject {
  const { id, value, allowedAfterMs, allowedBeforeMs, isDisallowed, region, etag, updatedUtc } = permission
  return {
    id,
    ...tenantIdJson(shown),
    value,
    allowed_after_ms: allowedAfterMs ?? null,
    allowed_before_ms: allowedBeforeMs ?? null,
    disallow_permission: isDisallowed,
    ...stateJson(permission),
    region: region ?? null,
    ...systemFields({ etag, createdUtc: id, updatedUtc }),
  }
}

/** With its custom permissions as they are now. */
export function customRoleJson(shown: Shown, role: CustomRole): JsonObject {
  const { id, name, description, isSystemOwned, etag, updatedUtc } = role
  return {
    id,
    ...tenantIdJson(shown),
    name,
    description: description ?? null,
    roles: namedRoles(role.roles),
    permissions: permissionValues(role.permissions),
    disallow_permissions: permissionValues(role.disallowPermissions),
    custom_permissions: role.customPermissions.map((permission) => customPermissionJson(shown, permission)),
    is_system_owned: isSystemOwned,
    ...stateJson(role),
    region: null,
    ...systemFields({ etag, createdUtc: id, updatedUtc }),
  }
}

export function namedRoles(roles: readonly string[]): readonly JsonObject[] {
  return roles.map((name) => ({ name }))
}

function permissionValues(values: readonly string[]): readonly JsonObject[] {
  return values.map((value) => ({ value }))
}
