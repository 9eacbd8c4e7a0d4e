import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import type { JsonObject } from '../authority/named-token.ts'
import { newTimedId } from '../directory/new-ids.ts'
import type { TenantId } from '../directory/tenant.ts'
import { isFullName } from '../directory/user-rules.ts'
import { createUser } from '../directory/users.ts'
import { Refused } from '../failure.ts'
import { mergedFields } from './kept-fields.ts'
import {
  checkMaySetPassword,
  type MaySetPasswordDeps,
  type NewPasswordDeps,
  prepareNewPassword,
  setNewPasswordIn,
} from './new-operator-password.ts'
import type { OperatorCaller } from './operator-caller.ts'
import {
  checkMayNoMoreElsewhere,
  checkNoneOfSystem,
  checkSuperLeft,
  holdTouchable,
  isSuper,
  type OperatorPorts,
  resolvedRoles,
} from './operator-checks.ts'
import { checkMayGive, newOperatorOf } from './operator-grants.ts'
import type { OperatorReads } from './operator-ports.ts'
import { brokenRules } from './operator-rule.ts'
import type { Operator } from './operator.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import type { CustomRoleRef } from './role.ts'
import type { SystemRole } from './role-names.ts'
import { getSettings } from './settings.ts'

export interface OperatorDeps extends NewPasswordDeps, MaySetPasswordDeps {
  readonly ambient: Ambient
  readonly operators: OperatorReads
  readonly atomically: Atomically<OperatorPorts>
  /** What somebody may not do any more is so on every node when this answers. */
  readonly acknowledged: Acknowledged<OperatorPorts>
}

export interface NewOperator {
  readonly email: string
  readonly firstName: string
  readonly lastName?: string | undefined
  readonly roles: readonly SystemRole[]
  readonly customRoles: readonly CustomRoleRef[]
  readonly ipv4List?: readonly string[] | undefined
  /** As long as nothing is said: yes. */
  readonly isSessionIpLocked?: boolean | undefined
  readonly isDisabled?: boolean | undefined
  readonly disabledReason?: string | undefined
  readonly profile?: JsonObject | undefined
  /** Without one he cannot log in until he is given one. */
  readonly password?: string | undefined
}

/** What is left out stays. */
export interface OperatorChange extends Partial<Omit<NewOperator, 'disabledReason'>> {
  /** `null`: there is none any more. */
  readonly disabledReason?: string | null | undefined
  /** Only to unlock him. */
  readonly isLocked?: false | undefined
  /** Field by field: what is left out stays, `null` goes. */
  readonly profile?: JsonObject | undefined
}

/** Each may have a few hundred thousand characters. */
const OPERATORS_PER_PAGE = 100

/** All of a tenant in the order of their making, of whom no more are in memory than whoever takes them keeps. */
export async function* operatorPages(
  { operators }: { readonly operators: Pick<OperatorReads, 'page'> },
  tenantId: TenantId,
): AsyncGenerator<readonly Operator[], void, undefined> {
  let after: Operator | undefined
  for (;;) {
    const page = await operators.page(tenantId, after, OPERATORS_PER_PAGE)
    if (page.length > 0) yield page
    if (page.length < OPERATORS_PER_PAGE) return
    after = page.at(-1)
  }
}

/** @throws {Refused} `not_in_tenant` */
export async function getOperator(
  { operators }: { readonly operators: Pick<OperatorReads, 'find'> },
  tenantId: TenantId,
  operatorId: string,
): Promise<Operator> {
  const operator = await operators.find(tenantId, operatorId)
  if (operator === undefined) throw new Refused({ kind: 'not_in_tenant' })
  return operator
}

/** @throws {Refused} `operator_rule`, `email_taken`, `password_unfit`, `password_queue_full` */
export async function createOperator(
  deps: OperatorDeps,
  caller: OperatorCaller,
  request: NewOperator,
): Promise<Operator> {
  const { email, firstName, lastName = '', password } = request
  const named = `${firstName} ${lastName}`.trim()
  const fullName = isFullName(named) ? named : undefined
  if (password !== undefined) {
    const { passwordPolicy } = await getSettings(deps, caller.tenantId)
    checkPasswordPolicy(passwordPolicy, password, { email, fullName: named })
  }
  const nowMillis = deps.ambient.nowMillis()
  const made: Operator[] = []
  const user = await createUser(
    deps,
    { tenantId: caller.tenantId, email, fullName, password },
    async (ports, user) => {
      const given = await givenRoles(ports, caller, request, nowMillis)
      const unnamed = newOperatorOf(deps.ambient, user, { roles: request.roles, firstName, lastName })
      const operator = { ...changed(unnamed, request), customRoleIds: given, etag: unnamed.etag }
      await ports.operators.insert(operator)
      made.push(operator)
    },
  )
  // A conflict repeats the work: the last is the one that is there.
  return made.at(-1) ?? getOperator(deps, user.tenantId, user.sdwanOperatorId)
}

