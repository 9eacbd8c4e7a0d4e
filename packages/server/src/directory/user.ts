import type { UnixSeconds } from '../ambient.ts'
import type { TenantId } from './tenant.ts'

declare const brand: unique symbol

/** A user's canonical id: a random positive integer below 2^48. Never reused for another user. */
export type UserId = number & { readonly [brand]: 'UserId' }

export interface User {
  readonly id: UserId
  readonly tenantId: TenantId
  /** UUIDv4: how the Astra dialect and `/v1` show the user. Unique in the installation. */
  readonly uuid: string
  /** 32 hex + `ch` + 4 hex: how the Onezone dialect shows the user. Unique in the tenant. */
  readonly onezoneId: string
  /** Decimal digits: how the SD-WAN dialect shows the user. Unique in the installation. */
  readonly sdwanOperatorId: string
  /** Unique in the installation, case-sensitive. */
  readonly username: string | undefined
  /** Unique in the installation, compared without case. */
  readonly email: string | undefined
  readonly fullName: string
  /** Whether a password may be used at all (Onezone's `basicAuthEnabled`). */
  readonly basicAuthEnabled: boolean
  readonly isBlocked: boolean
  readonly createdAt: UnixSeconds
}

/** A user with what is needed to check his password. Kept apart so that the hash goes nowhere by accident. */
export interface UserWithPassword {
  readonly user: User
  /** Argon2id in PHC form; `undefined` when no password was ever set. */
  readonly passwordHash: string | undefined
  /** Goes up with every change of the password. */
  readonly passwordVersion: number
}
