import { named, object } from '../json-schema.ts'
import type { ApiDescription, DocumentedOperation, DocumentedResponse } from '../openapi-document.ts'
import type { RefusalStatus, Route } from './route.ts'
import { routes } from './routes.ts'
import { sectionOf, sections } from './sections.ts'
import { errorShape } from './shapes.ts'
import { whoMayCall } from './who-may-call.ts'
import { API_RELEASE } from './zone-routes.ts'

/** The Onezone API, as it is spoken here, for a document of it. */
export function onezoneApi(): ApiDescription {
  return {
    title: 'Onezone',
    version: API_RELEASE,
    description:
      'Tokens of the Onedata Onezone REST API: issuing, confining, verifying and revoking them, and as much of the ' +
      'directory around them as they need. A trailing slash and the query string make no difference. Bodies are ' +
      'JSON objects; what an object holds besides the listed keys is ignored.',
    sections,
    securitySchemes: {
      onezoneToken: {
        type: 'apiKey',
        in: 'header',
        name: 'X-Auth-Token',
        description: 'An access token. It counts before any other credential that is sent along.',
      },
      onezoneBearer: { type: 'http', scheme: 'bearer', description: 'An access token; counts second.' },
      onezoneMacaroon: {
        type: 'apiKey',
        in: 'header',
        name: 'Macaroon',
        description: 'An access token, as old clients send it; counts third.',
      },
      onezonePassword: { type: 'http', scheme: 'basic', description: 'Username and password; counts last.' },
    },
    headers: {
      OnezoneServiceToken: {
        name: 'X-Onedata-Service-Token',
        in: 'header',
        required: false,
        description: 'Identity token of the service that makes the call on behalf of the access token.',
        schema: { type: 'string' },
      },
      OnezoneConsumerToken: {
        name: 'X-Onedata-Consumer-Token',
        in: 'header',
        required: false,
        description: 'Identity token of whom the access token was handed to.',
        schema: { type: 'string' },
      },
    },
    operations: routes.map(documented),
  }
}

function documented(route: Route): DocumentedOperation {
  return {
    method: route.method,
    path: route.routePath,
    operationId: route.operationId,
    summary: route.summary,
    description: `${whoMayCall(route.callers)} An \`api\` caveat knows it as \`ozw/${route.operation}/${route.resourceText}\`.`,
    section: sectionOf(route.path),
    isPublic: route.callers === 'anyone',
    body: route.body.schema,
    responses: [successOf(route), ...route.refusals.map(refusal)],
  }
}

function successOf({ success: { status, schema, hasLocation } }: Route): DocumentedResponse {
  return {
    status,
    description: MEANINGS_OF_SUCCESS[status],
    schema,
    ...(hasLocation && { headers: { Location: 'Where to find what was created.' } }),
  }
}

const MEANINGS_OF_SUCCESS = { 200: 'Done.', 201: 'Created.', 204: 'Done; there is nothing to tell.' } as const

const errorBodyShape = named('ErrorBody', object({ error: errorShape }))

function refusal(status: RefusalStatus): DocumentedResponse {
  const { name, description, hasBody = true } = REFUSALS[status]
  return {
    status,
    description,
    component: `Onezone${name}`,
    ...(hasBody && { schema: errorBodyShape }),
    ...(status === 503 && { headers: { 'Retry-After': 'After how many seconds to ask again.' } }),
  }
}

interface Refusal {
  readonly name: string
  readonly description: string
  /** Absent: it has one. */
  readonly hasBody?: false
}

const REFUSALS: Readonly<Record<RefusalStatus, Refusal>> = {
  400: { name: 'BadRequest', description: 'The body, or a token in it, is not acceptable; `id` says why.' },
  401: {
    name: 'Unauthorized',
    description:
      'It takes credentials, or those sent are not good; then `details.authError` says why. Where credentials ' +
      'were looked at and refused, the answer has no content type.',
  },
  403: { name: 'Forbidden', description: 'The caller may not do that.' },
  404: { name: 'NotFound', description: 'What it is about is not there.' },
  406: { name: 'NotAcceptable', description: 'The caller does not accept JSON.', hasBody: false },
  408: { name: 'BodyTooSlow', description: 'The body did not come in time.', hasBody: false },
  409: { name: 'Conflict', description: 'It exists already.' },
  413: { name: 'BodyTooLarge', description: 'The body is too large.', hasBody: false },
  415: {
    name: 'UnsupportedMediaType',
    description: 'The content type is not exactly `application/json`.',
    hasBody: false,
  },
  431: {
    name: 'HeaderTooLarge',
    description: 'A header has more than 4096 bytes: such a token fits into bodies only.',
    hasBody: false,
  },
  500: {
    name: 'InternalError',
    description: 'A fault of the server; `details.reference` is in its log too.',
  },
  503: { name: 'Unavailable', description: 'Not now; asking again is safe.' },
}
