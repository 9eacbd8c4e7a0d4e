import { type ApiPermission, API_PERMISSIONS } from './base-permissions.ts'
import { compileRights, type Rights, type Term } from './evaluation.ts'
import { API_PATTERNS, parameterOf, parsePermission } from './permission-value.ts'
import type { CustomRole } from './role.ts'

/**
 * Whether who has these rights has all that the others come to, from now on and for as long as they do. What he has for a
 * while he cannot give for longer, and what is denied him he can give with that denial only.
 */
export function covers(held: Rights, given: Rights, nowMillis: number): boolean {
  return API_PERMISSIONS.every((api) => {
    const part: Part = { held, given, api, nowMillis }
    return grantsOf(given, api, nowMillis).every((grant) => isHeld(part, grant) && isAsDenied(part, grant))
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
  const kept = compileRights([], [after]).denied
  const denied = compileRights([], [before]).denied.filter(({ beforeMs }) => beforeMs > nowMillis)
  const allowed = denied.filter((denial) =>
    [...denial.names].some((api) => !kept.some((term) => includes(term, denial, api))),
  )
  return { base: [], allowed, denied: [] }
}

interface Part {
  readonly held: Rights
  readonly given: Rights
  readonly api: ApiPermission
  readonly nowMillis: number
}

/** All that allows that call, a system role among it, but for what is denied altogether. */
function grantsOf({ base, allowed, denied }: Rights, api: ApiPermission, nowMillis: number): readonly Term[] {
  const own = base.some((granted) => granted.has(api)) ? [always(api)] : []
  return [...own, ...allowed].filter(
    (term) =>
      term.names.has(api) &&
      term.beforeMs > nowMillis &&
      !denied.some((denial) => includes(denial, term, api)),
  )
}

function isHeld({ held, api, nowMillis }: Part, grant: Term): boolean {
  return grantsOf(held, api, nowMillis).some((term) => includes(term, grant, api))
}

/** Whether all that is denied to who gives it is denied to who gets it. */
function isAsDenied({ held, given, api, nowMillis }: Part, grant: Term): boolean {
  return held.denied
    .filter((term) => term.beforeMs > nowMillis && meets(term, grant, api))
    .every((term) => given.denied.some((other) => includes(other, term, api)))
}

/** Whether a term says of that call all that the other one does. */
function includes(term: Term, other: Term, api: ApiPermission): boolean {
  return (
    term.names.has(api) &&
    term.afterMs <= other.afterMs &&
    term.beforeMs >= other.beforeMs &&
    (term.region === undefined || term.region === other.region) &&
    idsOf(term, api).every((id, at) => id === undefined || id === idsOf(other, api)[at])
  )
}

/** Whether there is a call that both are about. */
function meets(term: Term, other: Term, api: ApiPermission): boolean {
  return (
    term.names.has(api) &&
    term.afterMs < other.beforeMs &&
    other.afterMs < term.beforeMs &&
    (term.region === undefined || other.region === undefined || term.region === other.region) &&
    idsOf(term, api).every((id, at) => {
      const otherId = idsOf(other, api)[at]
      return id === undefined || otherId === undefined || id === otherId
    })
  )
}

/** What a term has in the place of each parameter of the call; `undefined`: any. */
function idsOf({ pattern }: Term, api: ApiPermission): readonly (string | undefined)[] {
  const segments = API_PATTERNS.get(api)?.segments ?? []
  return segments.map((segment, at) => {
    const parameter = parameterOf(segment)
    // Nobody's terms are of another tenant.
    if (parameter === undefined || parameter === 'tenant_id') return undefined
    const named = pattern.segments[at] ?? ''
    return parameterOf(named) === undefined ? named : undefined
  })
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
