import type {
  ApiDescription,
  ApiSection,
  DocumentedOperation,
  DocumentedResponse,
} from '../openapi-document.ts'
import { CODES, type SdwanCode, statusOf } from './codes.ts'
import { accessTokenOperation } from './oauth/openapi.ts'
import { isPublic, type OperatorRoute, type Route, type Section } from './route.ts'
import { routes } from './routes.ts'
import { errorShape } from './shapes.ts'

/** The edition of the API that this is compatible with. */
const API_EDITION = '2026-08'

const SECTIONS: Readonly<Record<Section, ApiSection>> = {
  access: {
    name: 'SD-WAN access',
    description: 'Logging in and out, who calls, and what he may.',
  },
  'auth tokens': {
    name: 'SD-WAN auth tokens',
    description: 'Static tokens of operators: to create, list, show and delete.',
  },
  sessions: { name: 'SD-WAN sessions', description: 'What operators have open.' },
  operators: { name: 'SD-WAN operators', description: 'Users of a tenant, and their passwords.' },
  roles: {
    name: 'SD-WAN roles',
    description: 'System roles, custom roles, and permissions with windows of time.',
  },
  tenants: { name: 'SD-WAN tenants', description: 'Each is a customer of its own.' },
  clients: {
    name: 'SD-WAN clients',
    description: 'What clients of providers for other tenants ask for; there are none of those here.',
  },
}

/** Prisma SD-WAN, as it is spoken here, for a document of it. */
export function sdwanApi(): ApiDescription {
  return {
    title: 'Prisma SD-WAN',
    version: API_EDITION,
    description:
      'Auth tokens of the Prisma SD-WAN (CloudGenix) API, and the tenants, operators, roles and sessions around them. Every ' +
      'operation has a legacy path, which names the tenant, and a unified one below `/sdwan`, where the tenant is that of the ' +
      'credential. A body is read as JSON whatever its content type says, and ignored where none is taken; `null` is as good ' +
      'as absent. A success is always 200 with JSON. What is refused is told in `_error`, one item for each rule that is ' +
      'violated.',
    sections: Object.values(SECTIONS),
    securitySchemes: {
      sdwanToken: {
        type: 'apiKey',
        in: 'header',
        name: 'X-Auth-Token',
        description: 'An auth token, or the credential of a session.',
      },
      sdwanCookie: {
        type: 'apiKey',
        in: 'cookie',
        name: 'AUTH_TOKEN',
        description: 'The same. It comes first.',
      },
      sdwanBearer: {
        type: 'http',
        scheme: 'bearer',
        description: 'An access token of a client. The profile has to be asked for first.',
      },
    },
    headers: {},
    operations: [...routes.map(documented), accessTokenOperation(SECTIONS.access.name)],
  }
}

function documented(route: Route): DocumentedOperation {
  const { method, path, operationId, summary, section, bodySchema } = route
  return {
    method,
    path,
    operationId,
    summary,
    description: isPublic(route) ? 'For everybody.' : whoMayCall(route),
    section: SECTIONS[section].name,
    isPublic: isPublic(route),
    body: bodySchema,
    responses: [{ status: 200, description: 'Done.', schema: route.shape }, ...refusalsOf(route)],
  }
}

function whoMayCall({ permission }: OperatorRoute): string {
  return permission === undefined ? 'For every operator.' : `Takes the permission \`${permission}\`.`
}

/** What any request may meet: too much to do, a bug. */
const OF_ALL = ['INTERNAL_ERROR', 'SERVICE_UNAVAILABLE'] as const
const OF_BODIES = ['INVALID_JSON', 'BAD_REQUEST', 'REQUEST_TIMEOUT', 'PAYLOAD_TOO_LARGE'] as const

/** All codes that an operation can answer with, in the order of the table. */
export function codesOf(route: Route): readonly SdwanCode[] {
  const { method, path, bodySchema, bodyCodes, codes, foreignTenant, says } = route
  const found = new Set<SdwanCode>([...OF_ALL, ...codes])
  for (const code of Object.values(says)) found.add(code)
  if (bodySchema !== undefined) for (const code of [...OF_BODIES, ...bodyCodes]) found.add(code)
  if (!isPublic(route)) found.add('NOT_AUTHENTICATED')
  if (!isPublic(route) && !route.isFirstOfBearers) found.add('PROFILE_REQUIRED')
  if (!isPublic(route) && route.permission !== undefined) found.add('NOT_PERMITTED')
  if (path.includes('{tenant_id}')) found.add(foreignTenant)
  if (path.replace('{tenant_id}', '').includes('{')) found.add('RESOURCE_NOT_FOUND')
  if (method !== 'GET') for (const code of ['OUTCOME_UNKNOWN', 'STORE_FULL'] as const) found.add(code)
  // The table's keys are the codes.
  return (Object.keys(CODES) as SdwanCode[]).filter((code) => found.has(code))
}

function refusalsOf(route: Route): readonly DocumentedResponse[] {
  const byStatus = Map.groupBy(codesOf(route), statusOf)
  return [...byStatus].toSorted(([a], [b]) => a - b).map(([status, codes]) => refused(status, codes))
}

function refused(status: number, codes: readonly SdwanCode[]): DocumentedResponse {
  return {
    status,
    description: codes.map((code) => `\`${code}\`: ${CODES[code][1]}`).join(' '),
    schema: errorShape,
    // Those of bad input differ from one operation to the next.
    ...(status !== 400 && { component: `Sdwan_${codes.join('_or_')}` }),
    ...(status === 401 && { headers: { 'WWW-Authenticate': 'Always `Bearer`.' } }),
    ...(status === 503 && { headers: { 'Retry-After': 'After how many seconds to ask again.' } }),
  }
}
