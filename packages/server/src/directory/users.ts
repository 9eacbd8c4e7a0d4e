import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { Refused } from '../failure.ts'
import { insertDespiteTakenIds, newCanonicalId, newOnezoneId, newSdwanId, newUuid } from './new-ids.ts'
import type { PasswordHashing } from './password-hashing.ts'
import type { UserReads, UserWrites } from './ports.ts'
import { ADMIN_PRIVILEGES } from './privileges.ts'
import type { TenantId } from './tenant.ts'
import { DEFAULT_FULL_NAME } from './user-rules.ts'
import type { User, UserId } from './user.ts'

export interface UserDeps {
  readonly users: UserReads
  readonly atomically: Atomically<{ readonly users: UserWrites }>
  readonly acknowledged: Acknowledged<{ readonly users: UserWrites }>
}

/** A new user had nothing that could be alive or dead: nobody has to be told. */
export interface CreateUserDeps<Ports = { readonly users: UserWrites }> {
  readonly ambient: Ambient
  readonly atomically: Atomically<Ports>
  readonly passwordHashing: PasswordHashing
}

export interface NewUser {
  readonly tenantId: TenantId
  readonly username?: string | undefined
  readonly email?: string | undefined
  readonly fullName?: string | undefined
  /** Without one the user has no password login until an administrator gives him one. */
  readonly password?: string | undefined
  /** Onezone admin privileges held from the start. */
  readonly privileges?: readonly string[]
}

/**
 * @param also what other APIs have to be told of him, in the same transaction
 * @throws {Refused} `username_taken`, `email_taken`, `password_queue_full`; what `also` throws
 */
export async function createUser<Ports extends { readonly users: UserWrites }>(
  deps: CreateUserDeps<Ports>,
  request: NewUser,
  also: (ports: Ports, user: User) => Promise<void> = async () => undefined,
): Promise<User> {
  const passwordHash =
    request.password === undefined ? undefined : await deps.passwordHashing.hash(request.password)
  return insertDespiteTakenIds(true, async () => {
    const user = newUser(deps.ambient, request)
    await deps.atomically(async (ports) => {
      await ports.users.insert({ user, passwordHash, passwordVersion: 1 })
      if (request.privileges !== undefined) {
        await ports.users.changePrivileges(user.id, request.privileges, [])
      }
      await also(ports, user)
    })
    return user
  })
}

/** Nobody has seen him yet; `users.insert` makes him known. */
export function newUser(ambient: Ambient, request: NewUser): User {
  return {
    // Safe as a brand: this is where canonical user ids come from.
    id: newCanonicalId(ambient) as UserId,
    tenantId: request.tenantId,
    uuid: newUuid(ambient),
    onezoneId: newOnezoneId(ambient),
    sdwanOperatorId: newSdwanId(ambient),
    username: request.username,
    email: request.email,
    fullName: request.fullName ?? DEFAULT_FULL_NAME,
    basicAuthEnabled: request.password !== undefined,
    isBlocked: false,
    createdAt: ambient.now(),
  }
}

/** @throws {Refused} `user_not_found` */
export async function getUser(deps: UserDeps, tenantId: TenantId, onezoneId: string): Promise<User> {
  const user = await deps.users.findByOnezoneId(tenantId, onezoneId)
  if (user === undefined) throw new Refused({ kind: 'user_not_found' })
  return user
}

/** Onezone ids, ascending. */
export function listUsers(deps: UserDeps, tenantId: TenantId): Promise<readonly string[]> {
  return deps.users.list(tenantId)
}

/** @throws {Refused} `username_taken` */
export function updateProfile(
  deps: UserDeps,
  id: UserId,
  profile: { readonly fullName?: string; readonly username?: string },
): Promise<void> {
  return deps.atomically(({ users }) => users.updateProfile(id, profile))
}

/**
 * All that speaks for the user is dead when this returns, and he is a member of nothing. Nothing is told apart from a
 * user who was not there. It is never refused: a space whose last owner he was waits for its next member, or for an
 * administrator, to have one again. (Onezone refuses that, but only after his tokens are gone.)
 */
export function deleteUser(deps: UserDeps, id: UserId): Promise<void> {
  return deps.acknowledged(({ users }) => users.remove(id))
}

/** Nothing is deleted: unblocked, the user's tokens and password are good again. */
export function setBlocked(deps: UserDeps, id: UserId, isBlocked: boolean): Promise<void> {
  return deps.acknowledged(({ users }) => users.setBlocked(id, isBlocked))
}

export function listPrivileges(deps: UserDeps, id: UserId): Promise<readonly string[]> {
  return deps.users.listPrivileges(id)
}

/** What stands in both lists is held afterwards, as on Onezone, which revokes first. */
export function changePrivileges(
  deps: UserDeps,
  id: UserId,
  grant: readonly string[],
  revoke: readonly string[],
): Promise<void> {
  const onlyRevoked = revoke.filter((privilege) => !grant.includes(privilege))
  return deps.acknowledged(({ users }) => users.changePrivileges(id, grant, onlyRevoked))
}

export function revokeAllPrivileges(deps: UserDeps, id: UserId): Promise<void> {
  return changePrivileges(deps, id, [], ADMIN_PRIVILEGES)
}
