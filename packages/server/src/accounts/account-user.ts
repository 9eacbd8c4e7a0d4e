import type { UnixSeconds } from '../ambient.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import type { JsonValue } from './account.ts'
import type { Metadata } from './metadata.ts'

/** Who proves that the user is who he says: we, a directory of the customer, or the vendor's cloud. */
export type AuthProvider = 'local' | 'ldap' | 'cloud-central'

export type UserState = 'pending' | 'active' | 'suspended'

/** A user of the directory as the Astra Control API shows him. Gets in when `active` and enabled. */
export interface AccountUser {
  readonly userId: UserId
  readonly tenantId: TenantId
  /** His `uuid`. */
  readonly id: string
  /** Empty: none is known. */
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly companyName: string | undefined
  readonly phone: string | undefined
  /** As it was sent. */
  readonly postalAddress: JsonValue | undefined
  readonly authProvider: AuthProvider
  /** How that knows him: the e-mail address of a local user, the distinguished name of an LDAP user. May be empty. */
  readonly authId: string
  readonly sendsWelcomeEmail: boolean
  readonly state: UserState
  /** The same as not being blocked: a user who is not gets in nowhere, by whatever API. */
  readonly isEnabled: boolean
  /** When he was last enabled. */
  readonly enabledAt: UnixSeconds
  readonly metadata: Metadata
}

/** What can be changed of one; what is left out stays. */
export type AccountUserChange = {
  readonly [Key in ChangeableField]?: AccountUser[Key] | undefined
}

type ChangeableField =
  | 'email'
  | 'firstName'
  | 'lastName'
  | 'companyName'
  | 'phone'
  | 'postalAddress'
  | 'authId'
  | 'sendsWelcomeEmail'
  | 'state'
  | 'isEnabled'
