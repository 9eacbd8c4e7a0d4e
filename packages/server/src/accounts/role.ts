/** What a user may do in his account, from little to all: each role may do what those before it may. */
export const ROLES = ['viewer', 'member', 'admin', 'owner'] as const

export type Role = (typeof ROLES)[number]

export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text)
}

/** The most that a user may do by any of his bindings; `undefined` when he has none. */
export function highestRole(roles: readonly Role[]): Role | undefined {
  return ROLES.findLast((role) => roles.includes(role))
}

/** Without a role: nothing at all. */
export function isAtLeast(role: Role | undefined, least: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least)
}
