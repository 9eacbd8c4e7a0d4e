import {
  createAuthToken,
  deleteAuthToken,
  getAuthToken,
  listAuthTokens,
} from '../../operators/auth-tokens.ts'
import { listOfTexts, textAnswer } from './render.ts'
import { operation, parameter, type Route, type Version } from './route.ts'
import { tokenText } from './session-json.ts'
import { newTokenShape, tokenShape } from './session-shapes.ts'
import { listShape } from './shapes.ts'
import { tokenBody, tokenBodyV2n1 } from './token-bodies.ts'

const PATH = '/tenants/{tenant_id}/operators/{operator_id}/authtokens'
const common = { section: 'auth tokens', foreignTenant: 'ESP_INVALID_TENANT_DATA' } as const
const either: readonly Version[] = ['v2.0', 'v2.1']

/** What creation can be refused for in both versions, beside the fields of its body. */
const CREATE_CODES = [
  'TOKEN_INVALID_SESSION_DATA',
  'TOKEN_INVALID_OPERATOR_ID',
  'TOKEN_INVALID_SUBJECT_ID',
  'INVALID_EXPIRES_UTC_MS',
  'TOKEN_ACTIVE_TOKEN_EXCEEDED',
] as const

/** One set of tokens, whichever version and path leads to it (Prisma SD-WAN, auth tokens). */
export const tokenRoutes: readonly Route[] = [
  ...creation('v2.0', 'atl-authtoken-createauthtoken-v2.0'),
  ...creation('v2.1', 'atl-authtokenv2n1-createauthtoken-v2.1'),
  ...operation({
    ...common,
    method: 'GET',
    path: PATH,
    versions: either,
    operationIds: {
      'v2.0': 'atl-authtoken-getauthtokens-v2.0',
      'v2.1': 'atl-authtokenv2n1-getauthtokens-v2.1',
    },
    summary: 'List the auth tokens of an operator',
    shape: listShape(tokenShape),
    codes: ['TOKEN_INVALID_OPERATOR_ID'],
    async run(deps, exchange) {
      const tokens = await listAuthTokens(deps, exchange.caller, parameter(exchange, 'operator_id'))
      const texts = tokens.map((token) => tokenText(exchange, token))
      return listOfTexts(exchange, texts)
    },
  }),
  ...operation({
    ...common,
    method: 'GET',
    path: `${PATH}/{authtoken_id}`,
    versions: either,
    operationIds: {
      'v2.0': 'atl-authtoken-getauthtoken-v2.0',
      'v2.1': 'atl-authtokenv2n1-getauthtoken-v2.1',
    },
    summary: 'Show an auth token without its secret',
    shape: tokenShape,
    codes: ['TOKEN_INVALID_OPERATOR_ID'],
    async run(deps, exchange) {
      const token = await getAuthToken(deps, exchange.caller, ...idsOf(exchange))
      return textAnswer(exchange, tokenText(exchange, token))
    },
  }),
  ...operation({
    ...common,
    method: 'DELETE',
    path: `${PATH}/{authtoken_id}`,
    versions: either,
    operationIds: {
      'v2.0': 'atl-authtoken-deleteauthtoken-v2.0',
      'v2.1': 'atl-authtokenv2n1-deleteauthtoken-v2.1',
    },
    summary: 'Delete an auth token: it is refused from then on',
    shape: tokenShape,
    codes: ['TOKEN_INVALID_OPERATOR_ID', 'AUTH_TOKEN_SYSTEM_OPERATIONS_NOT_ALLOWED'],
    async run(deps, exchange) {
      const token = await deleteAuthToken(deps, exchange.caller, ...idsOf(exchange))
      return textAnswer(exchange, tokenText(exchange, token))
    },
  }),
]

/** The versions differ in what of the body they refuse. */
function creation(version: 'v2.0' | 'v2.1', operationId: string): readonly Route[] {
  return operation({
    ...common,
    method: 'POST',
    path: PATH,
    versions: [version],
    operationIds: { [version]: operationId },
    summary: 'Create an auth token, whose secret is in this answer only',
    body: version === 'v2.0' ? tokenBody : tokenBodyV2n1,
    shape: newTokenShape,
    codes: CREATE_CODES,
    says: { subject_not_permitted: 'TOKEN_INVALID_SUBJECT_ID' },
    async run(deps, exchange) {
      const { body, call, caller } = exchange
      const { token, text } = await createAuthToken(deps, caller, {
        operatorId: parameter(exchange, 'operator_id'),
        roles: (body.roles ?? []).map(({ name }) => name),
        customRoles: body.custom_roles ?? [],
        expiresAtMillis: body.expires_utc_ms,
        clientAddress: call.clientAddress,
        userAgent: call.headers.get('user-agent') ?? '',
      })
      return textAnswer(exchange, tokenText(exchange, token, text))
    },
  })
}

function idsOf(exchange: Parameters<typeof parameter>[0]): [operatorId: string, tokenId: string] {
  return [parameter(exchange, 'operator_id'), parameter(exchange, 'authtoken_id')]
}
