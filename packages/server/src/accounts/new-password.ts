import type { PasswordHashing } from '../directory/password-hashing.ts'
import type { UserReads } from '../directory/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { isAcceptablePassword, MAX_PASSWORD_BYTES, MIN_PASSWORD_BYTES } from '../directory/user-rules.ts'
import { Refused } from '../failure.ts'
import type { AccountUser } from './account-user.ts'
import type { Caller } from './caller.ts'
import { getById } from './get-by-id.ts'
import { invalidKeyStore, type KeyStore, passwordIn } from './key-store.ts'
import { checkPermitted } from './permissions.ts'
import type { AccountListings, CallerReads, OtherRights } from './ports.ts'

export interface NewPasswordDeps {
  readonly users: UserReads
  readonly callers: Pick<CallerReads, 'findCaller'>
  readonly accountListings: Pick<AccountListings, 'users'>
  readonly otherRights: OtherRights
  readonly passwordHashing: PasswordHashing
}

export interface NewPassword {
  readonly user: AccountUser
  readonly hash: string
}

/**
 * Hashes a new password, which takes long: before the transaction, and only for whoever may set it.
 * @param userUuid whoever it is for, as the request says
 * @throws {Refused} `entry_invalid`, `forbidden`, `same_password`, `password_queue_full`
 */
export async function newPassword(
  deps: NewPasswordDeps,
  caller: Caller,
  tenantId: TenantId,
  userUuid: string,
  keyStore: KeyStore,
): Promise<NewPassword> {
  const user = await localUser(deps, tenantId, userUuid)
  const role = (await deps.callers.findCaller(user.userId))?.role
  checkPermitted(caller, { kind: 'manage_credential', user: { uuid: user.id, role } })
  // It is his password by every API: whoever may set it could be him there.
  if (await deps.otherRights.mayMoreOutside(user.id, caller.uuid)) throw new Refused({ kind: 'forbidden' })
  const password = passwordIn(keyStore)
  if (!isAcceptablePassword(password)) {
    throw invalidKeyStore(`cleartext must have ${MIN_PASSWORD_BYTES} to ${MAX_PASSWORD_BYTES} bytes`)
  }
  await checkIsAnother(deps, user, password, caller)
  return { user, hash: await deps.passwordHashing.hash(password) }
}

async function localUser(deps: NewPasswordDeps, tenantId: TenantId, userUuid: string): Promise<AccountUser> {
  const user = await getById(deps.accountListings.users, { tenantId }, userUuid).catch(nobody)
  if (user?.authProvider === 'local') return user
  const reason = 'must be the id of a local user of the account'
  throw new Refused({ kind: 'entry_invalid', field: 'name', reason })
}

function nobody(problem: unknown): undefined {
  if (!(problem instanceof Refused)) throw problem
}

async function checkIsAnother(
  { users, passwordHashing }: NewPasswordDeps,
  user: AccountUser,
  password: string,
  caller: Caller,
): Promise<void> {
  const present = (await users.findPassword(user.userId))?.passwordHash
  if (present === undefined) return
  if (await passwordHashing.verify(password, present, caller.uuid)) {
    throw new Refused({ kind: 'same_password' })
  }
}
