import type { Ambient } from '../ambient.ts'
import type { Acknowledged } from '../atomically.ts'
import type { PasswordHashing } from '../directory/password-hashing.ts'
import { changeOwnPassword, type OwnPasswordChange, type PasswordDeps } from '../directory/passwords.ts'
import type { UserWrites } from '../directory/ports.ts'
import { Refused } from '../failure.ts'
import type { OperatorCaller } from './operator-caller.ts'
import type { SettingsReads } from './operator-ports.ts'
import { checkPasswordPolicy } from './password-policy.ts'
import { checkNotReused, notePasswordIn } from './password-reuse.ts'
import type { OperatorSessionWrites, PasswordHistoryReads } from './session-ports.ts'
import { getSettings } from './settings.ts'

export interface PasswordChangePorts extends Pick<OperatorSessionWrites, 'sessions' | 'passwordHistory'> {
  readonly users: UserWrites
}

export interface PasswordChangeDeps extends Omit<PasswordDeps, 'acknowledged'> {
  readonly ambient: Ambient
  readonly tenantSettings: SettingsReads
  readonly passwordHistory: PasswordHistoryReads
  readonly acknowledged: Acknowledged<PasswordChangePorts>
}

/**
 * Changes the caller's own password. His other logins are dead everywhere when this returns; the one that he came with
 * goes on, and so do tokens, which hang on no password.
 * @throws {Refused} `bad_credentials` for another old password and for none, `password_unfit`, `password_login_disabled`,
 *   `user_not_found`, `password_queue_full`
 */
export async function changePassword(
  deps: PasswordChangeDeps,
  caller: OperatorCaller & { readonly sessionId?: string },
  change: OwnPasswordChange,
): Promise<void> {
  const { passwordPolicy: policy } = await getSettings(deps, caller.tenantId)
  const account = await deps.users.findPassword(caller.userId)
  if (account === undefined) throw new Refused({ kind: 'user_not_found' })
  // Who has none yet has come by a token, which proves nothing: it may speak for less than its operator does.
  if (change.oldPassword === undefined) throw new Refused({ kind: 'bad_credentials' })
  checkPasswordPolicy(policy, change.newPassword, account.user)
  const passwordHashing = checkedHashing(deps.passwordHashing, () =>
    checkNotReused(deps, policy, account, change.newPassword),
  )
  const checking = { ...deps, passwordHashing }
  await changeOwnPassword(checking, caller.userId, change, async (ports, { hash, version }) => {
    const setAtMillis = deps.ambient.nowMillis()
    await notePasswordIn(ports, policy, caller.userId, { version, hash, setAtMillis })
    if (caller.sessionId !== undefined) await ports.sessions.renewLogin({ id: caller.sessionId }, version)
  })
}

/**
 * With a check before a new password is hashed, which is after the old one was found right: before it, the answer that a
 * password was used before would tell a guesser the present one.
 */
function checkedHashing(hashing: PasswordHashing, check: () => Promise<void>): PasswordHashing {
  return {
    ...hashing,
    async hash(password) {
      await check()
      return hashing.hash(password)
    },
  }
}
