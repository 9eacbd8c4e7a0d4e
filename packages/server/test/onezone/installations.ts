import { fixedAmbient, type FixedAmbient } from '../../testing/fixed-ambient.ts'
import { onEach } from '../../testing/on-each.ts'
import { type Database, startNode, type TestNode } from '../../testing/start-node.ts'
import { startTwoNodes } from '../../testing/start-two-nodes.ts'
import { ADMIN, type Answer, type Ask, BASE, basic, bearer, errorIds, send, ZONE_DOMAIN } from './zone.ts'

/** One node, or two that share a database. What is changed at the first is asked about at the second. */
export interface Installation {
  readonly ambient: FixedAmbient
  /** Each once. */
  readonly urls: readonly string[]
  /** A call at the first node. */
  readonly ask: Asking
  /** The same at the second one, if there is one. */
  readonly askElsewhere: Asking
  readonly adminToken: string
  stop(): Promise<void>
}

/** @param token of the caller; `undefined`: nobody's */
type Asking = (method: string, path: string, token?: string, body?: unknown) => Promise<Answer>

const TWO_START_TIMEOUT_MS = 60_000
const KINDS = ['one node on SQLite', 'one node on PostgreSQL', 'two nodes on PostgreSQL'] as const

/** Runs the same cases on an installation of each kind. */
export function onEachInstallation(cases: (installation: () => Installation) => void): void {
  onEach(KINDS, startInstallation, (installation) => installation.stop(), cases, TWO_START_TIMEOUT_MS)
}

async function startInstallation(kind: (typeof KINDS)[number]): Promise<Installation> {
  switch (kind) {
    case 'one node on SQLite':
      return startOne('SQLite')
    case 'one node on PostgreSQL':
      return startOne('PostgreSQL')
    case 'two nodes on PostgreSQL':
      return startTwo()
  }
}

async function startOne(database: Database): Promise<Installation> {
  const ambient = fixedAmbient()
  const node = await startNode(database, surroundings(ambient), { 'zone-domain': ZONE_DOMAIN })
  return installationOf(ambient, [node], () => node.stop())
}

export async function startTwo(): Promise<Installation> {
  const ambient = fixedAmbient()
  const { nodes, stop } = await startTwoNodes(surroundings(ambient), { 'zone-domain': ZONE_DOMAIN })
  return installationOf(ambient, nodes, stop)
}

function surroundings(ambient: FixedAmbient) {
  return { ambient, isStoreNearlyFull: () => false, delay: async () => undefined }
}

async function installationOf(
  ambient: FixedAmbient,
  nodes: readonly TestNode[],
  stop: () => Promise<void>,
): Promise<Installation> {
  const urls = nodes.map(({ url }) => url)
  const [first = ''] = urls
  const at =
    (url: string): Asking =>
    (method, path, token, body) => {
      const ask: Ask = {
        ...(token !== undefined && { headers: bearer(token) }),
        ...(body !== undefined && { body }),
      }
      return send(`${url}${BASE}${path}`, method, ask)
    }
  const created = await send(`${first}${BASE}/user/tokens/named`, 'POST', {
    headers: basic(ADMIN),
    body: { name: 'tests' },
  })
  return {
    ambient,
    urls,
    ask: at(first),
    askElsewhere: at(urls.at(-1) ?? first),
    adminToken: created.json.token,
    stop,
  }
}

/** Whoever is in an installation, by what can be done over the API. */
export interface Person {
  readonly id: string
  /** A named access token. */
  readonly token: string
  readonly username: string
  readonly password: string
}

let people = 0

export async function newPerson(
  installation: Installation,
  privileges: readonly string[] = [],
): Promise<Person> {
  people += 1
  const account = { username: `person${people}`, password: `password ${people}` }
  const id = placeOf(await asAdmin(installation, 'POST', '/users', account))
  if (privileges.length > 0)
    await asAdmin(installation, 'PATCH', `/users/${id}/privileges`, { grant: privileges })
  return { id, ...account, token: (await newToken(installation, id)).token }
}

let tokens = 0

/** A named token of a user, made by the administrator. */
export async function newToken(
  installation: Installation,
  userId: string,
  more: object = {},
): Promise<{ readonly tokenId: string; readonly token: string }> {
  tokens += 1
  const body = { name: `token ${tokens}`, ...more }
  return (await asAdmin(installation, 'POST', `/users/${userId}/tokens/named`, body)).json
}

export async function newTemporaryToken(
  { ask, ambient, adminToken }: Installation,
  userId: string,
  more: object = {},
): Promise<string> {
  const caveats = [{ type: 'time', validUntil: ambient.now() + 3600 }]
  const path = `/users/${userId}/tokens/temporary`
  return succeeded(await ask('POST', path, adminToken, { caveats, ...more })).json.token
}

export async function asAdmin(
  { ask, adminToken }: Installation,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  return succeeded(await ask(method, path, adminToken, body))
}

export function invite(inviteType: string, target: Readonly<Record<string, string>>): object {
  return { type: { inviteToken: { inviteType, ...target } } }
}

/** The id of what was created. */
export function placeOf(answer: Answer): string {
  return (succeeded(answer).headers.get('location') ?? '').split('/').at(-1) ?? ''
}

export function succeeded(answer: Answer): Answer {
  if (answer.status < 300) return answer
  throw new Error(`refused: ${answer.status} ${answer.text}`)
}

/** `accepted`, or the status with the errors' ids. */
export function outcomeOf(answer: Answer): string {
  return answer.status < 300 ? 'accepted' : `${answer.status} ${errorIds(answer)}`
}
