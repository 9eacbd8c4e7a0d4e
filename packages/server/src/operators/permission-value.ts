import { API_PERMISSIONS, type ApiPermission } from './base-permissions.ts'

/** A permission value, taken apart. */
export interface PermissionPattern {
  /** `undefined`: any. */
  readonly method: string | undefined
  /** Each is a word of the path, a parameter in brackets, or what stands in the place of one: an id. */
  readonly segments: readonly string[]
}

/** Letters, digits and `/ + _ [ ] -`: no version stands in a value, for versions have dots. (Prisma SD-WAN, CustomPermission) */
export const PERMISSION_VALUE = /^[/0-9a-zA-Z+_[\]-]{1,500}$/

const PARTS = /^(?:(GET|POST|PUT|PATCH|DELETE)\+)?(\/.*)$/

/** `METHOD+/path` or `/path`, for any method. `undefined`: it is neither. */
export function parsePermission(value: string): PermissionPattern | undefined {
  const [, method, path] = PARTS.exec(value) ?? []
  if (path === undefined || !PERMISSION_VALUE.test(value)) return undefined
  return { method, segments: path.slice(1).split('/') }
}

/** The same of everything that can be permitted. */
export const API_PATTERNS: ReadonlyMap<ApiPermission, PermissionPattern> = new Map(
  API_PERMISSIONS.map((value) => [value, parsePermission(value) ?? { method: undefined, segments: [] }]),
)

/** The name of a parameter; `undefined`: the segment is a word, or an id. */
export function parameterOf(segment: string): string | undefined {
  return segment.startsWith('[') && segment.endsWith(']') ? segment.slice(1, -1) : undefined
}

/** Whether a pattern names that call, of some ids at least. */
export function namesApi(pattern: PermissionPattern, api: PermissionPattern): boolean {
  return (
    (pattern.method === undefined || pattern.method === api.method) &&
    pattern.segments.length === api.segments.length &&
    api.segments.every((segment, at) => {
      const named = pattern.segments[at] ?? ''
      // A parameter stands only for itself: one that is misspelled names nothing, and whoever writes it is told.
      return named === segment || (parameterOf(segment) !== undefined && ID.test(named))
    })
  )
}

const ID = /^[0-9a-zA-Z_-]+$/

/** The tenant that a pattern is about by its id; `undefined`: any. */
export function tenantNamedBy({ segments }: PermissionPattern): string | undefined {
  const [, tenants, tenant] = segments
  return tenants === 'tenants' && tenant !== undefined && ID.test(tenant) ? tenant : undefined
}
