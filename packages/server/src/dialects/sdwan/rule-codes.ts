import type { OperatorRule } from '../../operators/operator-rule.ts'
import type { SdwanCode } from './codes.ts'

/** The code of each rule that a command can break, where the operation says no other. */
export const ruleCodes: Readonly<Record<OperatorRule, SdwanCode>> = {
  etag_mismatch: 'OPERATOR_INVALID_ETAG',
  // tenants
  canonical_name_changed: 'TENANT_INVALID_CANONICAL_NAME_CHANGE',
  password_aging_locks_out: 'TENANT_PASSWORD_AGING_PREVENT_LOCKOUT',
  password_policy_unmeetable: 'BAD_REQUEST',
  // operators
  signup_role_invalid: 'OPERATOR_INVALID_SIGNUP_ROLE',
  last_super: 'OPERATOR_INVALID_OPERATOR_SYSTEM_ROLE',
  multiple_system_roles: 'OPERATOR_INVALID_OPERATOR_MULTIPLE_SYSTEM_ROLE',
  system_role_unassignable: 'OPERATOR_INVALID_OPERATOR_SYSTEM_ROLE',
  system_custom_role_unassignable: 'OPERATOR_CAN_NOT_ASSIGN_SYSTEM_GENERATED_CUSTOM_ROLE',
  custom_role_unknown: 'AUTH_ROLE_INVALID',
  system_operator_protected: 'OPERATOR_INVALID_CANNOT_SET_READONLY_FIELDS',
  // custom roles
  role_name_taken: 'AUTH_ROLE_INVALID_ROLE_NAME',
  esp_role_combined: 'AUTH_ROLE_INVALID_ESP_SOLO_ROLE',
  super_role_not_allowed: 'AUTH_ROLE_INVALID_SUPER_ROLE_DATA',
  super_role_combined: 'AUTH_ROLE_INVALID_SUPER_SOLO_ROLE',
  tenant_role_not_allowed: 'AUTH_ROLE_INVALID_TENANT_ROLE_DATA',
  tenant_role_combined: 'AUTH_ROLE_INVALID_TENANT_SOLO_ROLE',
  roles_not_unique: 'ROLES_NON_UNIQUE_ROLE_IDS',
  permissions_invalid: 'PERMISSIONS_INVALID_PERMISSION_VALUES',
  disallow_permissions_invalid: 'PERMISSIONS_INVALID_DISALLOW_PERMISSION_VALUES',
  disallow_permissions_not_unique: 'PERMISSIONS_NON_UNIQUE_DISALLOW_PERMISSION_VALUES',
  custom_permission_ids_unknown: 'PERMISSIONS_INVALID_PERMISSION_IDS',
  custom_permission_ids_not_unique: 'PERMISSIONS_NON_UNIQUE_PERMISSION_IDS',
  permission_overlap: 'ROLES_PERMISSION_OVERLAP_NOT_ALLOWED',
  role_exceeds_caller: 'AUTH_ROLE_INVALID_TENANT_ROLE_DATA',
  system_role_protected: 'SYSTEM_CREATED_CUSTOM_ROLE_OPERATIONS_NOT_ALLOWED',
  custom_role_in_use: 'ROLE_IN_USE',
  // custom permissions
  permission_matches_nothing: 'PERMISSION_API_TEST_FAILED',
  permission_of_other_tenant: 'PERMISSION_API_TEST_TENANTID_FAILED',
  permission_not_customized: 'PERMISSION_NOT_CUSTOMIZED',
  permission_window_empty: 'PERMISSION_AFTER_LARGER_THAN_BEFORE',
  custom_permission_in_use: 'PERMISSION_IN_USE',
}

/** What is told where the code's own message would say something else. */
export const ruleMessages: Readonly<Partial<Record<OperatorRule, string>>> = {
  password_policy_unmeetable: 'No password can be as long and as short as that policy wants it.',
  signup_role_invalid: 'These roles, or what that operator may, are more than who calls may himself.',
  last_super: 'Somebody who may do everything has to be left.',
  multiple_system_roles: 'A role stands there twice, or beside one that stands alone.',
  custom_role_unknown: 'There is no such custom role in this tenant.',
  system_operator_protected: 'Operators of the system stay as they are.',
  role_name_taken: 'Another role has that name.',
  role_exceeds_caller: 'The role comes to more than who calls may himself.',
}
