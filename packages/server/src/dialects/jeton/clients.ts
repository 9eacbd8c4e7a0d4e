import type { Client } from '../../operators/client.ts'
import { createClient, deleteClient, listClients } from '../../operators/clients.ts'
import { operatorMaker } from './operator-grant.ts'
import { jsonAnswer, noContent } from './render.ts'
import type { UserRoute } from './route.ts'
import { parseNewClient } from './schema.ts'

const CLIENTS = '/v1/clients'

/** A program that gets in by an id and a secret, which the API that it is for lets operators make none of. */
const createClientRoute: UserRoute = {
  method: 'POST',
  path: CLIENTS,
  operationId: 'create_client',
  callers: {},
  takesBody: true,
  writes: true,
  async run(deps, asked) {
    const operator = await operatorMaker(deps, asked)
    const { clientId, clientSecret } = await createClient(deps, operator, parseNewClient(asked.body))
    return jsonAnswer(201, { id: clientId, clientId, clientSecret })
  },
}

const listClientsRoute: UserRoute = {
  method: 'GET',
  path: CLIENTS,
  operationId: 'list_clients',
  callers: {},
  takesBody: false,
  async run(deps, asked) {
    const clients = await listClients(deps, await operatorMaker(deps, asked))
    return jsonAnswer(200, { clients: clients.map(clientJson) })
  },
}

const deleteClientRoute: UserRoute = {
  method: 'DELETE',
  path: `${CLIENTS}/{id}`,
  operationId: 'delete_client',
  callers: {},
  takesBody: false,
  async run(deps, asked) {
    await deleteClient(deps, await operatorMaker(deps, asked), asked.params['id'] ?? '')
    return noContent
  },
}

/** Never the secret, which the store does not know. */
function clientJson({ clientId, name, operatorId, roles }: Client): unknown {
  return { id: clientId, clientId, name, audience: 'sdwan', roles, operatorId }
}

/** Clients of the SD-WAN API. */
export const clientRoutes: readonly UserRoute[] = [createClientRoute, listClientsRoute, deleteClientRoute]
