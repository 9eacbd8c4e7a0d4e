import { type ApiPermission, API_PERMISSIONS } from './base-permissions.ts'
import { compileRights, type Rights, type Term } from './evaluation.ts'
import { parsePermission } from './permission-value.ts'
import { includesRole } from './role-names.ts'
import type { CustomRole } from './role.ts'
import { TermIndex } from './term-index.ts'

/**
 * Whether who has these rights has all that the others come to, from now on and for as long as they do. What he has for a
 * while he cannot give for longer, and what is denied him he can give with that denial only. System roles count by their
 * names too, for these are read elsewhere.
 */
export function covers(held: Rights, given: Rights, nowMillis: number): boolean {
  if (!given.systemRoles.every((role) => held.systemRoles.some((own) => includesRole(own, role))))
    return false
  return API_PERMISSIONS.every((api) => {
    const grants = grantsOf(given, api, nowMillis)
    if (grants.length === 0) return true
    const own = new TermIndex(grantsOf(held, api, nowMillis), api)
    const denials = held.denied.filter(({ names, beforeMs }) => names.has(api) && beforeMs > nowMillis)
    return grants.every((grant) => own.includes(grant)) && areKept(denials, given.denied, grants, api)
  })
}

/** What somebody who is given these roles comes to, at the most: what is switched off can be switched on without him. */
export function compileGrant(roles: readonly string[], customRoles: readonly CustomRole[]): Rights {
  const on = { isDisabled: false, isInactive: false }
  const switchedOn = customRoles.map((role) => ({
    ...role,
    ...on,
    customPermissions: role.customPermissions.map((permission) => ({ ...permission, ...on })),
  }))
  return { ...compileRights(roles, switchedOn), denied: compileRights([], customRoles).denied }
}

/** What whoever has the role is not denied any more when it becomes another one. */
export function liftedDenials(before: CustomRole, after: CustomRole, nowMillis: number): Rights {
  const { denied: kept } = compileRights([], [after])
  const isKept = new Map(API_PERMISSIONS.map((api) => [api, new TermIndex(kept, api)]))
  const denied = compileRights([], [before]).denied.filter(({ beforeMs }) => beforeMs > nowMillis)
  const allowed = denied.filter((denial) =>
    [...denial.names].some((api) => isKept.get(api)?.includes(denial) !== true),
  )
  return { systemRoles: [], base: [], allowed, denied: [] }
}

/** All that allows that call, a system role among it, but for what is denied altogether. */
function grantsOf({ base, allowed, denied }: Rights, api: ApiPermission, nowMillis: number): readonly Term[] {
  const own = base.some((granted) => granted.has(api)) ? [always(api)] : []
  const named = allowed.filter(({ names, beforeMs }) => names.has(api) && beforeMs > nowMillis)
  const denials = new TermIndex(denied, api)
  return [...own, ...named].filter((term) => !denials.includes(term))
}

/** Whether all that is denied to who gives something is denied to who gets it. */
function areKept(
  denials: readonly Term[],
  kept: readonly Term[],
  grants: readonly Term[],
  api: ApiPermission,
): boolean {
  if (denials.length === 0) return true
  const given = new TermIndex(grants, api)
  const others = new TermIndex(kept, api)
  return denials.every((denial) => others.includes(denial) || !given.meets(denial))
}

function always(api: ApiPermission): Term {
  const pattern = parsePermission(api) ?? { method: undefined, segments: [] }
  return {
    pattern,
    names: new Set([api]),
    afterMs: Number.NEGATIVE_INFINITY,
    beforeMs: Number.POSITIVE_INFINITY,
    region: undefined,
  }
}
