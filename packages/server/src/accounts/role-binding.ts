import type { TenantId } from '../directory/tenant.ts'
import type { Metadata } from './metadata.ts'
import type { Role } from './role.ts'

/** Who holds the role: at most one binding each. Ids are uuids. */
export type Principal =
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string }

export interface RoleBinding {
  readonly tenantId: TenantId
  /** UUIDv4. */
  readonly id: string
  readonly principal: Principal
  readonly role: Role
  /** Of which namespaces; the entries of an account are not confined by it. No word twice. */
  readonly roleConstraints: readonly string[]
  readonly metadata: Metadata
}

/** Everything. */
export const UNCONSTRAINED: readonly string[] = ['*']
