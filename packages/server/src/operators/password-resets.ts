import type { Ambient } from '../ambient.ts'
import type { Acknowledged } from '../atomically.ts'
import { type KeyRing, TAG_BYTES } from '../authority/key-ring.ts'
import type { PasswordHashing } from '../directory/password-hashing.ts'
import type { UserReads, UserWrites } from '../directory/ports.ts'
import type { UserId, UserWithPassword } from '../directory/user.ts'

export interface ResetTokenDeps {
  readonly ambient: Ambient
  readonly keyRing: Pick<KeyRing, 'tag' | 'isTag'>
  readonly users: Pick<UserReads, 'findPassword'>
}

export interface ResetPasswordDeps {
  readonly passwordHashing: PasswordHashing
  readonly acknowledged: Acknowledged<{ readonly users: UserWrites }>
}

/** What lets whoever holds it set one user's password, once. */
export interface ResetToken {
  /** At most {@link MAX_RESET_TOKEN_CHARS} of `a-z A-Z 0-9 _ -`. */
  readonly text: string
  /** Unix milliseconds. */
  readonly expiresMs: number
}

export const MAX_RESET_TOKEN_CHARS = 1000
/** An hour: long enough to be carried to somebody, too short to be found later. */
const RESET_TTL_MS = 60 * 60_000
const PURPOSE = 'password resets'

/**
 * It is kept nowhere. It names the version of the password that it replaces, so it works once, and any other change of
 * the password ends it.
 */
export function newResetToken({ ambient, keyRing }: ResetTokenDeps, account: UserWithPassword): ResetToken {
  const expiresMs = ambient.nowMillis() + RESET_TTL_MS
  const payload = encoder.encode(JSON.stringify([account.user.id, account.passwordVersion, expiresMs]))
  const text = Buffer.concat([keyRing.tag(PURPOSE, payload), payload]).toString('base64url')
  return { text, expiresMs }
}

/**
 * Whose password may be set with that text. `undefined`: it is none of ours, was used, or is over; or he may not log in by
 * password, or not at all.
 */
export async function accountToReset(
  { ambient, keyRing, users }: ResetTokenDeps,
  text: string,
): Promise<UserWithPassword | undefined> {
  const bytes = Buffer.from(text, 'base64url')
  const payload = bytes.subarray(TAG_BYTES)
  const isOurs = keyRing.isTag(PURPOSE, payload, bytes.subarray(0, TAG_BYTES))
  // Other spellings of the same bytes are refused too, so that there is one text to look for.
  if (!isOurs || bytes.toString('base64url') !== text) return undefined
  // Safe: only `newResetToken` makes what bears this tag.
  const [userId, passwordVersion, expiresMs] = JSON.parse(payload.toString()) as [UserId, number, number]
  if (ambient.nowMillis() >= expiresMs) return undefined
  const account = await users.findPassword(userId)
  return account?.passwordVersion === passwordVersion && mayHavePassword(account) ? account : undefined
}

/** Who never had one gets his password login with the first. What an administrator has shut stays shut. */
function mayHavePassword({ user, passwordHash }: UserWithPassword): boolean {
  return !user.isBlocked && (user.basicAuthEnabled || passwordHash === undefined)
}

/**
 * @param also what goes with it, in the same transaction
 * @returns whether it was set; not when the password was changed meanwhile
 * @throws {Refused} `password_queue_full`, `user_not_found`
 */
export async function resetPassword<Ports extends { readonly users: UserWrites }>(
  deps: Pick<ResetPasswordDeps, 'passwordHashing'> & { readonly acknowledged: Acknowledged<Ports> },
  { user, passwordVersion }: UserWithPassword,
  password: string,
  also: (ports: Ports) => Promise<void> = async () => undefined,
): Promise<boolean> {
  const hash = await deps.passwordHashing.hash(password)
  return deps.acknowledged(async (ports) => {
    if (!(await ports.users.replacePasswordHash(user.id, passwordVersion, hash))) return false
    if (!user.basicAuthEnabled) await ports.users.setBasicAuthEnabled(user.id, true)
    await also(ports)
    return true
  })
}

const encoder = new TextEncoder()
