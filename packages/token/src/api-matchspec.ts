import { isListEntry } from './caveat-kind.ts'
import { isServiceType, type ServiceType } from './service-spec.ts'

export type Operation = 'create' | 'get' | 'update' | 'delete'

/** What an operation is done to, as a GRI names it: `<type>.<id>.<aspect>[,<argument>]:<scope>`. */
export interface Resource {
  readonly type: string
  /** `null`: the operation is about no particular entity. */
  readonly id: string | null
  readonly aspect: string
  /** Present for a compound aspect such as `user_named_token,<userId>`. */
  readonly aspectArg?: string
  readonly scope: string
}

/** A pattern for operations: `<service>/<operation>/<type>.<id>.<aspect>[:<scope>]`. */
export interface Matchspec {
  readonly service: ServiceType | 'all'
  readonly operation: Operation | 'all'
  readonly type: string
  /** `*`, the literal `null` for no id, the literal `self`, or an id. */
  readonly id: string
  readonly aspect: string
  /** Of a compound pattern. */
  readonly aspectArg: string | undefined
  readonly scope: string
}

const OPERATIONS: ReadonlySet<string> = new Set(['all', 'create', 'get', 'update', 'delete'])
const SCOPES: ReadonlySet<string> = new Set(['*', 'private', 'protected', 'shared', 'public', 'auto'])
const DEFAULT_SCOPE = 'private'

const named = (prefix: string, names: string): string[] => names.split(' ').map((name) => prefix + name)

/** Entity types that patterns may name. */
const ENTITY_TYPES: ReadonlySet<string> = new Set([
  '*',
  ...named(
    '',
    'oz_worker user group space share provider handleService handle cluster harvester storage token',
  ),
  ...named('', 'space_stats temporary_token_secret atm_inventory atm_lambda atm_workflow_schema file'),
  ...named('onp_', 'cluster host panel provider service space storage user zone'),
  ...named('op_', 'archive atm_inventory atm_lambda_snapshot atm_store atm_task_execution'),
  ...named(
    'op_',
    'atm_workflow_execution atm_workflow_schema atm_workflow_schema_snapshot dataset group handle',
  ),
  ...named('op_', 'handle_service metrics provider qos share space storage transfer user'),
])

/**
 * @returns `undefined` for anything that is no matchspec of a known service, operation, entity type and scope. An id
 *   or an aspect of nothing is read like others, and matches nothing
 */
export function parseMatchspec(text: string): Matchspec | undefined {
  const [service, operation, gri, ...more] = text.split('/')
  if (service === undefined || operation === undefined || gri === undefined || more.length > 0)
    return undefined
  if (!isServicePattern(service) || !isOperationPattern(operation)) return undefined
  const [type, id, aspectAndScope, ...excess] = gri.split('.')
  if (type === undefined || id === undefined || aspectAndScope === undefined || excess.length > 0)
    return undefined
  const [aspects, scope, ...rest] = aspectAndScope.split(':')
  if (aspects === undefined || rest.length > 0) return undefined
  const pattern = { service, operation, type, id, ...aspectPattern(aspects), scope: scope ?? DEFAULT_SCOPE }
  return isListEntry(text) && isKnown(pattern) ? pattern : undefined
}

function isServicePattern(text: string): text is ServiceType | 'all' {
  return text === 'all' || isServiceType(text)
}

function isOperationPattern(text: string): text is Operation | 'all' {
  return OPERATIONS.has(text)
}

function aspectPattern(text: string): Pick<Matchspec, 'aspect' | 'aspectArg'> {
  const comma = text.indexOf(',')
  if (comma < 0) return { aspect: text, aspectArg: undefined }
  return { aspect: text.slice(0, comma), aspectArg: text.slice(comma + 1) }
}

function isKnown({ type, aspectArg, scope }: Matchspec): boolean {
  return ENTITY_TYPES.has(type) && SCOPES.has(scope) && aspectArg?.includes(',') !== true
}

/** The one form: the scope is always written. */
export function printMatchspec(spec: Matchspec): string {
  const aspect = spec.aspectArg === undefined ? spec.aspect : `${spec.aspect},${spec.aspectArg}`
  return `${spec.service}/${spec.operation}/${spec.type}.${spec.id}.${aspect}:${spec.scope}`
}

export function matches(
  spec: Matchspec,
  service: ServiceType,
  operation: Operation,
  resource: Resource,
): boolean {
  return (
    (spec.service === 'all' || spec.service === service) &&
    (spec.operation === 'all' || spec.operation === operation) &&
    isEither(spec.type, resource.type) &&
    (spec.id === '*' || (spec.id === 'null' ? null : spec.id) === resource.id) &&
    matchesAspect(spec, resource) &&
    isEither(spec.scope, resource.scope)
  )
}

function isEither(pattern: string, value: string): boolean {
  return pattern === '*' || pattern === value
}

/** `*` alone takes every aspect; a pattern of two parts takes compound aspects only, a pattern of one the others. */
function matchesAspect(spec: Matchspec, { aspect, aspectArg }: Resource): boolean {
  if (spec.aspectArg === undefined)
    return spec.aspect === '*' || (aspectArg === undefined && spec.aspect === aspect)
  return aspectArg !== undefined && isEither(spec.aspect, aspect) && isEither(spec.aspectArg, aspectArg)
}
