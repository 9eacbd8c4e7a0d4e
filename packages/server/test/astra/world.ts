import type { Role } from '../../src/accounts/role.ts'
import type { Surroundings } from '../../src/main.ts'
import { type AstraAnswer, type AstraAsk, askAstra } from '../../testing/astra-client.ts'
import { onEachDatabaseIn } from '../../testing/on-each-database.ts'
import { ADMINISTRATOR } from '../../testing/server-process.ts'
import type { TestNode } from '../../testing/start-node.ts'
import { startTwoNodes } from '../../testing/start-two-nodes.ts'
import { PASSWORD, unique, v1 } from '../../testing/v1-client.ts'

/** Somebody with a token of his own. */
export interface Person {
  /** As the API shows him. */
  readonly id: string
  readonly email: string
  readonly token: string
  /** A call at the account that he is of. @param path behind the account's id */
  ask(method: string, path: string, ask?: AstraAsk): Promise<AstraAnswer>
  /** A call at any path. @param path behind `/accounts` */
  askAt(method: string, path: string, ask?: AstraAsk): Promise<AstraAnswer>
}

export interface World {
  readonly url: string
  readonly port: number
  readonly account: string
  /** Owner of the default tenant's account. */
  readonly admin: Person
  /** Somebody new with that role. */
  person(role: Role): Promise<Person>
  /** Another tenant's owner. */
  otherTenant(): Promise<Person & { readonly account: string }>
  stop(): Promise<void>
}

export async function worldOf(node: TestNode): Promise<World> {
  const { url, port } = node
  const me = (await v1(url, ADMINISTRATOR.username, 'GET', '/v1/me')) as Me
  const account = me.tenant.astraAccountId
  const admin = await personOf(url, ADMINISTRATOR.username, me)
  return {
    url,
    port,
    account,
    admin,
    async person(role) {
      const username = unique(role)
      const user = { username, email: `${username}@example.org`, password: PASSWORD, roles: { astra: role } }
      await v1(url, ADMINISTRATOR.username, 'POST', '/v1/users', user)
      return personOf(url, username, (await v1(url, username, 'GET', '/v1/me')) as Me)
    },
    async otherTenant() {
      const username = unique('other')
      const administrator = { username, email: `${username}@example.org`, password: PASSWORD }
      const tenant = { name: unique('tenant'), onezoneDomain: `${username}.example.org`, administrator }
      await v1(url, ADMINISTRATOR.username, 'POST', '/v1/tenants', tenant)
      const other = (await v1(url, username, 'GET', '/v1/me')) as Me
      return { ...(await personOf(url, username, other)), account: other.tenant.astraAccountId }
    },
    stop: () => node.stop(),
  }
}

interface Me {
  readonly user: { readonly astraId: string; readonly email: string }
  readonly tenant: { readonly astraAccountId: string }
}

async function personOf(url: string, username: string, { user, tenant }: Me): Promise<Person> {
  const made = await v1(url, username, 'POST', '/v1/me/tokens', { audience: 'astra', name: 'first' })
  const { token } = made as { readonly token: string }
  return personWith(url, tenant.astraAccountId, { id: user.astraId, email: user.email, token })
}

export function personWith(
  url: string,
  account: string,
  who: Pick<Person, 'id' | 'email' | 'token'>,
): Person {
  return {
    ...who,
    ask: (method, path, ask) => askAstra(url, who.token, method, `/${account}${path}`, ask),
    askAt: (method, path, ask) => askAstra(url, who.token, method, path, ask),
  }
}

/** Runs the same cases on each database. */
export function onEachDatabase(cases: (world: () => World) => void, surroundings?: Surroundings): void {
  onEachDatabaseIn(worldOf, cases, { surroundings })
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

export const TOKEN = { type: 'application/astra-token', version: '1.0' } as const
export const USER = { type: 'application/astra-user', version: '1.2' } as const
export const GROUP = { type: 'application/astra-group', version: '1.1' } as const
export const ROLE_BINDING = { type: 'application/astra-roleBinding', version: '1.1' } as const
export const CREDENTIAL = { type: 'application/astra-credential', version: '1.1' } as const
export const ACCOUNT = { type: 'application/astra-account', version: '1.0' } as const

export const NIL_ID = '00000000-0000-0000-0000-000000000000'
/** Of nothing. */
export const NO_ID = '5e0c7a94-2b6d-4f13-8d70-1c9b3e5f7a24'
