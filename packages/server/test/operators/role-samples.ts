import type { TenantId } from '../../src/directory/tenant.ts'
import type { CustomPermission } from '../../src/operators/permission.ts'
import type { CustomRole } from '../../src/operators/role.ts'

/** A role that says nothing but what the case says. */
export function sampleRole(parts: Partial<CustomRole> = {}): CustomRole {
  return {
    tenantId: 1 as TenantId,
    id: '17953788000120044',
    name: 'sample',
    description: undefined,
    roles: [],
    permissions: [],
    disallowPermissions: [],
    customPermissions: [],
    isSystemOwned: false,
    isDisabled: false,
    disabledReason: undefined,
    isInactive: false,
    inactiveReason: undefined,
    etag: 1,
    updatedUtc: '17953788000120044',
    ...parts,
  }
}

export function samplePermission(parts: Partial<CustomPermission> = {}): CustomPermission {
  return {
    tenantId: 1 as TenantId,
    id: '17953788000990003',
    value: '/api/tenants/[tenant_id]/roles',
    allowedAfterMs: undefined,
    allowedBeforeMs: undefined,
    isDisallowed: false,
    region: undefined,
    isDisabled: false,
    disabledReason: undefined,
    isInactive: false,
    inactiveReason: undefined,
    etag: 1,
    updatedUtc: '17953788000990003',
    ...parts,
  }
}
