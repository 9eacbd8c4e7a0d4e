import type { Atomically } from '../atomically.ts'
import { Refused } from '../failure.ts'
import type { Trust } from '../trust.ts'
import type { PasswordHashing } from './password-hashing.ts'
import type { PasswordMemory } from './password-memory.ts'
import type { PasswordThrottle } from './password-throttle.ts'
import type { UserReads, UserWrites } from './ports.ts'
import type { TenantId } from './tenant.ts'
import { MAX_PASSWORD_BYTES } from './user-rules.ts'
import type { User, UserId, UserWithPassword } from './user.ts'

export interface PasswordDeps {
  readonly users: UserReads
  readonly atomically: Atomically<{ readonly users: UserWrites }>
  readonly passwordHashing: PasswordHashing
  readonly passwordMemory: PasswordMemory
  readonly passwordThrottle: PasswordThrottle
  readonly trust: Trust
}

export interface PasswordLogin {
  /** The tenant that is asked; an account of another one is an unknown account. `undefined`: any. */
  readonly tenantId: TenantId | undefined
  readonly name: string
  /** Whether `name` may be an e-mail address too. */
  readonly isEmailAccepted: boolean
  readonly password: string
  readonly clientAddress: string
}

/**
 * The user whose password that is.
 * @throws {Refused} `user_blocked` and `password_login_disabled` (the password is not looked at then),
 *   `bad_credentials` for an unknown name and for a wrong password alike, `password_queue_full`
 */
export async function checkPassword(deps: PasswordDeps, login: PasswordLogin): Promise<User> {
  const account = await findAccount(deps.users, login)
  if (account?.user.isBlocked) throw new Refused({ kind: 'user_blocked' })
  if (account !== undefined && !isPasswordUsable(account))
    throw new Refused({ kind: 'password_login_disabled' })
  if (account !== undefined && isRemembered(deps, account, login.password)) return account.user

  // Argon2 reads all of what it is given: what no account can have as its password is not even hashed.
  if (Buffer.byteLength(login.password) > MAX_PASSWORD_BYTES) throw new Refused({ kind: 'bad_credentials' })
  await deps.passwordThrottle.admit(login.name, login.clientAddress)
  if (account === undefined) {
    // The same work as for a wrong password: the time taken must not tell whether the name exists.
    await deps.passwordHashing.verifyNobody(login.password)
    throw new Refused({ kind: 'bad_credentials' })
  }
  if (!(await deps.passwordHashing.verify(login.password, account.passwordHash))) {
    throw new Refused({ kind: 'bad_credentials' })
  }
  deps.passwordThrottle.succeeded(login.name, login.clientAddress)
  deps.passwordMemory.remember(account.user.id, account.passwordVersion, login.password)
  return account.user
}

/**
 * Changes a user's own password.
 * @param oldPassword `undefined` claims that there is none yet
 * @throws {Refused} `password_login_disabled`, `bad_credentials`, `user_not_found`
 */
export async function changeOwnPassword(
  deps: PasswordDeps,
  id: UserId,
  oldPassword: string | undefined,
  newPassword: string,
  clientAddress: string,
): Promise<void> {
  const account = await deps.users.findPassword(id)
  if (account === undefined) throw new Refused({ kind: 'user_not_found' })
  if (!account.user.basicAuthEnabled) throw new Refused({ kind: 'password_login_disabled' })
  if ((account.passwordHash === undefined) !== (oldPassword === undefined)) {
    throw new Refused({ kind: 'bad_credentials' })
  }
  if (account.passwordHash !== undefined && oldPassword !== undefined) {
    // A stolen token must not be a fast way to guess the password.
    await deps.passwordThrottle.admit(account.user.uuid, clientAddress)
    if (!(await deps.passwordHashing.verify(oldPassword, account.passwordHash))) {
      throw new Refused({ kind: 'bad_credentials' })
    }
    deps.passwordThrottle.succeeded(account.user.uuid, clientAddress)
  }
  const passwordHash = await deps.passwordHashing.hash(newPassword)
  await deps.atomically(({ users }) => users.setPasswordHash(id, passwordHash))
}

/**
 * What an administrator sets of a user's password login: both in one step, or nothing.
 * @throws {Refused} `password_login_disabled` for a password while the login is off, `user_not_found`
 */
export async function setPasswordLogin(
  deps: PasswordDeps,
  id: UserId,
  change: { readonly isEnabled?: boolean; readonly newPassword?: string },
): Promise<void> {
  const account = await deps.users.findPassword(id)
  if (account === undefined) throw new Refused({ kind: 'user_not_found' })
  const { isEnabled, newPassword } = change
  if (newPassword !== undefined && !(isEnabled ?? account.user.basicAuthEnabled)) {
    throw new Refused({ kind: 'password_login_disabled' })
  }
  const passwordHash = newPassword === undefined ? undefined : await deps.passwordHashing.hash(newPassword)
  await deps.atomically(async ({ users }) => {
    if (isEnabled !== undefined) await users.setBasicAuthEnabled(id, isEnabled)
    if (passwordHash !== undefined) await users.setPasswordHash(id, passwordHash)
  })
}

type UsableAccount = UserWithPassword & { readonly passwordHash: string }

function isPasswordUsable(account: UserWithPassword): account is UsableAccount {
  return account.user.basicAuthEnabled && account.passwordHash !== undefined
}

/** A node that is not current believes nothing that it remembers, not even this, which hangs on the version just read. */
function isRemembered(deps: PasswordDeps, account: UserWithPassword, password: string): boolean {
  if (!deps.trust.isCurrent()) return false
  return deps.passwordMemory.isRemembered(account.user.id, account.passwordVersion, password)
}

async function findAccount(users: UserReads, login: PasswordLogin): Promise<UserWithPassword | undefined> {
  const byName = await users.findByUsername(login.name)
  const account = byName ?? (login.isEmailAccepted ? await users.findByEmail(login.name) : undefined)
  if (login.tenantId === undefined || account?.user.tenantId === login.tenantId) return account
  return undefined
}
