import type { SystemRole } from '../../src/operators/role-names.ts'
import { askSdwan, type SdwanAnswer, type SdwanAsk } from '../../testing/sdwan-client.ts'
import { type NodeOptions, onEachDatabaseIn } from '../../testing/on-each-database.ts'
import { ADMINISTRATOR } from '../../testing/server-process.ts'
import type { TestNode } from '../../testing/start-node.ts'
import { startTwoNodes } from '../../testing/start-two-nodes.ts'
import { PASSWORD, unique, v1 } from '../../testing/v1-client.ts'

/** An operator who has logged in. */
export interface Person {
  /** As the API shows him. */
  readonly id: string
  readonly tenant: string
  readonly email: string
  /** Of his session. */
  readonly token: string
  /** A call of his. @param path whole */
  ask(method: string, path: string, ask?: SdwanAsk): Promise<SdwanAnswer>
  /** A token of his own. @throws when it is refused */
  newToken(body?: object): Promise<NewToken>
  /** Where his tokens are, at the legacy path. */
  readonly tokens: string
}

export interface NewToken {
  readonly id: string
  readonly text: string
}

export interface World {
  readonly url: string
  readonly port: number
  /** The default tenant's, who may do everything. */
  readonly admin: Person
  /** Somebody new with these roles. */
  person(...roles: readonly SystemRole[]): Promise<Person>
  /** Another tenant's, who may do everything there. */
  otherTenant(): Promise<Person>
  /** Of somebody without a session: what his password opens. @param name username or e-mail address */
  logIn(name: string, ask?: SdwanAsk): Promise<SdwanAnswer>
  stop(): Promise<void>
}

export async function worldOf(node: TestNode): Promise<World> {
  const { url, port } = node
  const admin = await personOf(url, ADMINISTRATOR.username)
  return {
    url,
    port,
    admin,
    async person(...roles) {
      const username = unique('someone')
      const user = { username, email: `${username}@example.org`, password: PASSWORD, roles: { sdwan: roles } }
      await v1(url, ADMINISTRATOR.username, 'POST', '/v1/users', user)
      return personOf(url, username)
    },
    async otherTenant() {
      const username = unique('other')
      const administrator = { username, email: `${username}@example.org`, password: PASSWORD }
      const tenant = { name: unique('tenant'), onezoneDomain: `${username}.example.org`, administrator }
      await v1(url, ADMINISTRATOR.username, 'POST', '/v1/tenants', tenant)
      return personOf(url, username)
    },
    logIn: (name, ask) => logIn(url, name, ask),
    stop: () => node.stop(),
  }
}

function logIn(url: string, name: string, ask: SdwanAsk = {}): Promise<SdwanAnswer> {
  return askSdwan(url, undefined, 'POST', '/v2.0/api/login', {
    body: { email: name, password: PASSWORD },
    ...ask,
  })
}

async function personOf(url: string, username: string): Promise<Person> {
  const { user, tenant } = (await v1(url, username, 'GET', '/v1/me')) as Me
  const { json, text } = await logIn(url, username)
  if (json.x_auth_token === undefined) throw new Error(`${username} does not get in: ${text}`)
  return personWith(url, {
    id: user.sdwanOperatorId,
    tenant: tenant.sdwanTenantId,
    email: user.email,
    token: json.x_auth_token,
  })
}

interface Me {
  readonly user: { readonly sdwanOperatorId: string; readonly email: string }
  readonly tenant: { readonly sdwanTenantId: string }
}

export function personWith(url: string, who: Pick<Person, 'id' | 'tenant' | 'email' | 'token'>): Person {
  const tokens = `/v2.1/api/tenants/${who.tenant}/operators/${who.id}/authtokens`
  return {
    ...who,
    tokens,
    ask: (method, path, ask) => askSdwan(url, who.token, method, path, ask),
    async newToken(body = {}) {
      const { json, status, text } = await askSdwan(url, who.token, 'POST', tokens, { body })
      if (status !== 200) throw new Error(`no token: ${text}`)
      return { id: json.id, text: json.x_auth_token }
    },
  }
}

/** Runs the same cases on each database. */
export function onEachDatabase(cases: (world: () => World) => void, options?: NodeOptions): void {
  onEachDatabaseIn(worldOf, cases, options)
}

/** Two nodes that share a database. */
export async function startTwo(): Promise<{
  readonly first: World
  readonly second: TestNode
  stop(): Promise<void>
}> {
  const { nodes, stop } = await startTwoNodes()
  const [first, second] = nodes
  return { first: await worldOf(first), second, stop }
}
