import type { Operation, Resource } from '@jeton/token'
import type { Actor } from '../../authority/actor.ts'
import type { SubjectName } from '../../authority/named-token.ts'
import type { ParseBytes } from '../../authority/presented-token.ts'
import type { Tenant } from '../../directory/tenant.ts'
import type { Answer, Call } from '../dialect.ts'
import type { Callers } from './callers.ts'
import type { OnezoneDeps } from './deps.ts'
import { parseJson } from './json-body.ts'
import { BASE_PATH } from './render.ts'
import { type Placeholders, resourceKey } from './resource-key.ts'
import { type BodyParser, noBody } from './schema.ts'
import type { Success } from './success.ts'

/** One request on its way to the domain. */
export interface Asked {
  readonly call: Call
  readonly tenant: Tenant
  readonly actor: Actor
  /** Decoded path parameters by name. */
  readonly params: Placeholders
}

export interface Exchange<Body, Entity> extends Asked {
  readonly body: Body
  readonly entity: Entity
}

/** Every status that an operation may refuse with. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 406 | 408 | 409 | 413 | 415 | 431 | 500 | 503

export interface RouteDefinition<Body, Entity> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the dialect's base; `{id}` stands for one segment. */
  readonly path: string
  readonly operationId: string
  /** One line on what it is for, as an order and without a full stop: shown by the API document and the command line. */
  readonly summary: string
  /** What it answers when it succeeds. */
  readonly success: Success
  /** Statuses of refusals that do not follow from the rest of the definition; see {@link refusalsOf}. */
  readonly refusals?: readonly (400 | 403 | 404 | 409)[]
  /** What `api` caveats match; `{subject}` and path parameters are filled in. */
  readonly resource: string
  readonly callers: Callers
  readonly body?: BodyParser<Body>
  /** Whether a success leaves more on the disk than before: such operations stop first when it fills up. */
  readonly writes?: boolean
  /** The entity that must be there before anything else is asked. @throws {Refused} `…_not_found` */
  readonly fetch?: (deps: OnezoneDeps, asked: Asked) => Promise<Entity>
  /** Whom it is about: the user or the provider that is `self` and `{subject}` to it. */
  readonly subject?: (asked: Asked, entity: Entity) => SubjectName
  /** The one domain call, and its answer. */
  readonly run: (deps: OnezoneDeps, exchange: Exchange<Body, Entity>) => Promise<Answer> | Answer
}

/** A route as the pipeline sees it: every part there, the types of body and entity folded in. */
export interface Route {
  readonly method: RouteDefinition<unknown, unknown>['method']
  readonly path: string
  /** With the dialect's base, for the access log. */
  readonly routePath: string
  readonly operationId: string
  readonly summary: string
  readonly success: Success
  /** All that there are, in ascending order. */
  readonly refusals: readonly RefusalStatus[]
  readonly operation: Operation
  readonly resource: (values: Placeholders) => Resource
  /** The same as the definition has it, for the document. */
  readonly resourceText: string
  readonly callers: Callers
  readonly writes: boolean
  readonly body: BodyParser<unknown>
  /** The same of the bytes that were sent. */
  readonly bodyOfBytes: ParseBytes
  readonly fetch: ((deps: OnezoneDeps, asked: Asked) => Promise<unknown>) | undefined
  readonly subject: (asked: Asked, entity: unknown) => SubjectName | undefined
  readonly run: (deps: OnezoneDeps, exchange: Exchange<unknown, unknown>) => Promise<Answer> | Answer
}

const OPERATIONS = { GET: 'get', POST: 'create', PUT: 'create', PATCH: 'update', DELETE: 'delete' } as const

export function route<Body = undefined, Entity = undefined>(
  definition: RouteDefinition<Body, Entity>,
): Route {
  const { method, path, operationId, summary, success, callers, writes = false, body = noBody } = definition
  return {
    method,
    path,
    routePath: `${BASE_PATH}${path}`,
    operationId,
    summary,
    success,
    refusals: refusalsOf(definition),
    callers,
    writes,
    operation: OPERATIONS[method],
    resource: resourceKey(definition.resource),
    resourceText: definition.resource,
    body,
    bodyOfBytes: (bytes, tokens) => body(parseJson(bytes), tokens),
    fetch: definition.fetch,
    // The pipeline hands `subject` and `run` what this very route's `fetch` and `body` gave, so the types they lose
    // here are the types they get there.
    subject: (definition.subject ?? (() => undefined)) as Route['subject'],
    run: definition.run as Route['run'],
  }
}

export function takesBody({ method }: Pick<Route, 'method'>): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH'
}

/** What any request may meet: bad credentials, nothing acceptable, large headers, a bug, no service. */
const OF_ALL = [401, 406, 431, 500, 503] as const
const OF_BODIES = [400, 408, 413, 415] as const

/** Every status that an operation may refuse with, in ascending order. */
function refusalsOf<Body, Entity>(definition: RouteDefinition<Body, Entity>): readonly RefusalStatus[] {
  const statuses = new Set<RefusalStatus>([...OF_ALL, ...(definition.refusals ?? [])])
  if (takesBody(definition)) for (const status of OF_BODIES) statuses.add(status)
  if (definition.callers !== 'anyone') statuses.add(403)
  if (definition.fetch !== undefined) statuses.add(404)
  return [...statuses].toSorted((a, b) => a - b)
}

/**
 * Whom `/user…` or `/provider…` is about: the caller, whatever he is. Of the wrong kind he is nobody's user or provider
 * (Onezone REST, caller mismatches). Nobody has an empty id.
 */
export function callerAs(type: SubjectName['type']): (asked: Asked) => SubjectName {
  return ({ actor }) => ({ type, id: actor.kind === 'nobody' ? '' : actor.onezoneId })
}

/** Whom `/users/{id}…` or `/providers/{id}…` is about. */
export function namedInPath(type: SubjectName['type']): (asked: Asked) => SubjectName {
  return ({ params }) => ({ type, id: params['id'] ?? '' })
}
