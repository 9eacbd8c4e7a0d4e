import type { PasswordHashing } from '../directory/password-hashing.ts'
import type { UserId, UserWithPassword } from '../directory/user.ts'
import { Refused } from '../failure.ts'
import type { PasswordHistoryReads, PasswordHistoryWrites } from './session-ports.ts'
import type { PasswordPolicy } from './tenant-settings.ts'

/** Each costs as much as a login. */
const MAX_COMPARED = 24

export interface PasswordReuseDeps {
  readonly passwordHistory: PasswordHistoryReads
  readonly passwordHashing: PasswordHashing
}

/**
 * Whether none of the passwords that he had lately comes back, the present one among them.
 * @throws {Refused} `password_unfit`, `password_queue_full`
 */
export async function checkNotReused(
  deps: PasswordReuseDeps,
  policy: PasswordPolicy,
  { user, passwordHash }: UserWithPassword,
  password: string,
): Promise<void> {
  if (!policy.isNoReuseEnabled) return
  const count = Math.min(policy.noReuseCount, MAX_COMPARED)
  const earlier = await deps.passwordHistory.list(user.id, count)
  // What was set by another API is on no record but as the present one.
  const hashes = new Set(passwordHash === undefined ? earlier : [passwordHash, ...earlier])
  for (const hash of [...hashes].slice(0, count)) {
    if (await deps.passwordHashing.verify(password, hash, user.uuid)) {
      throw new Refused({ kind: 'password_unfit', rule: 'used_before' })
    }
  }
}

/** In the transaction that sets it. */
export async function notePasswordIn(
  { passwordHistory }: { readonly passwordHistory: PasswordHistoryWrites },
  policy: PasswordPolicy,
  userId: UserId,
  password: { readonly version: number; readonly hash: string; readonly setAtMillis: number },
): Promise<void> {
  const kept = policy.isNoReuseEnabled ? Math.min(policy.noReuseCount, MAX_COMPARED) : 1
  await passwordHistory.note(userId, password, kept)
}
