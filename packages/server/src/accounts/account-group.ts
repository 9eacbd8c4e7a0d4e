import type { TenantId } from '../directory/tenant.ts'
import type { Metadata } from './metadata.ts'

/** A group of a directory of the customer's (LDAP), whose members get the roles that are bound to it. */
export interface AccountGroup {
  readonly tenantId: TenantId
  /** UUIDv4. */
  readonly id: string
  readonly name: string
  /** The distinguished name: as it was sent, compared without case. Unique in the account. */
  readonly authId: string
  readonly metadata: Metadata
}
