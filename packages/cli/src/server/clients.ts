import type { Terminal } from '../terminal/terminal.ts'
import { passwordCredentialFor, type ServerOptions, serverAddress } from './connection.ts'
import { isObject, type JsonObject } from './json.ts'
import { notJeton, request, requestObject, type Server } from './request.ts'

const CLIENTS = '/v1/clients'

/** These calls take a password only. */
export async function connectWithPassword(terminal: Terminal, options: ServerOptions): Promise<Server> {
  const credential = await passwordCredentialFor(terminal, options)
  return { ...serverAddress(terminal, options), credential }
}

/** @returns with `clientSecret`, which is shown this once */
export function createClient(server: Server, client: JsonObject): Promise<JsonObject> {
  return requestObject(server, { method: 'POST', path: CLIENTS, body: client })
}

export async function listClients(server: Server): Promise<readonly JsonObject[]> {
  const { clients } = await requestObject(server, { method: 'GET', path: CLIENTS })
  if (!Array.isArray(clients) || !clients.every(isObject)) throw notJeton(server.url)
  return clients
}

/** Every bearer of the client is dead when this returns, on every server. */
export async function deleteClient(server: Server, id: string): Promise<void> {
  await request(server, { method: 'DELETE', path: `${CLIENTS}/${encodeURIComponent(id)}` })
}
