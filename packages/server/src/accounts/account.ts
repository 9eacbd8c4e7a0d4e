import type { UnixSeconds } from '../ambient.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { Metadata } from './metadata.ts'

/**
 * `pending`: only users and roles under it can change. `deletePending`: nobody gets in any more.
 * @see the Astra Control API, accounts
 */
export type AccountState = 'pending' | 'active' | 'deletePending'

/** A tenant as the Astra Control API shows it. */
export interface Account {
  readonly tenantId: TenantId
  /** UUIDv4: the tenant's `astraAccountId`. */
  readonly id: string
  readonly name: string
  readonly state: AccountState
  readonly isEnabled: boolean
  /** When it was last enabled; `undefined` if it never was. */
  readonly enabledAt: UnixSeconds | undefined
  /** As it was sent. */
  readonly contact: JsonValue | undefined
  /** Of the default tenant. */
  readonly isDefault: boolean
  readonly metadata: Metadata
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }
