import { API_PERMISSIONS, type ApiPermission } from '../../operators/base-permissions.ts'
import type { Answer, Call } from '../dialect.ts'
import type { JsonSchema } from '../json-schema.ts'
import { parseBody, type Value } from './body.ts'
import type { SessionFacts } from '../../operators/known-sessions.ts'
import type { SdwanCode } from './codes.ts'
import type { SdwanDeps } from './deps.ts'
import type { Says } from './errors.ts'

/** The published versions of operations: each operation has some of them. */
export type Version = `v2.${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13}`

/** What a section of the document is about. */
export type Section = 'access' | 'auth tokens' | 'operators' | 'roles' | 'sessions' | 'tenants' | 'clients'

/** What a request asks, whoever sends it. */
export interface Sent {
  readonly call: Call
  /** As the API writes it, see `requestIdOf`. */
  readonly requestId: string
  readonly version: Version
  /** Whether it came by the unified path: there nothing tells of tenants. */
  readonly isUnified: boolean
  /** Path parameters by name. */
  readonly params: Readonly<Record<string, string>>
}

/** One request on its way to the domain. */
export interface Exchange<Body> extends Sent {
  /** Who calls, and with which credential; its tenant is that of the path. */
  readonly caller: SessionFacts
  /** Of the path, which is the caller's; decimal digits. */
  readonly sdwanTenantId: string
  readonly body: Body
}

export interface PublicExchange<Body> extends Sent {
  readonly body: Body
}

interface DefinitionOf<Body> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The legacy one, below `/{version}/api`; `{id}` stands for one segment. */
  readonly path: string
  /**
   * The unified one, below `/sdwan/{version}/api`. Absent: the same without `/tenants/{tenant_id}`. `null`: there is
   * none.
   */
  readonly unifiedPath?: string | null
  readonly versions: readonly Version[]
  /** Published names, by version: the legacy path has them. All others are named after method and path, as all once were. */
  readonly operationIds?: Readonly<Partial<Record<Version, string>>>
  /** One line on what it is for, as an order and without a full stop. */
  readonly summary: string
  readonly section: Section
  readonly body?: Value<Body>
  /** Whether the fields of a form are taken for a body too. */
  readonly takesForm?: boolean
  /** Of the body of a success. */
  readonly shape: JsonSchema
  /** Codes that the operation can give beside those of its body's fields and of its `says`. All are status 400 or 404. */
  readonly codes?: readonly SdwanCode[]
  /** What is told of a tenant in the path that is not the caller's. */
  readonly foreignTenant?: SdwanCode
  /** How failures of the domain are told here, where it is not as everywhere. */
  readonly says?: Says
}

export interface OperationDefinition<Body> extends DefinitionOf<Body> {
  /**
   * `permitted`, which is the default: whoever has the operation's permission. `authenticated`: every operator, whatever
   * his roles; nobody can take that from him.
   */
  readonly callers?: 'permitted' | 'authenticated'
  /** Whether a new access token is good for it, and for everything else once it was asked for. */
  readonly isFirstOfBearers?: boolean
  /** Whether it ends something although it is a GET. */
  readonly isEnding?: boolean
  readonly run: (deps: SdwanDeps, exchange: Exchange<Body>) => Promise<Answer> | Answer
}

export interface PublicOperationDefinition<Body> extends DefinitionOf<Body> {
  readonly run: (deps: SdwanDeps, exchange: PublicExchange<Body>) => Promise<Answer> | Answer
}

/** A route as the pipeline sees it: one version of an operation at one path, the type of the body folded in. */
interface RouteParts {
  readonly method: DefinitionOf<unknown>['method']
  /** The whole path. */
  readonly path: string
  /** The same, for the access log. */
  readonly routePath: string
  readonly version: Version
  readonly isUnified: boolean
  readonly operationId: string
  readonly summary: string
  readonly section: Section
  readonly bodySchema: JsonSchema | undefined
  /** What can be wrong with its fields. */
  readonly bodyCodes: readonly SdwanCode[]
  readonly shape: JsonSchema
  readonly codes: readonly SdwanCode[]
  readonly foreignTenant: SdwanCode
  readonly says: Says
  readonly takesBody: boolean
  readonly takesForm: boolean
  readonly parseBody: (json: unknown) => unknown
}

