import type { UnixSeconds } from '../ambient.ts'

declare const brand: unique symbol

/** A tenant's canonical id: a random positive integer below 2^48, the same in every table and every key. */
export type TenantId = number & { readonly [brand]: 'TenantId' }

/** One isolated customer. Nothing crosses tenants. */
export interface Tenant {
  readonly id: TenantId
  readonly name: string
  /** The host name that the tenant's Onezone API answers at, lower case, without port. Unique. */
  readonly onezoneDomain: string
  /** UUIDv4, how the Astra dialect shows the tenant. */
  readonly astraAccountId: string
  /** Decimal digits, how the SD-WAN dialect shows the tenant. */
  readonly sdwanTenantId: string
  /** The default tenant serves every host that no other tenant claims. Exactly one. */
  readonly isDefault: boolean
  readonly createdAt: UnixSeconds
}
