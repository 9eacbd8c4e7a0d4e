import { Refused } from '../failure.ts'

/**
 * The rules of operators, custom roles, custom permissions and tenants that a command can break. Closed: the dialect says
 * of each by which code and message its clients know it.
 */
export type OperatorRule =
  /** The entry is another version than the one that was meant. */
  | 'etag_mismatch'
  // tenants
  | 'canonical_name_changed'
  /** Whoever turns password aging on could not log in any more. */
  | 'password_aging_locks_out'
  /** No password could be set any more. */
  | 'password_policy_unmeetable'
  // operators
  /** A role that the caller may not give or take, of an operator who may more than he. */
  | 'signup_role_invalid'
  /** A tenant keeps one operator who may do everything. */
  | 'last_super'
  /** A role that stands alone beside others, roles of several families, or a role twice. */
  | 'multiple_system_roles'
  /** A role that no operator of a tenant can have. */
  | 'system_role_unassignable'
  | 'system_custom_role_unassignable'
  /** A custom role that the tenant does not have. */
  | 'custom_role_unknown'
  /** An operator of the system's is not deleted, nor changed. */
  | 'system_operator_protected'
  // custom roles
  | 'role_name_taken'
  | 'esp_role_combined'
  | 'super_role_not_allowed'
  | 'super_role_combined'
  | 'tenant_role_not_allowed'
  | 'tenant_role_combined'
  | 'roles_not_unique'
  | 'permissions_invalid'
  | 'disallow_permissions_invalid'
  | 'disallow_permissions_not_unique'
  | 'custom_permission_ids_unknown'
  | 'custom_permission_ids_not_unique'
  /** Allowed and disallowed at once, or granted by one of its roles already. */
  | 'permission_overlap'
  /** The role would give what the caller has not got. */
  | 'role_exceeds_caller'
  | 'system_role_protected'
  /** An operator or a token has it. */
  | 'custom_role_in_use'
  // custom permissions
  /** Names nothing that there is to call. */
  | 'permission_matches_nothing'
  | 'permission_of_other_tenant'
  /** Neither a window nor a denial. */
  | 'permission_not_customized'
  | 'permission_window_empty'
  /** A role holds it. */
  | 'custom_permission_in_use'

/** @throws {Refused} `operator_rule` unless there are none */
export function checkRules(broken: readonly OperatorRule[]): void {
  const [first, ...others] = broken
  if (first !== undefined) throw brokenRules(first, ...others)
}

export function brokenRules(...rules: readonly [OperatorRule, ...OperatorRule[]]): Refused {
  return new Refused({ kind: 'operator_rule', rules })
}
