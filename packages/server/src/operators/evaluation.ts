import { type ApiPermission, basePermissions } from './base-permissions.ts'
import type { CustomPermission } from './permission.ts'
import {
  API_PATTERNS,
  namesApi,
  parameterOf,
  parsePermission,
  type PermissionPattern,
} from './permission-value.ts'
import type { CustomRole } from './role.ts'

/** What some roles allow and deny together, ready to be asked. Made once, for windows open and shut without it. */
export interface Rights {
  /** The system roles by their names: what {@link base} comes of. */
  readonly systemRoles: readonly string[]
  readonly base: readonly ReadonlySet<ApiPermission>[]
  readonly allowed: readonly Term[]
  readonly denied: readonly Term[]
}

/** One permission that is not a system role's, of the calls that it names. */
export interface Term {
  readonly pattern: PermissionPattern
  /** Which calls it names. */
  readonly names: ReadonlySet<ApiPermission>
  /** Unix milliseconds. */
  readonly afterMs: number
  /** Unix milliseconds. */
  readonly beforeMs: number
  readonly region: string | undefined
}

/** What somebody wants to do. */
export interface ApiCall {
  readonly permission: ApiPermission
  /** What stands in the path, or would: the tenant is the caller's own, and need not be there. */
  readonly params: Readonly<Record<string, string | undefined>>
}

/** @param roles system roles; what is none grants nothing */
export function compileRights(roles: readonly string[], customRoles: readonly CustomRole[]): Rights {
  const inForce = customRoles.filter((role) => !role.isDisabled && !role.isInactive)
  const systemRoles = [...new Set([...roles, ...inForce.flatMap((role) => role.roles)])]
  const custom = inForce.flatMap(({ customPermissions }) => customPermissions).filter(isInForce)
  return {
    systemRoles,
    base: systemRoles.map(basePermissions),
    allowed: [
      ...inForce.flatMap(({ permissions }) => permissions).map((value) => termOf(value)),
      ...custom.filter(({ isDisallowed }) => !isDisallowed).map(customTerm),
    ],
    denied: [
      ...inForce.flatMap(({ disallowPermissions }) => disallowPermissions).map((value) => termOf(value)),
      ...custom.filter(({ isDisallowed }) => isDisallowed).map(customTerm),
    ],
  }
}

/**
 * Whether the rights are good for that call now. What is denied stays denied, however it may be allowed.
 * (Prisma SD-WAN, custom roles)
 *
 * @param region in which it is asked
 */
export function isPermitted(rights: Rights, call: ApiCall, nowMillis: number, region: string): boolean {
  for (const term of rights.denied) {
    if (isAbout(term, call) && isOpen(term, nowMillis, region)) return false
  }
  for (const granted of rights.base) if (granted.has(call.permission)) return true
  for (const term of rights.allowed) {
    if (isAbout(term, call) && isOpen(term, nowMillis, region)) return true
  }
  return false
}

/** Whether a term is in force now. @param here the region in which it is asked */
export function isOpen({ afterMs, beforeMs, region }: Term, nowMillis: number, here: string): boolean {
  return nowMillis >= afterMs && nowMillis < beforeMs && (region === undefined || region === here)
}

function isInForce({ isDisabled, isInactive }: CustomPermission): boolean {
  return !isDisabled && !isInactive
}

function customTerm({ value, allowedAfterMs, allowedBeforeMs, region }: CustomPermission): Term {
  return termOf(value, allowedAfterMs, allowedBeforeMs, region)
}

function termOf(
  value: string,
  afterMs = Number.NEGATIVE_INFINITY,
  beforeMs = Number.POSITIVE_INFINITY,
  region?: string,
): Term {
  const pattern = parsePermission(value) ?? NOTHING
  return { pattern, names: new Set(namedApis(value)), afterMs, beforeMs, region }
}

/** The calls that a permission value names, of some ids at least; none, if it is no such value. */
export function namedApis(value: string): readonly ApiPermission[] {
  const pattern = parsePermission(value) ?? NOTHING
  const likely = APIS_BY_LENGTH.get(pattern.segments.length) ?? []
  return likely.flatMap(([permission, api]) => (namesApi(pattern, api) ? permission : []))
}

/** By how many segments they have: only those of as many are looked at, for a role has hundreds of values. */
const APIS_BY_LENGTH = Map.groupBy(API_PATTERNS, ([, { segments }]) => segments.length)

/** Names no call. */
const NOTHING: PermissionPattern = { method: undefined, segments: [] }

function isAbout({ names, pattern }: Term, { permission, params }: ApiCall): boolean {
  if (!names.has(permission)) return false
  const segments = API_PATTERNS.get(permission)?.segments ?? []
  for (let at = 0; at < segments.length; at++) {
    const parameter = parameterOf(segments[at] ?? '')
    // No pattern of another tenant gets as far as this, so nothing is asked of the tenant.
    if (parameter === undefined || parameter === 'tenant_id') continue
    const named = pattern.segments[at] ?? ''
    if (parameterOf(named) === undefined && named !== params[parameter]) return false
  }
  return true
}