async function givenRoles(
  { operators, customRoles }: Pick<OperatorPorts, 'operators' | 'customRoles'>,
  caller: OperatorCaller,
  request: NewOperator,
  nowMillis: number,
): Promise<readonly string[]> {
  await operators.hold(caller.tenantId)
  const given = await resolvedRoles({ customRoles }, caller.tenantId, request.customRoles)
  checkMayGive(caller, request.roles, given, nowMillis)
  checkNoneOfSystem(given, [])
  return given.map(({ id }) => id)
}

/**
 * @param etag the version that is meant; `undefined`: whichever
 * @throws {Refused} `not_in_tenant`, `operator_rule`, `email_taken`, `password_unfit`, `password_queue_full`
 */
export async function changeOperator(
  deps: OperatorDeps,
  caller: OperatorCaller,
  operatorId: string,
  change: OperatorChange,
  etag: number | undefined,
): Promise<Operator> {
  const seen = await getOperator(deps, caller.tenantId, operatorId)
  if (change.password !== undefined) await checkMaySetPassword(deps, caller, seen)
  if (isAboutUser(seen, change)) await checkMayNoMoreElsewhere(deps, caller, seen)
  const password =
    change.password === undefined
      ? undefined
      : await prepareNewPassword(deps, changed(seen, change), change.password)
  const nowMillis = deps.ambient.nowMillis()
  const updatedUtc = newTimedId(deps.ambient)
  return deps.acknowledged(async (ports) => {
    const before = await holdTouchable(ports, caller, operatorId, nowMillis)
    if (etag !== undefined && etag !== before.etag) throw brokenRules('etag_mismatch')
    const customRoleIds = await changedRoles(ports, caller, before, change, nowMillis)
    const after = { ...changed(before, change), customRoleIds, updatedUtc }
    if (!isSuper(after)) await checkSuperLeft(ports, before)
    await ports.operators.update(after)
    if (password !== undefined) await setNewPasswordIn(ports, after, password, nowMillis)
    // Whoever gives him another password means to let him in.
    if (password === undefined && change.isLocked === undefined) return after
    await ports.operators.unlock(after.userId)
    return { ...after, isLocked: false, failedLogins: 0 }
  })
}

/** Whether it concerns whether or how he gets in, by whatever API. */
function isAboutUser(before: Operator, { email, isDisabled }: OperatorChange): boolean {
  return (
    (email !== undefined && email !== before.email) ||
    (isDisabled !== undefined && isDisabled !== before.isDisabled)
  )
}

/**
 * The user goes, with all that speaks for him by whatever API: he is dead everywhere when this returns.
 * @throws {Refused} `not_in_tenant`, `operator_rule`
 */
export async function deleteOperator(
  deps: Pick<OperatorDeps, 'ambient' | 'operators' | 'acknowledged'>,
  caller: OperatorCaller,
  operatorId: string,
): Promise<Operator> {
  const nowMillis = deps.ambient.nowMillis()
  const seen = await deps.operators.find(caller.tenantId, operatorId)
  if (seen !== undefined) await checkMayNoMoreElsewhere(deps, caller, seen)
  return deps.acknowledged(async (ports) => {
    const operator = await holdTouchable(ports, caller, operatorId, nowMillis)
    await checkSuperLeft(ports, operator)
    await ports.users.remove(operator.userId)
    return operator
  })
}

/** The ids of his custom roles from now on. @throws {Refused} `operator_rule` */
async function changedRoles(
  { customRoles }: Pick<OperatorPorts, 'customRoles'>,
  caller: OperatorCaller,
  before: Operator,
  change: OperatorChange,
  nowMillis: number,
): Promise<readonly string[]> {
  if (change.roles === undefined && change.customRoles === undefined) return before.customRoleIds
  const refs = change.customRoles ?? before.customRoleIds.map((id) => ({ id }))
  const given = await resolvedRoles({ customRoles }, caller.tenantId, refs)
  checkMayGive(caller, change.roles ?? before.roles, given, nowMillis)
  checkNoneOfSystem(given, before.customRoleIds)
  return given.map(({ id }) => id)
}

/** All but his custom roles. */
function changed(before: Operator, change: OperatorChange): Operator {
  const { disabledReason = before.disabledReason, profile = {} } = change
  return {
    ...before,
    email: change.email ?? before.email,
    firstName: change.firstName ?? before.firstName,
    lastName: change.lastName ?? before.lastName,
    roles: change.roles ?? before.roles,
    ipv4List: change.ipv4List ?? before.ipv4List,
    isSessionIpLocked: change.isSessionIpLocked ?? before.isSessionIpLocked,
    isDisabled: change.isDisabled ?? before.isDisabled,
    disabledReason: disabledReason ?? undefined,
    profile: mergedFields(before.profile, profile),
    etag: before.etag + 1,
  }
}
