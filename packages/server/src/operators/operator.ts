import type { JsonObject } from '../authority/named-token.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import type { EntryState } from './permission.ts'
import type { SystemRole } from './role-names.ts'

/**
 * A user who may use the API of Prisma SD-WAN. He is disabled when he is blocked as a user, by whatever API: then he gets
 * in nowhere. A user without this is no operator.
 */
export interface Operator extends EntryState {
  readonly tenantId: TenantId
  readonly userId: UserId
  /** Decimal digits: the user's `sdwanOperatorId`. */
  readonly id: string
  /** Empty: a client has none. Unique in the installation. */
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly roles: readonly SystemRole[]
  readonly customRoleIds: readonly string[]
  /** IPv4 addresses and prefixes that he may log in from; empty: from everywhere. */
  readonly ipv4List: readonly string[]
  /** Whether his tokens are good at the address only that they were made from. */
  readonly isSessionIpLocked: boolean
  /** The fields of his that are only kept, as the API names them. */
  readonly profile: JsonObject
  /** Made by the installation, as that of a client is: shown, but not to be changed by an operator. */
  readonly isSystemOwned: boolean
  /** Since the last login that succeeded. */
  readonly failedLogins: number
  /** By too many of those. */
  readonly isLocked: boolean
  /** Unix milliseconds. */
  readonly lastLoginAtMillis: number | undefined
  /** From 1, one more at each change. */
  readonly etag: number
  /** 17 decimal digits: milliseconds since 1970 and four more. */
  readonly createdUtc: string
  readonly updatedUtc: string
}
