import type { TenantId } from '../directory/tenant.ts'

/** Whether a custom role or permission is in force. */
export interface EntryState {
  /** By an administrator. */
  readonly isDisabled: boolean
  readonly disabledReason: string | undefined
  /** By the system. */
  readonly isInactive: boolean
  readonly inactiveReason: string | undefined
}

/** A permission of a tenant's own: one that has a window of time, or denies. (Prisma SD-WAN, CustomPermission) */
export interface CustomPermission extends EntryState {
  readonly tenantId: TenantId
  /** 17 decimal digits, which are also when it was made. Unique in the tenant. */
  readonly id: string
  /** See `parsePermission`. */
  readonly value: string
  /** Unix milliseconds from which on it is in force; `undefined`: from ever. */
  readonly allowedAfterMs: number | undefined
  /** Unix milliseconds until which it is in force, themselves not; `undefined`: for ever. */
  readonly allowedBeforeMs: number | undefined
  /** Whether it denies what it names. */
  readonly isDisallowed: boolean
  /** Where alone it is in force; `undefined`: everywhere. Set by no request. */
  readonly region: string | undefined
  /** From 1, one more at each change. */
  readonly etag: number
  /** 17 decimal digits. */
  readonly updatedUtc: string
}
