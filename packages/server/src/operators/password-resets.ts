import type { Ambient } from '../ambient.ts'
import type { Acknowledged } from '../atomically.ts'
import { type KeyRing, TAG_BYTES } from '../authority/key-ring.ts'
import type { UserReads, UserWrites } from '../directory/ports.ts'
import type { UserId, UserWithPassword } from '../directory/user.ts'
import { Refused } from '../failure.ts'
import {
  checkMaySetPassword,
  type MaySetPasswordDeps,
  type NewPasswordDeps,
  prepareNewPassword,
  setNewPasswordIn,
} from './new-operator-password.ts'
import type { OperatorCaller } from './operator-caller.ts'
import { brokenRules } from './operator-rule.ts'
import type { OperatorReads, OperatorWrites } from './operator-ports.ts'
import type { Operator } from './operator.ts'
import { getOperator } from './operators.ts'
import type { PasswordHistoryWrites } from './session-ports.ts'

interface ResetTokenDeps {
  readonly ambient: Ambient
  readonly keyRing: Pick<KeyRing, 'tag' | 'isTag'>
  readonly users: Pick<UserReads, 'findPassword'>
  readonly operators: OperatorReads
}

export interface GiveResetTokenDeps extends ResetTokenDeps, MaySetPasswordDeps {
  readonly ambient: Ambient
  readonly operators: OperatorReads
}

export interface ResetPasswordDeps extends ResetTokenDeps, NewPasswordDeps {
  readonly users: Pick<UserReads, 'findPassword'>
  readonly acknowledged: Acknowledged<{
    readonly users: UserWrites
    readonly operators: OperatorWrites
    readonly passwordHistory: PasswordHistoryWrites
  }>
}

/** What lets whoever holds it set one operator's password, once. */
export interface ResetToken {
  /** At most {@link MAX_RESET_TOKEN_CHARS} of `a-z A-Z 0-9 _ -`. */
  readonly text: string
  /** Unix milliseconds. */
  readonly expiresAtMillis: number
}

export const MAX_RESET_TOKEN_CHARS = 1000
/** An hour: long enough to be carried to somebody, too short to be found later. */
const RESET_TTL_MS = 60 * 60_000
const PURPOSE = 'password resets'

/**
 * It is kept nowhere. It names the version of the password that it replaces, so it works once, and any other change of
 * the password ends it; and that of the operator, so nobody gets by it what he is given afterwards.
 * @throws {Refused} `not_in_tenant`; `operator_rule` for an operator who may more than the caller, and for a client, which
 *   has no password
 */
export async function giveResetToken(
  deps: GiveResetTokenDeps,
  caller: OperatorCaller,
  operatorId: string,
): Promise<ResetToken> {
  const operator = await getOperator(deps, caller.tenantId, operatorId)
  await checkMaySetPassword(deps, caller, operator)
  const account = await deps.users.findPassword(operator.userId)
  if (account === undefined) throw new Refused({ kind: 'not_in_tenant' })
  return newResetToken(deps, account, operator)
}

function newResetToken(
  { ambient, keyRing }: ResetTokenDeps,
  { user, passwordVersion }: UserWithPassword,
  { etag }: Operator,
): ResetToken {
  const expiresAtMillis = ambient.nowMillis() + RESET_TTL_MS
  const payload = encoder.encode(JSON.stringify([user.id, passwordVersion, etag, expiresAtMillis]))
  const text = Buffer.concat([keyRing.tag(PURPOSE, payload), payload]).toString('base64url')
  return { text, expiresAtMillis }
}

/**
 * Sets the password, and lets in whom failed logins had locked out.
 * @returns whether the token was good for it: one of ours, not used, not over, of an operator who may log in by password
 * @throws {Refused} `password_unfit`, `password_queue_full`; `operator_rule` when he is another one by then, or his password
 */
export async function resetPassword(
  deps: ResetPasswordDeps,
  text: string,
  password: string,
): Promise<boolean> {
  const found = await findToReset(deps, text)
  if (found === undefined) return false
  const { account, operator } = found
  const prepared = await prepareNewPassword(deps, operator, password)
  if (prepared.replacedVersion !== account.passwordVersion) return false
  const setAtMillis = deps.ambient.nowMillis()
  await deps.acknowledged(async (ports) => {
    // Holds the operator before the user, as whoever logs in does.
    const current = await ports.operators.findOf(operator.userId)
    if (current?.etag !== operator.etag) throw brokenRules('etag_mismatch')
    await setNewPasswordIn(ports, operator, prepared, setAtMillis)
    await ports.operators.unlock(operator.userId)
  })
  return true
}

/** Whom a token is for, as long as it is good. */
async function findToReset(
  { ambient, keyRing, users, operators }: ResetTokenDeps,
  text: string,
): Promise<{ readonly account: UserWithPassword; readonly operator: Operator } | undefined> {
  const bytes = Buffer.from(text, 'base64url')
  const payload = bytes.subarray(TAG_BYTES)
  const isOurs = keyRing.isTag(PURPOSE, payload, bytes.subarray(0, TAG_BYTES))
  // Other spellings of the same bytes are refused too, so that there is one text to look for.
  if (!isOurs || bytes.toString('base64url') !== text) return undefined
  // Safe: only `newResetToken` makes what bears this tag.
  const [userId, passwordVersion, etag, expiresAtMillis] = JSON.parse(payload.toString()) as [
    UserId,
    number,
    number,
    number,
  ]
  if (ambient.nowMillis() >= expiresAtMillis) return undefined
  const operator = await operators.findOf(userId)
  if (operator?.etag !== etag || operator.isInactive) return undefined
  const account = await users.findPassword(userId)
  if (account?.passwordVersion !== passwordVersion || !mayHavePassword(account)) return undefined
  return { account, operator }
}

/** Who never had one gets his password login with the first. What an administrator has shut stays shut. */
function mayHavePassword({ user, passwordHash }: UserWithPassword): boolean {
  return !user.isBlocked && (user.basicAuthEnabled || passwordHash === undefined)
}

const encoder = new TextEncoder()
