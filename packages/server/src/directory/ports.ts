import type { Tenant, TenantId } from './tenant.ts'
import type { User, UserId, UserWithPassword } from './user.ts'

export interface TenantReads {
  /** `undefined` only before the first start has seeded the installation. */
  findDefault(): Promise<Tenant | undefined>
  /** @param domain lower case, without port */
  findByOnezoneDomain(domain: string): Promise<Tenant | undefined>
  findById(id: TenantId): Promise<Tenant | undefined>
}

export interface TenantWrites {
  /** Change: `tenant`, for a host that stood for the default tenant may be its. @throws {Refused} `id_taken`, `domain_taken` */
  insert(tenant: Tenant): Promise<void>
  /** Tokens out in the field stay good: the domain is neither signed nor verified. */
  setOnezoneDomain(id: TenantId, domain: string): Promise<void>
}

export interface UserReads {
  findById(id: UserId): Promise<User | undefined>
  findByOnezoneId(tenantId: TenantId, onezoneId: string): Promise<User | undefined>
  /** Exact, case-sensitive; across tenants, for usernames are unique in the installation. */
  findByUsername(username: string): Promise<UserWithPassword | undefined>
  /** Without case; across tenants. */
  findByEmail(email: string): Promise<UserWithPassword | undefined>
  findPassword(id: UserId): Promise<UserWithPassword | undefined>
  /** Whether the tenant has any user at all; looks at one row. */
  hasUsers(tenantId: TenantId): Promise<boolean>
  /** Every user of the tenant, by Onezone id in ascending order. */
  list(tenantId: TenantId): Promise<readonly string[]>
  /** The Onezone admin privileges held directly, in ascending order. */
  listPrivileges(id: UserId): Promise<readonly string[]>
  hasPrivilege(id: UserId, privilege: string): Promise<boolean>
}

/**
 * Every method that can change a verdict writes its row of the change feed in the same transaction, but none when it
 * leaves things as they were.
 * @throws {Refused} `user_not_found` from every change of a user who is gone; removing him again has no effect
 */
export interface UserWrites {
  /** @throws {Refused} `username_taken`, `email_taken`, `id_taken` */
  insert(entry: UserWithPassword): Promise<void>
  /** @throws {Refused} `username_taken` when another user has it; no change row: a name decides nothing */
  updateProfile(
    id: UserId,
    profile: { readonly fullName?: string; readonly username?: string },
  ): Promise<void>
  /** Sets the hash and raises the password's version. Change: `password`. */
  setPasswordHash(id: UserId, passwordHash: string): Promise<void>
  /**
   * The same, unless the password has another version by now. @returns whether it was replaced
   * @throws {Refused} `user_not_found`
   */
  replacePasswordHash(id: UserId, passwordVersion: number, passwordHash: string): Promise<boolean>
  /** Change: `password`. */
  setBasicAuthEnabled(id: UserId, isEnabled: boolean): Promise<void>
  /** Change: `subject`. Idempotent. */
  setBlocked(id: UserId, isBlocked: boolean): Promise<void>
  /** No privilege stands in both lists. What is held already, or was not, stays as it is. Change: `privilege`. */
  changePrivileges(id: UserId, grant: readonly string[], revoke: readonly string[]): Promise<void>
  /** Takes the user, his privileges, epochs and generations away; his named tokens are dead at once and swept later. Change: `subject`. */
  remove(id: UserId): Promise<void>
}
