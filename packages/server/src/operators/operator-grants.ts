import type { Ambient } from '../ambient.ts'
import { newTimedId } from '../directory/new-ids.ts'
import type { User } from '../directory/user.ts'
import { compileGrant, covers } from './coverage.ts'
import type { OperatorCaller } from './operator-caller.ts'
import type { OperatorWrites } from './operator-ports.ts'
import { brokenRules } from './operator-rule.ts'
import type { Operator } from './operator.ts'
import type { CustomRole } from './role.ts'
import type { SystemRole } from './role-names.ts'
import { checkAssignable } from './role-rules.ts'

export interface OperatorGrant {
  readonly roles: readonly SystemRole[]
  readonly customRoleIds?: readonly string[]
  /** As a client's is. */
  readonly isSystemOwned?: boolean
  readonly firstName?: string
  readonly lastName?: string
}

/** Makes a user who is there an operator. Whether anybody may do that is for whoever calls it to ask first. */
export async function makeOperatorIn(
  { operators }: { readonly operators: OperatorWrites },
  ambient: Ambient,
  user: User,
  grant: OperatorGrant,
): Promise<Operator> {
  const operator = newOperatorOf(ambient, user, grant)
  await operators.insert(operator)
  return operator
}

/** Nobody has seen him yet; `operators.insert` makes him known. */
export function newOperatorOf(ambient: Ambient, user: User, grant: OperatorGrant): Operator {
  const createdUtc = newTimedId(ambient)
  const [firstName = '', ...others] = user.fullName.split(' ')
  return {
    tenantId: user.tenantId,
    userId: user.id,
    id: user.sdwanOperatorId,
    email: user.email ?? '',
    firstName: grant.firstName ?? firstName,
    lastName: grant.lastName ?? others.join(' '),
    roles: grant.roles,
    customRoleIds: grant.customRoleIds ?? [],
    ipv4List: [],
    isSessionIpLocked: true,
    profile: {},
    isDisabled: user.isBlocked,
    disabledReason: undefined,
    isInactive: false,
    inactiveReason: undefined,
    isSystemOwned: grant.isSystemOwned ?? false,
    failedLogins: 0,
    isLocked: false,
    lastLoginAtMillis: undefined,
    etag: 1,
    createdUtc,
    updatedUtc: createdUtc,
  }
}

/**
 * Whether what these roles come to is no more than the caller may himself, so that he may give and take them.
 * @see covers
 */
export function mayGive(
  { rights }: Pick<OperatorCaller, 'rights'>,
  roles: readonly SystemRole[],
  customRoles: readonly CustomRole[],
  nowMillis: number,
): boolean {
  return covers(rights, compileGrant(roles, customRoles), nowMillis)
}

/** @throws {Refused} `operator_rule`: not roles for an operator of a tenant, or more than the caller may himself */
export function checkMayGive(
  caller: Pick<OperatorCaller, 'rights'>,
  roles: readonly SystemRole[],
  customRoles: readonly CustomRole[],
  nowMillis: number,
): void {
  checkAssignable(roles)
  if (!mayGive(caller, roles, customRoles, nowMillis)) throw brokenRules('signup_role_invalid')
}
