/** The roles that come with the service, as the API names them. (Prisma SD-WAN, AuthRole) */
export const SYSTEM_ROLES = [
  'guest',
  'system',
  'element',
  'support_iam_admin',
  'support_admin',
  'support_viewonly',
  'support_mfg',
  'support_super',
  'support_root',
  'devops',
  'secops',
  'tenant_iam_admin',
  'tenant_network_admin',
  'tenant_security_admin',
  'tenant_viewonly',
  'tenant_super',
  'tenant_root',
  'esp_iam_admin',
  'esp_machine_admin',
  'esp_admin',
  'esp_user',
  'esp_super',
  'esp_root',
] as const

export type SystemRole = (typeof SYSTEM_ROLES)[number]

/** Who a role is for: an ordinary tenant, one that serves others, or whoever runs the service. */
export type RoleFamily = 'tenant' | 'esp' | 'internal'

/** What ordinary tenants' operators, tokens and custom roles can have; a root is made by nobody. */
export const TENANT_ROLES = [
  'tenant_super',
  'tenant_iam_admin',
  'tenant_network_admin',
  'tenant_security_admin',
  'tenant_viewonly',
] as const satisfies readonly SystemRole[]

/** What else each of them stands for. Nobody's stands for a root. */
const INCLUDED: Readonly<Record<string, readonly string[]>> = {
  tenant_root: TENANT_ROLES,
  tenant_super: TENANT_ROLES,
  tenant_iam_admin: ['tenant_network_admin', 'tenant_security_admin', 'tenant_viewonly'],
  tenant_network_admin: ['tenant_viewonly'],
  tenant_security_admin: ['tenant_viewonly'],
}

/**
 * Whether who has one role has the other with it. Some permit the same here, and stand for more where they are read out of
 * a profile: of networks, or of their security.
 */
export function includesRole(held: string, other: string): boolean {
  return held === other || INCLUDED[held]?.includes(other) === true
}

export function isSystemRole(text: string): text is SystemRole {
  return (SYSTEM_ROLES as readonly string[]).includes(text)
}

export function familyOf(role: SystemRole): RoleFamily {
  if (role.startsWith('tenant_')) return 'tenant'
  return role.startsWith('esp_') ? 'esp' : 'internal'
}

/** Roots and supers stand alone: whatever else is beside them adds nothing, and only hides what somebody is. */
export function isSolo(role: SystemRole): boolean {
  return role.endsWith('_super') || isRoot(role)
}

export function isRoot(role: SystemRole): boolean {
  return role.endsWith('_root')
}
