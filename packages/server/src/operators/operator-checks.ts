import type { UserWrites } from '../directory/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import type { OperatorCaller } from './operator-caller.ts'
import { checkMayGive } from './operator-grants.ts'
import type { OperatorReads, OperatorsWrites } from './operator-ports.ts'
import { brokenRules } from './operator-rule.ts'
import type { Operator } from './operator.ts'
import type { CustomRole, CustomRoleRef } from './role.ts'
import type { PasswordHistoryWrites } from './session-ports.ts'

/** What operators are changed through. */
export interface OperatorPorts extends Pick<OperatorsWrites, 'operators' | 'customRoles'> {
  readonly users: UserWrites
  readonly passwordHistory: PasswordHistoryWrites
}

/** An operator who may not do more than the caller, and is not the system's. @throws {Refused} `not_in_tenant`, `operator_rule` */
export async function holdTouchable(
  { operators, customRoles }: Pick<OperatorPorts, 'operators' | 'customRoles'>,
  caller: OperatorCaller,
  operatorId: string,
  nowMillis: number,
): Promise<Operator> {
  const { tenantId } = caller
  await operators.hold(tenantId)
  const operator = await operators.find(tenantId, operatorId)
  if (operator === undefined) throw new Refused({ kind: 'not_in_tenant' })
  if (operator.isSystemOwned) throw brokenRules('system_operator_protected')
  const held = await customRoles.resolve(
    tenantId,
    operator.customRoleIds.map((id) => ({ id })),
  )
  const present = held.filter((role) => role !== undefined)
  checkMayGive(caller, operator.roles, present, nowMillis)
  return operator
}

/**
 * Of what is done to the user that an operator is, which holds in every API.
 * @throws {Refused} `operator_rule` when he may by another one what the caller, as he has come here, may not
 */
export async function checkMayNoMoreElsewhere(
  { operators }: { readonly operators: Pick<OperatorReads, 'mayMoreElsewhere'> },
  caller: OperatorCaller,
  { userId }: Pick<Operator, 'userId'>,
): Promise<void> {
  if (caller.isHimself && caller.userId === userId) return
  const than = caller.isHimself ? caller.userId : undefined
  if (await operators.mayMoreElsewhere(userId, than)) throw brokenRules('signup_role_invalid')
}

/** Each once. @throws {Refused} `operator_rule` when one of them is not there */
export async function resolvedRoles(
  { customRoles }: Pick<OperatorPorts, 'customRoles'>,
  tenantId: TenantId,
  refs: readonly CustomRoleRef[],
): Promise<readonly CustomRole[]> {
  const found = await customRoles.resolve(tenantId, refs)
  const given = found.filter((role) => role !== undefined)
  if (given.length < refs.length) throw brokenRules('custom_role_unknown')
  return [...new Map(given.map((role) => [role.id, role])).values()]
}

/** What he has of the system's may stay. @throws {Refused} `operator_rule` */
export function checkNoneOfSystem(given: readonly CustomRole[], heldIds: readonly string[]): void {
  const isGiven = given.some(({ isSystemOwned, id }) => isSystemOwned && !heldIds.includes(id))
  if (isGiven) throw brokenRules('system_custom_role_unassignable')
}

/** Whether he may do everything, and gets in. */
export function isSuper({ roles, isDisabled, isInactive }: Operator): boolean {
  return !isDisabled && !isInactive && (roles.includes('tenant_super') || roles.includes('tenant_root'))
}

/** @throws {Refused} `operator_rule` when the tenant would have nobody who may do everything */
export async function checkSuperLeft(
  { operators }: Pick<OperatorPorts, 'operators'>,
  leaving: Operator,
): Promise<void> {
  if (!isSuper(leaving)) return
  if (!(await operators.hasOtherSuper(leaving.tenantId, leaving.userId))) throw brokenRules('last_super')
}
