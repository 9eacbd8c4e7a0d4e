import type { Ambient } from '../ambient.ts'
import type { PasswordHashing } from '../directory/password-hashing.ts'
import type { UserReads, UserWrites } from '../directory/ports.ts'
import { Refused } from '../failure.ts'
import type { OperatorCaller } from './operator-caller.ts'
import { checkMayNoMoreElsewhere } from './operator-checks.ts'
import { checkMayGive } from './operator-grants.ts'
import { brokenRules } from './operator-rule.ts'
import type { Operator } from './operator.ts'
import type { OperatorReads, RoleReads, SettingsReads } from './operator-ports.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import { checkNotReused, notePasswordIn } from './password-reuse.ts'
import type { PasswordHistoryReads, PasswordHistoryWrites } from './session-ports.ts'
import { getSettings } from './settings.ts'
import type { PasswordPolicy } from './tenant-settings.ts'

export interface NewPasswordDeps {
  readonly users: Pick<UserReads, 'findPassword'>
  readonly tenantSettings: SettingsReads
  readonly passwordHistory: PasswordHistoryReads
  readonly passwordHashing: PasswordHashing
}

/** What an administrator has chosen for an operator, hashed before the transaction that sets it. */
export interface NewPassword {
  readonly hash: string
  readonly replacedVersion: number
  readonly policy: PasswordPolicy
}

export interface MaySetPasswordDeps {
  readonly ambient: Pick<Ambient, 'nowMillis'>
  readonly operators: Pick<OperatorReads, 'mayMoreElsewhere'>
  readonly customRoles: Pick<RoleReads, 'findMany'>
}

/**
 * Whoever sets somebody's password can be him by every API. To be asked before anything is done with the password: that
 * it was used before is not for everybody to know.
 * @throws {Refused} `operator_rule` for an operator who may more than the caller, by whichever API, and for a client,
 *   which has no password
 */
export async function checkMaySetPassword(
  deps: MaySetPasswordDeps,
  caller: OperatorCaller,
  operator: Operator,
): Promise<void> {
  const { tenantId, roles, customRoleIds, isSystemOwned } = operator
  if (isSystemOwned) throw brokenRules('system_operator_protected')
  const held = await deps.customRoles.findMany(tenantId, customRoleIds)
  checkMayGive(caller, roles, held, deps.ambient.nowMillis())
  await checkMayNoMoreElsewhere(deps, caller, operator)
}

/** @throws {Refused} `password_unfit`, `password_queue_full`, `not_in_tenant` */
export async function prepareNewPassword(
  deps: NewPasswordDeps,
  operator: Pick<Operator, 'tenantId' | 'userId' | 'email' | 'firstName' | 'lastName'>,
  password: string,
): Promise<NewPassword> {
  const { passwordPolicy: policy } = await getSettings(deps, operator.tenantId)
  const account = await deps.users.findPassword(operator.userId)
  if (account === undefined) throw new Refused({ kind: 'not_in_tenant' })
  const { username } = account.user
  const fullName = `${operator.firstName} ${operator.lastName}`
  checkPasswordPolicy(policy, password, { email: operator.email, username, fullName })
  await checkNotReused(deps, policy, account, password)
  const hash = await deps.passwordHashing.hash(password)
  return { hash, replacedVersion: account.passwordVersion, policy }
}

/** All his logins are dead with the password before. @throws {Refused} `operator_rule` when that is another one by now */
export async function setNewPasswordIn(
  ports: { readonly users: UserWrites; readonly passwordHistory: PasswordHistoryWrites },
  { userId }: Operator,
  { hash, replacedVersion, policy }: NewPassword,
  setAtMillis: number,
): Promise<void> {
  const isReplaced = await ports.users.replacePasswordHash(userId, replacedVersion, hash)
  if (!isReplaced) throw brokenRules('etag_mismatch')
  await ports.users.setBasicAuthEnabled(userId, true)
  await notePasswordIn(ports, policy, userId, { version: replacedVersion + 1, hash, setAtMillis })
}
