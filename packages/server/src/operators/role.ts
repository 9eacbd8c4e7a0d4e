import type { TenantId } from '../directory/tenant.ts'
import type { CustomPermission, EntryState } from './permission.ts'
import type { SystemRole } from './role-names.ts'

/** A role of a tenant's own: system roles and permissions, without those disallowed. (Prisma SD-WAN, CustomRole) */
export interface CustomRole extends EntryState {
  readonly tenantId: TenantId
  /** 17 decimal digits, which are also when it was made. Unique in the tenant. */
  readonly id: string
  /** Unique in the tenant. */
  readonly name: string
  readonly description: string | undefined
  readonly roles: readonly SystemRole[]
  /** Permission values, see `parsePermission`. */
  readonly permissions: readonly string[]
  readonly disallowPermissions: readonly string[]
  /** As they are now: the role holds their ids. */
  readonly customPermissions: readonly CustomPermission[]
  /** Made by the installation, and not to be changed by an operator. */
  readonly isSystemOwned: boolean
  /** From 1, one more at each change. */
  readonly etag: number
  /** 17 decimal digits. */
  readonly updatedUtc: string
}

/** How requests mean a custom role: by its id or, without one, by its name. */
export interface CustomRoleRef {
  readonly id?: string | undefined
  readonly name?: string | undefined
}
