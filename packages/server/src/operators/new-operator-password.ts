import type { PasswordHashing } from '../directory/password-hashing.ts'
import type { UserReads, UserWrites } from '../directory/ports.ts'
import { Refused } from '../failure.ts'
import type { OperatorCaller } from './operator-caller.ts'
import { brokenRules } from './operator-rule.ts'
import type { Operator } from './operator.ts'
import type { OperatorReads, SettingsReads } from './operator-ports.ts'
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

/**
 * Whoever sets somebody's password can be him by every API.
 * @throws {Refused} `operator_rule` when he may by one of them what the caller may not
 */
export async function checkMaySetPassword(
  { operators }: { readonly operators: Pick<OperatorReads, 'mayMoreElsewhere'> },
  { userId }: Pick<OperatorCaller, 'userId'>,
  operator: Pick<Operator, 'userId'>,
): Promise<void> {
  const isMore = userId !== operator.userId && (await operators.mayMoreElsewhere(operator.userId, userId))
  if (isMore) throw brokenRules('signup_role_invalid')
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
