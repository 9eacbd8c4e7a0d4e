import { getOperator } from '../../operators/operators.ts'
import { named, object } from '../json-schema.ts'
import { authResourceShape, loginShape } from './access-shapes.ts'
import { refusal } from './refusal.ts'
import { listAnswer } from './render.ts'
import { operation, parameter, type Route } from './route.ts'
import { listShape } from './shapes.ts'

// What an MSP has: tenants that are its clients, and operators who change over to them. No tenant here is one (`is_esp` is
// false everywhere), so lists are empty, and nobody changes over to anybody.

const client = named('SdwanTenantClient', object({}))
const permissions = named('SdwanClientPermissions', object({}))

const changingOver = {
  method: 'POST',
  section: 'clients',
  versions: ['v2.0'],
  foreignTenant: 'TENANT_INVALID_CLIENT_ID',
  codes: ['ESP_INVALID_CLIENT_DATA'],
} as const

export const mspRoutes: readonly Route[] = [
  ...operation({
    method: 'GET',
    path: '/tenants/{tenant_id}/clients',
    versions: ['v2.1'],
    section: 'clients',
    summary: 'List the tenants that are clients of the tenant: none',
    shape: listShape(client),
    run: (_, exchange) => listAnswer(exchange, []),
  }),
  ...operation({
    method: 'GET',
    path: '/tenants/{tenant_id}/operators/{operator_id}/clients/permissions',
    versions: ['v2.0'],
    section: 'clients',
    summary: 'List what an operator may with the clients of the tenant: nothing',
    shape: listShape(permissions),
    async run(deps, exchange) {
      await getOperator(deps, exchange.caller.tenantId, parameter(exchange, 'operator_id'))
      return listAnswer(exchange, [])
    },
  }),
  ...operation({
    ...changingOver,
    path: '/tenants/{tenant_id}/clients/{client_id}/login',
    summary: 'Change over to a client of the tenant: refused, for it has none',
    shape: loginShape,
    run: refuse,
  }),
  ...operation({
    ...changingOver,
    path: '/tenants/{tenant_id}/logout',
    summary: 'Come back from a client of the tenant: refused, for nobody is with one',
    shape: authResourceShape,
    run: refuse,
  }),
]

function refuse(): never {
  throw refusal('ESP_INVALID_CLIENT_DATA')
}
