import type { Caller, CallerFacts } from '../../accounts/caller.ts'
import type { Role } from '../../accounts/role.ts'
import type { TenantId } from '../../directory/tenant.ts'
import type { Answer, Call } from '../dialect.ts'
import type { JsonSchema } from '../json-schema.ts'
import { parseBody, type Value } from './body.ts'
import type { AstraDeps } from './deps.ts'
import { type ListParameter, type ListQuery, parseListQuery, refuseQuery } from './list-query.ts'
import type { MediaType } from './media-type.ts'
import type { ProblemNumber } from './problem.ts'
import { BASE_PATH } from './render.ts'
import type { ResourceFields } from './resource-fields.ts'

/**
 * Who may call; one that holds is enough. A role: whoever has that one or a higher one. `self`: the user `{user_id}`,
 * whatever his role. `installation`: the owners of the default tenant's account.
 */
export type Callers = readonly (Role | 'self' | 'installation')[]

/** What an operation is about; each account is served by kind while it is `pending` (Astra, §6A.2). */
export type ResourceKind =
  | 'account'
  | 'user'
  | 'group'
  | 'token'
  | 'roleBinding'
  | 'credential'
  | 'ldap'
  | 'setting'
  | 'topology'

/** One request on its way to the domain. */
export interface Asked {
  readonly call: Call
  /** What is known of the caller, in his own account. */
  readonly facts: CallerFacts
  /** As whom he acts in the account of the path. */
  readonly caller: Caller
  /** Of the path; the caller's own where the path names none. */
  readonly account: { readonly tenantId: TenantId; readonly id: string }
  /** Path parameters by name; each an identifier. */
  readonly params: Readonly<Record<string, string>>
  /** Of the answer, as the `Accept` header wants it. */
  readonly contentType: string
}

export interface Exchange<Body> extends Asked {
  readonly body: Body
  readonly query: ListQuery
}

export interface RouteDefinition<Body> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the dialect's base; `{id}` stands for one segment. */
  readonly path: string
  readonly operationId: string
  /** One line on what it is for, as an order and without a full stop. */
  readonly summary: string
  readonly kind: ResourceKind
  readonly media: MediaType
  readonly callers: Callers
  /** Of a list: which parameters it takes, and what they may name. Other operations take none. */
  readonly list?: { readonly parameters: readonly ListParameter[]; readonly fields: ResourceFields }
  readonly body?: Value<Body>
  /** Of the body of a success. Absent: it has none. */
  readonly shape?: JsonSchema
  /** What is answered when what the path names is not there (Astra, §2.1 and §6A.4). */
  readonly notFound: 1 | 2
  /** Problems that the operation can give beside those that follow from the rest, see {@link problemsOf}. */
  readonly problems?: readonly ProblemNumber[]
  /** The published 406 of a few operations; all others answer JSON to whom nothing suits (Astra, §1.6). */
  readonly isStrictOnAccept?: boolean
  /** Whether it is there for users who are still `pending`: theirs to read and change are they themselves. */
  readonly isForPending?: boolean
  readonly run: (deps: AstraDeps, exchange: Exchange<Body>) => Promise<Answer> | Answer
}

/** A route as the pipeline sees it: every part there, the type of the body folded in. */
export interface Route {
  readonly method: RouteDefinition<unknown>['method']
  readonly path: string
  /** With the dialect's base, for the access log. */
  readonly routePath: string
  readonly operationId: string
  readonly summary: string
  readonly kind: ResourceKind
  readonly media: MediaType
  readonly callers: Callers
  readonly parameters: readonly ListParameter[]
  readonly bodySchema: JsonSchema | undefined
  readonly shape: JsonSchema | undefined
  readonly notFound: 1 | 2
  /** All that there are, in ascending order. */
  readonly problems: readonly ProblemNumber[]
  readonly isStrictOnAccept: boolean
  readonly isForPending: boolean
  /** Names of the path's parameters but the account's, in order. */
  readonly idNames: readonly string[]
  readonly takesBody: boolean
  readonly isInAccount: boolean
  readonly parseQuery: (query: URLSearchParams) => ListQuery
  readonly parseBody: (json: unknown) => unknown
  readonly run: (deps: AstraDeps, exchange: Exchange<unknown>) => Promise<Answer> | Answer
}

export function route<Body = undefined>(definition: RouteDefinition<Body>): Route {
  const { path, body, list, shape, isStrictOnAccept = false, isForPending = false } = definition
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return {
    ...definition,
    routePath: `${BASE_PATH}${path}`,
    parameters: list?.parameters ?? [],
    bodySchema: body?.schema,
    shape,
    problems: problemsOf(definition),
    isStrictOnAccept,
    isForPending,
    idNames: names.filter((name) => name !== ACCOUNT_ID),
    takesBody: body !== undefined,
    isInAccount: names.includes(ACCOUNT_ID),
    parseQuery: (query) =>
      list === undefined ? refuseQuery(query) : parseListQuery(query, list.parameters, list.fields),
    parseBody: (json) => (body === undefined ? undefined : parseBody(json, body)),
    // The pipeline hands `run` what this very route's `parseBody` gave, so the type that it loses here is the one that
    // it gets there.
    run: definition.run as Route['run'],
  }
}

/** The path's first parameter. */
export const ACCOUNT_ID = 'account_id'

/** What any request may meet: bad credentials, a user who may not get in, too much to do, a bug. */
const OF_ALL = [3, 4, 11, 14, 24, 34] as const

function problemsOf<Body>({
  method,
  path,
  list,
  body,
  notFound,
  problems = [],
  isStrictOnAccept = false,
}: RouteDefinition<Body>): readonly ProblemNumber[] {
  const found = new Set<ProblemNumber>([...OF_ALL, 6, ...problems])
  if (list !== undefined) found.add(5)
  if (body !== undefined) for (const number of [7, 8, 9, 85] as const) found.add(number)
  if (method === 'PUT') for (const number of [10, 38] as const) found.add(number)
  if (path.includes(`{${ACCOUNT_ID}}`)) found.add(12)
  if (path.replace(`{${ACCOUNT_ID}}`, '').includes('{'))
    for (const number of [35, notFound] as const) found.add(number)
  if (isStrictOnAccept) found.add(32)
  return [...found].toSorted((a, b) => a - b)
}
