import { CommandFailed } from '../command-failed.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { passwordCredentialFor, type ServerOptions, serverAddress } from './connection.ts'
import { isObject, type JsonObject, text } from './json.ts'
import { notJeton, request, requestObject, type Server } from './request.ts'

/** Somebody whom the SD-WAN API has let in. */
export interface Operator {
  readonly server: Server
  /** Below which the tenant's roles are, `/v2.1/api/tenants/…/roles`. */
  readonly rolesPath: string
}

/**
 * Does one thing as an operator of the SD-WAN API: with the token in `JETON_TOKEN`, or in a session that is opened with
 * the password and ended behind it.
 */
export async function asOperator<T>(
  terminal: Terminal,
  options: ServerOptions,
  work: (operator: Operator) => Promise<T>,
): Promise<T> {
  const address = serverAddress(terminal, options)
  const given = terminal.environment['JETON_TOKEN'] ?? ''
  if (given !== '' && options.username === undefined) {
    return work(await enter({ ...address, credential: { kind: 'token', token: given.trim() } }))
  }
  const { username: email, password } = await passwordCredentialFor(terminal, options)
  const body = { email, password }
  const login = { ...address, credential: undefined }
  const opened = await requestObject(login, { method: 'POST', path: '/v2.0/api/login', body })
  const server: Server = { ...address, credential: { kind: 'token', token: text(opened['x_auth_token']) } }
  try {
    return await work(await enter(server))
  } finally {
    // It would end by itself; what the command was for has its answer whatever becomes of this.
    await request(server, { method: 'GET', path: '/v2.0/api/logout' }).catch(() => undefined)
  }
}

async function enter(server: Server): Promise<Operator> {
  const profile = await requestObject(server, { method: 'GET', path: '/v2.1/api/profile' })
  const tenantId = text(profile['tenant_id'])
  if (tenantId === '') throw notJeton(server.url)
  return { server, rolesPath: `/v2.1/api/tenants/${encodeURIComponent(tenantId)}/roles` }
}

export async function listRoles({ server, rolesPath }: Operator): Promise<readonly JsonObject[]> {
  const { items } = await requestObject(server, { method: 'GET', path: rolesPath })
  if (!Array.isArray(items) || !items.every(isObject)) throw notJeton(server.url)
  return items
}

/**
 * The custom role that an argument names, by id or by name.
 * @throws {CommandFailed} `failed` when there is none
 */
export async function findRole(operator: Operator, argument: string): Promise<JsonObject> {
  const roles = await listRoles(operator)
  const found = roles.find(({ id }) => id === argument) ?? roles.find(({ name }) => name === argument)
  if (found !== undefined) return found
  throw new CommandFailed('failed', `There is no custom role ${argument}.`, {
    next: 'jeton role list shows them all.',
  })
}

/** What a role says of itself, for a script: the fields of the API without those of its envelope, whose numbers are too long for one. */
export function withoutSystemFields(answer: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(answer).filter(([name]) => name === '_etag' || !name.startsWith('_')),
  )
}

/** The values of `[{"name": …}]` or `[{"value": …}]`. */
export function textsOf(list: unknown, key: 'name' | 'value'): readonly string[] {
  return Array.isArray(list) ? list.filter(isObject).map((item) => text(item[key])) : []
}
