import { type Condition, parseFilter } from './filter.ts'
import { type Invalid, ProblemRaised } from './problem.ts'
import type { ResourceFields } from './resource-fields.ts'

export const LIST_PARAMETERS = ['include', 'limit', 'filter', 'orderBy', 'skip', 'count', 'continue'] as const

export type ListParameter = (typeof LIST_PARAMETERS)[number]

/** What a list is asked for. */
export interface ListQuery {
  /** Which fields to show, in that order; `undefined`: the whole items. */
  readonly include: readonly string[] | undefined
  /** All must hold. */
  readonly filters: readonly Condition[]
  /** `undefined`: as they were created. */
  readonly orderBy: OrderBy | undefined
  /** Of items that match, from the first on. */
  readonly skip: number
  readonly limit: number
  readonly hasCount: boolean
  /** Not yet known to be one of ours. */
  readonly continue: string | undefined
}

export interface OrderBy {
  readonly field: string
  readonly isDescending: boolean
}

export const ALL: ListQuery = {
  include: undefined,
  filters: [],
  orderBy: undefined,
  skip: 0,
  limit: Number.POSITIVE_INFINITY,
  hasCount: false,
  continue: undefined,
}

/** @throws {ProblemRaised} 6 for any parameter at all */
export function refuseQuery(query: URLSearchParams): ListQuery {
  if (query.size > 0) requireSupported(query, [])
  return ALL
}

/**
 * The parameters of a list.
 * @param supported those that this list takes
 * @throws {ProblemRaised} 6 for parameters that it does not take, 5 for values that are none; each with all of them
 */
export function parseListQuery(
  query: URLSearchParams,
  supported: readonly ListParameter[],
  fields: ResourceFields,
): ListQuery {
  if (query.size === 0) return ALL
  requireSupported(query, supported)
  const invalid = new Map<string, Invalid>()
  const complain = (name: ListParameter, reason: string): undefined => {
    if (!invalid.has(name)) invalid.set(name, { name, reason })
  }
  const once = (name: ListParameter, form: RegExp, expected: string): string | undefined => {
    const [value, second] = query.getAll(name)
    if (value === undefined) return undefined
    if (second !== undefined) return complain(name, 'must be given once')
    return form.test(value) ? value : complain(name, expected)
  }
  const parsed: ListQuery = {
    include: includeOf(
      once('include', INCLUDE, 'must be names of fields, with commas between'),
      fields,
      complain,
    ),
    filters: filtersOf(query.getAll('filter'), fields, complain),
    orderBy: orderByOf(
      once('orderBy', ORDER_BY, 'must be the name of a field, or that and desc'),
      fields,
      complain,
    ),
    skip: numberOf(once('skip', POSITIVE, 'must be a positive integer')) ?? ALL.skip,
    limit: numberOf(once('limit', POSITIVE, 'must be a positive integer')) ?? ALL.limit,
    hasCount: once('count', COUNT, 'must be true') !== undefined,
    continue: once('continue', CONTINUE, NOT_OURS),
  }
  // Where a page begins is what it says; counting off items before it would skip others on every page.
  if (parsed.continue !== undefined && parsed.skip > 0) complain('skip', 'cannot be combined with continue')
  if (invalid.size > 0) throw new ProblemRaised({ number: 5, invalidParams: [...invalid.values()] })
  return parsed
}

export const NOT_OURS = 'must be what the previous page of this very list gave'

const INCLUDE = /^[0-9a-zA-Z]+(?:,[0-9a-zA-Z]+)*$/
const POSITIVE = /^[1-9][0-9]*$/
const COUNT = /^true$/
const ORDER_BY = /^[0-9a-zA-Z]+(?:(?: |%20)desc)?$/
const CONTINUE = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** More than anybody has items is as good as that, and a number that databases know. */
function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Math.min(Number(digits), MAX_ITEMS)
}

const MAX_ITEMS = 2 ** 40

/** Each is compared with every item. */
const MAX_FILTERS = 32

type Complain = (name: ListParameter, reason: string) => undefined

function requireSupported(query: URLSearchParams, supported: readonly ListParameter[]): void {
  const names: readonly string[] = supported
  const unsupported = [...new Set(query.keys())].filter((name) => !names.includes(name))
  if (unsupported.length === 0) return
  const invalidParams = unsupported.map((name) => ({ name, reason: 'is not supported here' }))
  throw new ProblemRaised({ number: 6, invalidParams })
}

function includeOf(
  text: string | undefined,
  fields: ResourceFields,
  complain: Complain,
): readonly string[] | undefined {
  const names = text?.split(',')
  const unknown = names?.find((name) => !fields.has(name))
  return unknown === undefined ? names : complain('include', `has no field ${unknown} to show`)
}

function filtersOf(
  texts: readonly string[],
  fields: ResourceFields,
  complain: Complain,
): readonly Condition[] {
  if (texts.length > MAX_FILTERS) complain('filter', `must be given at most ${MAX_FILTERS} times`)
  return texts.slice(0, MAX_FILTERS).flatMap((text) => {
    const condition = parseFilter(text, fields)
    return typeof condition === 'string' ? (complain('filter', condition) ?? []) : condition
  })
}

function orderByOf(
  text: string | undefined,
  fields: ResourceFields,
  complain: Complain,
): OrderBy | undefined {
  if (text === undefined) return undefined
  const [field = '', direction] = text.split(/ |%20/)
  if (!fields.isOrdered(field)) return complain('orderBy', `has no order by ${field}`)
  return { field, isDescending: direction !== undefined }
}
