import { endSession, getSession, listSessions } from '../../operators/sessions.ts'
import { listOfTexts, textAnswer } from './render.ts'
import { operation, parameter, type Route } from './route.ts'
import { sessionText } from './session-json.ts'
import { sessionShape } from './session-shapes.ts'
import { listShape } from './shapes.ts'

const PATH = '/tenants/{tenant_id}/operators/{operator_id}/sessions'
const common = {
  section: 'sessions',
  versions: ['v2.0'],
  foreignTenant: 'OPERATOR_INVALID_SUBJECT_DATA',
  says: { operator_unknown: 'OPERATOR_INVALID_SUBJECT_DATA' },
} as const

/** Every credential of an operator is a session: what he opened with his password, his tokens, his access tokens. */
export const sessionRoutes: readonly Route[] = [
  ...operation({
    ...common,
    method: 'GET',
    path: PATH,
    summary: 'List the sessions of an operator',
    shape: listShape(sessionShape),
    async run(deps, exchange) {
      const sessions = await listSessions(deps, exchange.caller, parameter(exchange, 'operator_id'))
      const texts = sessions.map((session) => sessionText(exchange, session))
      return listOfTexts(exchange, texts)
    },
  }),
  ...operation({
    ...common,
    method: 'GET',
    path: `${PATH}/{session_id}`,
    operationIds: { 'v2.0': 'atl-application-gettenantsession-v2.0' },
    summary: 'Show a session of an operator',
    shape: sessionShape,
    async run(deps, exchange) {
      const session = await getSession(deps, exchange.caller, ...idsOf(exchange))
      return textAnswer(exchange, sessionText(exchange, session))
    },
  }),
  ...operation({
    ...common,
    method: 'DELETE',
    path: `${PATH}/{session_id}`,
    operationIds: { 'v2.0': 'atl-application-deletetenantsession-v2.0' },
    summary: 'End a session: its credential is refused from then on',
    shape: sessionShape,
    codes: ['AUTH_TOKEN_SYSTEM_OPERATIONS_NOT_ALLOWED'],
    async run(deps, exchange) {
      const session = await endSession(deps, exchange.caller, ...idsOf(exchange))
      return textAnswer(exchange, sessionText(exchange, session))
    },
  }),
]

function idsOf(exchange: Parameters<typeof parameter>[0]): [operatorId: string, sessionId: string] {
  return [parameter(exchange, 'operator_id'), parameter(exchange, 'session_id')]
}
