import { basePermissions } from './base-permissions.ts'
import { namedApis } from './evaluation.ts'
import { checkRules, type OperatorRule } from './operator-rule.ts'
import { parsePermission, tenantNamedBy } from './permission-value.ts'
import { familyOf, isRoot, isSolo, type SystemRole } from './role-names.ts'

/** What an operator can have at once. @throws {Refused} `operator_rule` */
export function checkAssignable(roles: readonly SystemRole[]): void {
  const families = new Set(roles.map(familyOf))
  checkRules([
    ...when('multiple_system_roles', isRepeated(roles) || families.size > 1 || isSoloCombined(roles)),
    ...when('system_role_unassignable', roles.some(isUnassignable)),
  ])
}

/** Roles of whoever runs the service or serves others, for there are no such tenants here. */
function isUnassignable(role: SystemRole): boolean {
  return familyOf(role) !== 'tenant'
}

/** What a custom role consists of, before anybody's rights are looked at. */
export interface RoleContent {
  readonly roles: readonly SystemRole[]
  readonly permissions: readonly string[]
  readonly disallowPermissions: readonly string[]
  readonly customPermissionIds: readonly string[]
}

/** Every rule that a custom role breaks by what it says. @param sdwanTenantId of the tenant that it is of */
export function brokenByContent(content: RoleContent, sdwanTenantId: string): readonly OperatorRule[] {
  const { roles, permissions, disallowPermissions, customPermissionIds } = content
  const all = [...permissions, ...disallowPermissions]
  return [
    ...brokenByRoles(roles),
    ...when(
      'permission_of_other_tenant',
      all.some((value) => isOfOtherTenant(value, sdwanTenantId)),
    ),
    ...when('permissions_invalid', isRepeated(permissions) || permissions.some(namesNothing)),
    ...when('disallow_permissions_invalid', disallowPermissions.some(namesNothing)),
    ...when('disallow_permissions_not_unique', isRepeated(disallowPermissions)),
    ...when('custom_permission_ids_not_unique', isRepeated(customPermissionIds)),
    ...when('permission_overlap', isOverlapping(content)),
  ]
}

function brokenByRoles(roles: readonly SystemRole[]): readonly OperatorRule[] {
  const families = new Set(roles.map(familyOf))
  return [
    ...when('roles_not_unique', isRepeated(roles)),
    ...when('super_role_not_allowed', roles.some(isRoot)),
    ...when('super_role_combined', isSoloCombined(roles)),
    ...when('tenant_role_not_allowed', roles.some(isUnassignable)),
    ...when('esp_role_combined', families.size > 1 && families.has('esp')),
    ...when('tenant_role_combined', families.size > 1 && families.has('tenant') && !families.has('esp')),
  ]
}

function isSoloCombined(roles: readonly SystemRole[]): boolean {
  return new Set(roles).size > 1 && roles.some(isSolo)
}

/** Whether a value is allowed and denied at once, or given by one of the roles already. */
function isOverlapping({ roles, permissions, disallowPermissions }: RoleContent): boolean {
  if (permissions.some((value) => disallowPermissions.includes(value))) return true
  return permissions.some((value) => {
    const apis = namedApis(value)
    // A value with an id in it is about less than the role's own, and says nothing that the role does not.
    return apis.length > 0 && roles.some((role) => apis.every((api) => basePermissions(role).has(api)))
  })
}

export function namesNothing(value: string): boolean {
  return namedApis(value).length === 0
}

export function isOfOtherTenant(value: string, sdwanTenantId: string): boolean {
  const pattern = parsePermission(value)
  const tenant = pattern && tenantNamedBy(pattern)
  return tenant !== undefined && tenant !== sdwanTenantId
}

function isRepeated(texts: readonly string[]): boolean {
  return new Set(texts).size < texts.length
}

function when(rule: OperatorRule, isBroken: boolean): readonly OperatorRule[] {
  return isBroken ? [rule] : []
}
