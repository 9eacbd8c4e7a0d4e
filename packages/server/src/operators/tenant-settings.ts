import type { JsonObject } from '../authority/named-token.ts'
import type { TenantId } from '../directory/tenant.ts'

/** A tenant as the API of Prisma SD-WAN shows it. */
export interface TenantSettings {
  readonly tenantId: TenantId
  /** Decimal digits: the tenant's `sdwanTenantId`. */
  readonly id: string
  readonly name: string
  /** Once it is set it stays. */
  readonly canonicalName: string | undefined
  readonly description: string | undefined
  readonly passwordPolicy: PasswordPolicy
  readonly profile: TenantProfile
  /** From 1, one more at each change. */
  readonly etag: number
  /** 17 decimal digits. */
  readonly createdUtc: string
  readonly updatedUtc: string
}

/** The fields that are only kept, as the API names them. */
export interface TenantProfile extends JsonObject {
  /** Decimal digits: by which name the tenant's clients may ask for their bearers too. */
  readonly tsg_id?: string | undefined
}

/** What a tenant asks of its operators' passwords and logins. Each number counts only while its switch is on. */
export interface PasswordPolicy {
  /** Locks an operator after {@link failedLoginAttempts}. */
  readonly isLockoutEnabled: boolean
  readonly failedLoginAttempts: number
  /** Lets each further attempt wait longer. */
  readonly isDelayEnabled: boolean
  readonly isMinimumLengthEnabled: boolean
  readonly minimumLength: number
  readonly isMaximumLengthEnabled: boolean
  readonly maximumLength: number
  readonly isAgingEnabled: boolean
  readonly agingDays: number
  /** How many days before. */
  readonly agingNotificationDays: number
  /** No name or address of the operator may stand in his password. */
  readonly isIdentityDifferenceEnabled: boolean
  /** None of the last {@link noReuseCount} passwords may come back. */
  readonly isNoReuseEnabled: boolean
  readonly noReuseCount: number
  /** Tokens of operators who have it on are good at the address only that they were made from. */
  readonly isSessionIpLockEnabled: boolean
  readonly needsTwoLowerCaseLetters: boolean
  readonly needsTwoUpperCaseLetters: boolean
  readonly needsTwoNumbers: boolean
  readonly needsTwoSpecialCharacters: boolean
}

/**
 * Where a tenant has said nothing else. No lockout: whoever knows an address could keep its operator out. The API publishes
 * no defaults but that of the lock to an address.
 */
export const DEFAULT_PASSWORD_POLICY: PasswordPolicy = {
  isLockoutEnabled: false,
  failedLoginAttempts: 10,
  isDelayEnabled: true,
  isMinimumLengthEnabled: true,
  minimumLength: 8,
  isMaximumLengthEnabled: false,
  maximumLength: 1000,
  isAgingEnabled: false,
  agingDays: 90,
  agingNotificationDays: 7,
  isIdentityDifferenceEnabled: false,
  isNoReuseEnabled: false,
  noReuseCount: 5,
  isSessionIpLockEnabled: true,
  needsTwoLowerCaseLetters: false,
  needsTwoUpperCaseLetters: false,
  needsTwoNumbers: false,
  needsTwoSpecialCharacters: false,
}
