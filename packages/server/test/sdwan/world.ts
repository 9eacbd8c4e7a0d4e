import { afterAll, beforeAll, describe } from 'bun:test'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Surroundings } from '../../src/main.ts'
import type { SystemRole } from '../../src/operators/role-names.ts'
import { migratedDatabase } from '../../testing/postgres.ts'
import { askSdwan, type SdwanAnswer, type SdwanAsk } from '../../testing/sdwan-client.ts'
import { ADMINISTRATOR } from '../../testing/server-process.ts'
import { DATABASES, startNode, type TestNode } from '../../testing/start-node.ts'

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

export const PASSWORD = 'correct horse battery staple'
let serial = 0

/** No two are the same, whatever else runs. */
export function unique(word: string): string {
  serial += 1
  return `${word}-${process.pid}-${serial}`
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

export async function v1(
  url: string,
  username: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${username}:${PASSWORD}`).toString('base64')}`
  const answer = await fetch(url + path, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}: ${await answer.text()}`)
  return answer.status === 204 ? undefined : answer.json()
}

const START_TIMEOUT_MS = 30_000

/** Runs the same cases on each database. The world is there once the cases run, not while they are listed. */
export function onEachDatabase(
  cases: (world: () => World) => void,
  { surroundings, flags }: { surroundings?: Surroundings; flags?: Readonly<Record<string, string>> } = {},
): void {
  for (const database of DATABASES) {
    describe(`on ${database}`, () => {
      let world: World | undefined
      beforeAll(async () => {
        world = await worldOf(await startNode(database, surroundings, flags))
      }, START_TIMEOUT_MS)
      afterAll(() => world?.stop())
      cases(() => {
        if (world === undefined) throw new Error('the world is there in tests only')
        return world
      })
    })
  }
}

/** Two nodes that share a database, both of which believe what they remember. */
export async function startTwo(): Promise<{
  readonly first: World
  readonly second: TestNode
  stop(): Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-master-key-'))
  const keyFile = join(folder, 'master.key')
  await writeFile(keyFile, Buffer.alloc(32, 7).toString('base64'))
  await chmod(keyFile, 0o600)
  const database = await migratedDatabase()
  // Their folders hold nothing but what is theirs alone: the database is the one that the flag names.
  const start = () => startNode('SQLite', {}, { 'database-url': database.url, 'master-key-file': keyFile })
  const nodes = [await start(), await start()] as const
  await Promise.all(nodes.map(untilCurrent))
  const [node, second] = nodes
  return {
    first: await worldOf(node),
    second,
    async stop() {
      await Promise.all(nodes.map((one) => one.stop()))
      await database.drop()
      await rm(folder, { recursive: true })
    },
  }
}

async function untilCurrent({ url }: TestNode): Promise<void> {
  for (;;) {
    const state = (await (await fetch(`${url}/readyz`)).json()) as { readonly status: string }
    if (state.status === 'ready') return
    await Bun.sleep(20)
  }
}
