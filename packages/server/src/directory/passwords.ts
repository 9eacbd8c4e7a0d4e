import { addressBlock } from '../address-block.ts'
import type { Acknowledged } from '../atomically.ts'
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
  readonly acknowledged: Acknowledged<{ readonly users: UserWrites }>
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
  /**
   * Whether a blocked account and one without password login are told so at once, as Onezone does. Otherwise they
   * are bad credentials, and take as long.
   */
  readonly isStateTold: boolean
  readonly password: string
  readonly clientAddress: string
}

/**
 * The user whose password that is.
 * @throws {Refused} `user_blocked` and `password_login_disabled` where the state is told (the password is not looked at
 *   then), `bad_credentials` for an unknown name and for a wrong password alike, `password_queue_full`
 */
export async function checkPassword(deps: PasswordDeps, login: PasswordLogin): Promise<User> {
  const account = await findUsableAccount(deps.users, login)
  if (account !== undefined && isRemembered(deps, account, login.password)) return account.user
  const isRight = await deps.passwordThrottle.attempt(login.name, login.clientAddress, () =>
    verifyPassword(deps, account, login.password, login.clientAddress),
  )
  if (!isRight || account === undefined) throw new Refused({ kind: 'bad_credentials' })
  deps.passwordMemory.remember(account.user.id, account.passwordVersion, login.password)
  // All that took its time: he may have been blocked meanwhile, the password changed, or the name gone over to another.
  const current = await findUsableAccount(deps.users, login)
  const isSame = current?.user.id === account.user.id && current.passwordVersion === account.passwordVersion
  if (!isSame) throw new Refused({ kind: 'bad_credentials' })
  return current.user
}

export interface OwnPasswordChange {
  /** `undefined` claims that there is none yet. */
  readonly oldPassword: string | undefined
  readonly newPassword: string
  readonly clientAddress: string
}

/**
 * Changes a user's own password.
 * @param also what goes with it, in the same transaction
 * @throws {Refused} `password_login_disabled`, `bad_credentials` (also when the password was changed meanwhile),
 *   `user_not_found`, `password_queue_full`
 */
export async function changeOwnPassword<Ports extends { readonly users: UserWrites }>(
  deps: Omit<PasswordDeps, 'acknowledged'> & { readonly acknowledged: Acknowledged<Ports> },
  id: UserId,
  { oldPassword, newPassword, clientAddress }: OwnPasswordChange,
  also: (
    ports: Ports,
    password: { readonly hash: string; readonly version: number },
  ) => Promise<void> = async () => undefined,
): Promise<void> {
  const account = await deps.users.findPassword(id)
  if (account === undefined) throw new Refused({ kind: 'user_not_found' })
  if (!account.user.basicAuthEnabled) throw new Refused({ kind: 'password_login_disabled' })
  if (!(await isOldPassword(deps, account, oldPassword, clientAddress))) {
    throw new Refused({ kind: 'bad_credentials' })
  }
  const passwordHash = await deps.passwordHashing.hash(newPassword)
  // While that was computed an administrator may have set another password, to keep this very caller out.
  const isReplaced = await deps.acknowledged(async (ports) => {
    if (!(await ports.users.replacePasswordHash(id, account.passwordVersion, passwordHash))) return false
    await also(ports, { hash: passwordHash, version: account.passwordVersion + 1 })
    return true
  })
  if (!isReplaced) throw new Refused({ kind: 'bad_credentials' })
}

type PasswordCheckDeps = Pick<PasswordDeps, 'passwordHashing' | 'passwordThrottle'>

async function isOldPassword(
  deps: PasswordCheckDeps,
  { user, passwordHash, passwordVersion }: UserWithPassword,
  oldPassword: string | undefined,
  clientAddress: string,
): Promise<boolean> {
  if (passwordHash === undefined || oldPassword === undefined) return passwordHash === oldPassword
  // A stolen token must not be a fast way to guess the password.
  return deps.passwordThrottle.attempt(user.uuid, clientAddress, () =>
    verifyPassword(deps, { user, passwordHash, passwordVersion }, oldPassword, clientAddress),
  )
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
  await deps.acknowledged(async ({ users }) => {
    if (isEnabled !== undefined) await users.setBasicAuthEnabled(id, isEnabled)
    if (passwordHash !== undefined) await users.setPasswordHash(id, passwordHash)
  })
}

type UsableAccount = UserWithPassword & { readonly passwordHash: string }

/** @param account `undefined`: nobody, which takes as long; the time taken must not tell whether a name exists */
async function verifyPassword(
  deps: PasswordCheckDeps,
  account: UsableAccount | undefined,
  password: string,
  clientAddress: string,
): Promise<boolean> {
  // Argon2 reads all of what it is given: what no account can have as its password is not even hashed.
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false
  const asker = addressBlock(clientAddress)
  if (account === undefined) return deps.passwordHashing.verifyNobody(password, asker)
  return deps.passwordHashing.verify(password, account.passwordHash, asker)
}

/** A node that is not current believes nothing that it remembers, not even this, which hangs on the version just read. */
function isRemembered(deps: PasswordDeps, account: UserWithPassword, password: string): boolean {
  if (!deps.trust.isCurrent()) return false
  return deps.passwordMemory.isRemembered(account.user.id, account.passwordVersion, password)
}

/** @throws {Refused} `user_blocked`, `password_login_disabled` where the state is told */
async function findUsableAccount(users: UserReads, login: PasswordLogin): Promise<UsableAccount | undefined> {
  const account = await findAccount(users, login)
  if (account === undefined) return undefined
  const { user, passwordHash } = account
  if (login.isStateTold && user.isBlocked) throw new Refused({ kind: 'user_blocked' })
  const isUsable = user.basicAuthEnabled && passwordHash !== undefined
  if (login.isStateTold && !isUsable) throw new Refused({ kind: 'password_login_disabled' })
  return isUsable && !user.isBlocked ? { ...account, passwordHash } : undefined
}

async function findAccount(users: UserReads, login: PasswordLogin): Promise<UserWithPassword | undefined> {
  const byName = await users.findByUsername(login.name)
  const account = byName ?? (login.isEmailAccepted ? await users.findByEmail(login.name) : undefined)
  if (login.tenantId === undefined || account?.user.tenantId === login.tenantId) return account
  return undefined
}
