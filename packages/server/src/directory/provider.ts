import type { UnixSeconds } from '../ambient.ts'
import type { TenantId } from './tenant.ts'

declare const brand: unique symbol

/** A provider's canonical id: a random positive integer below 2^48. Never reused for another provider. */
export type ProviderId = number & { readonly [brand]: 'ProviderId' }

/** A service that tokens can speak for. Its cluster has the same Onezone id. */
export interface Provider {
  readonly id: ProviderId
  readonly tenantId: TenantId
  /** Unique in the tenant. */
  readonly onezoneId: string
  readonly name: string
  readonly domain: string
  /** The part of the domain that the zone hands out, when it does. */
  readonly subdomain: string | undefined
  readonly adminEmail: string
  /** Degrees, −90 … 90. */
  readonly latitude: number
  /** Degrees, −180 … 180. */
  readonly longitude: number
  readonly createdAt: UnixSeconds
}

/** What can be changed of a provider later. */
export type ProviderChange = Partial<Pick<Provider, 'name' | 'adminEmail' | 'latitude' | 'longitude'>>