export interface OperatorRoute extends RouteParts {
  /** What has to be permitted, the same whichever version and path; `undefined`: nothing. */
  readonly permission: ApiPermission | undefined
  readonly isFirstOfBearers: boolean
  /** Whether something is dead once it has been done. */
  readonly isEnding: boolean
  readonly run: (deps: SdwanDeps, exchange: Exchange<unknown>) => Promise<Answer> | Answer
}

export interface PublicRoute extends RouteParts {
  readonly isPublic: true
  readonly run: (deps: SdwanDeps, exchange: PublicExchange<unknown>) => Promise<Answer> | Answer
}

export type Route = OperatorRoute | PublicRoute

/** The path's parameter that the credential has to be of. */
export const TENANT_ID = 'tenant_id'
export const UNIFIED_BASE = '/sdwan'

/**
 * One operation: a route for each of its versions, at the legacy and at the unified path.
 * @throws {RangeError} when no role can permit it
 */
export function operation<Body = undefined>(definition: OperationDefinition<Body>): readonly Route[] {
  const { method, path, callers = 'permitted', isFirstOfBearers = false, run } = definition
  const { isEnding = method === 'DELETE' } = definition
  const permission = callers === 'permitted' ? permissionOf(method, path) : undefined
  return placesOf(definition).map((place) => ({
    ...partsOf(definition, place),
    permission,
    isFirstOfBearers,
    isEnding,
    // The pipeline hands `run` what this very route's `parseBody` gave, so the type that it loses here is the one that
    // it gets there.
    run: run as OperatorRoute['run'],
  }))
}

/** One that answers callers without credentials. */
export function publicOperation<Body = undefined>(
  definition: PublicOperationDefinition<Body>,
): readonly Route[] {
  return placesOf(definition).map((place) => ({
    ...partsOf(definition, place),
    isPublic: true,
    run: definition.run as PublicRoute['run'], // As with `operation`.
  }))
}

export function isPublic(route: Route): route is PublicRoute {
  return 'isPublic' in route
}

type Place = Pick<RouteParts, 'path' | 'version' | 'isUnified'>

function placesOf<Body>({ path, unifiedPath, versions }: DefinitionOf<Body>): readonly Place[] {
  const unified = unifiedPath === undefined ? path.replace(`/tenants/{${TENANT_ID}}`, '') : unifiedPath
  return versions.flatMap((version): Place[] => [
    { version, isUnified: false, path: `/${version}/api${path}` },
    ...(unified === null
      ? []
      : [{ version, isUnified: true, path: `${UNIFIED_BASE}/${version}/api${unified}` }]),
  ])
}

function partsOf<Body>(definition: DefinitionOf<Body>, { path, version, isUnified }: Place): RouteParts {
  const { method, operationIds = {}, summary, section, body, takesForm = false, shape } = definition
  const { codes = [], foreignTenant = 'ESP_INVALID_TENANT_ID', says = {} } = definition
  const named = isUnified ? undefined : operationIds[version]
  return {
    method,
    path,
    routePath: path,
    version,
    isUnified,
    operationId: named ?? nameOf(method, path),
    summary,
    section,
    bodySchema: body?.schema,
    bodyCodes: body?.codes ?? [],
    shape,
    codes,
    foreignTenant,
    says,
    takesBody: body !== undefined,
    takesForm,
    parseBody: (json) => (body === undefined ? undefined : parseBody(json, body)),
  }
}

/** @param legacyPath of the operation, whichever path leads to it @throws {RangeError} */
function permissionOf(method: string, legacyPath: string): ApiPermission {
  const value = `${method}+/api${legacyPath.replaceAll('{', '[').replaceAll('}', ']')}`
  const known = API_PERMISSIONS.find((one) => one === value)
  if (known === undefined) throw new RangeError(`no role can permit ${value}`)
  return known
}

function nameOf(method: string, path: string): string {
  return `${method.toLowerCase()}${path.replaceAll('/', '-').replaceAll(/[{}]/g, '')}`
}

/** A path parameter of the route's own path, which is always there. */
export function parameter({ params }: Pick<Sent, 'params'>, name: string): string {
  return params[name] ?? ''
}
