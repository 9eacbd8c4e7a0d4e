import { type IpFacts, noIpFacts } from '../../src/authority/ip-facts.ts'
import { ADMINISTRATOR } from '../../testing/server-process.ts'
import { type FixedAmbient, fixedAmbient } from '../../testing/fixed-ambient.ts'
import { checkAgainstDocument } from '../../testing/onezone-document.ts'
import { type Database, startNode } from '../../testing/start-node.ts'

export const ZONE_DOMAIN = 'zone.example.org'
export const ADMIN = ADMINISTRATOR
export const MAX_TTL_SECONDS = 2_592_000
export const BASE = '/api/v3/onezone'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body parsed, whatever the content type says; `undefined` for an empty one. To be compared whole. */
  readonly parsed: unknown
  /** The same, to be read. */
  readonly json: AnswerBody
}

/** What tests read out of bodies. Which of it is there depends on the operation; a test that errs fails. */
export interface AnswerBody {
  readonly error: ErrorBody
  readonly token: string
  readonly tokenId: string
  readonly tokens: readonly string[]
  readonly caveats: readonly unknown[]
  readonly metadata: { readonly creationTime: number; readonly custom: unknown }
  readonly revoked: boolean
  readonly name: string
  readonly generation: number
  readonly ttl: number | null
  readonly subject: { readonly type: string; readonly id: string }
  readonly userId: string
  readonly users: readonly string[]
  readonly privileges: readonly string[]
  readonly admin: readonly string[]
  readonly viewer: readonly string[]
}

export interface ErrorBody {
  readonly id: string
  readonly description: string
  readonly details?: {
    readonly authError?: ErrorBody
    readonly tokenError?: ErrorBody
    readonly caveat?: unknown
    readonly maxTtl?: number
    readonly service?: unknown
  }
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, as `application/json` unless the headers say otherwise. */
  readonly rawBody?: string
}

/** The Onezone dialect with its real store, keys and listener, in this process. */
export interface Zone {
  readonly url: string
  readonly port: number
  readonly ambient: FixedAmbient
  /** What the disk is said to be. */
  readonly disk: { isNearlyFull: boolean }
  readonly ipFacts: { current: IpFacts }
  /** What happens while somebody who has guessed too often waits. */
  readonly throttle: { whileWaiting: () => Promise<void> }
  ask(method: string, path: string, ask?: Ask): Promise<Answer>
  /** A call of the administrator. */
  asAdmin(method: string, path: string, body?: unknown): Promise<Answer>
  readonly adminId: string
  readonly adminToken: string
  stop(): Promise<void>
}

export async function startZone(
  database: Database,
  flags: Readonly<Record<string, string>> = {},
): Promise<Zone> {
  const ambient = fixedAmbient()
  const disk = { isNearlyFull: false }
  const ipFacts = { current: noIpFacts }
  const throttle = { whileWaiting: async () => undefined as void }
  const surroundings = {
    ambient,
    isStoreNearlyFull: () => disk.isNearlyFull,
    delay: () => throttle.whileWaiting(),
    ipFacts: {
      asnOf: (ip: string) => ipFacts.current.asnOf(ip),
      countryOf: (ip: string) => ipFacts.current.countryOf(ip),
    },
  }
  const node = await startNode(database, surroundings, {
    'zone-domain': ZONE_DOMAIN,
    ...flags,
  })
  const { url, port } = node
  const ask = (method: string, path: string, request: Ask = {}) =>
    send(`${url}${BASE}${path}`, method, request)
  const admin = await ask('POST', '/user/tokens/named', { headers: basic(ADMIN), body: { name: 'tests' } })
  const adminToken = admin.json.token
  const asAdmin = (method: string, path: string, body?: unknown) =>
    ask(method, path, { headers: bearer(adminToken), ...(body !== undefined && { body }) })

  return {
    url,
    port,
    ambient,
    disk,
    ipFacts,
    throttle,
    ask,
    asAdmin,
    adminToken,
    adminId: (await asAdmin('GET', '/user')).json.userId,
    stop: () => node.stop(),
  }
}

/** A user with a password, and a token of his own. */
export interface TestUser {
  readonly id: string
  readonly username: string
  readonly password: string
  readonly token: string
}

let users = 0

export async function newUser(zone: Zone, privileges: readonly string[] = []): Promise<TestUser> {
  users += 1
  const account = { username: `user${users}`, password: `password ${users}` }
  const created = await zone.asAdmin('POST', '/users', account)
  const id = (created.headers.get('location') ?? '').split('/').at(-1) ?? ''
  if (privileges.length > 0) {
    await zone.asAdmin('PATCH', `/users/${id}/privileges`, { grant: privileges })
  }
  return { id, ...account, token: await newToken(zone, id) }
}

let tokens = 0

/** A named token of a user, by the administrator. */
export async function newToken(zone: Zone, userId: string, more: object = {}): Promise<string> {
  return (await newNamedToken(zone, userId, more)).token
}

export async function newNamedToken(
  zone: Zone,
  userId: string,
  more: object = {},
): Promise<{ readonly tokenId: string; readonly token: string; readonly name: string }> {
  tokens += 1
  const name = `token ${tokens}`
  const created = await zone.asAdmin('POST', `/users/${userId}/tokens/named`, { name, ...more })
  if (created.status !== 201) throw new Error(`no token: ${created.status} ${created.text}`)
  const { tokenId, token } = created.json
  return { name, tokenId, token }
}

/** A temporary token of a user that lives for an hour. */
export async function newTemporaryToken(zone: Zone, userId: string, more: object = {}): Promise<string> {
  const caveats = [{ type: 'time', validUntil: zone.ambient.now() + 3600 }]
  const created = await zone.asAdmin('POST', `/users/${userId}/tokens/temporary`, { caveats, ...more })
  if (created.status !== 201) throw new Error(`no token: ${created.status} ${created.text}`)
  return created.json.token
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}

export function basic({ username, password }: { username: string; password: string }): {
  authorization: string
} {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
}

/** The error's id, inside of `unauthorized` and its like the inner ones too: `unauthorized tokenRevoked`. */
export function errorIds(answer: Answer): string {
  if (answer.text === '') return ''
  const ids: string[] = []
  let error: ErrorBody | undefined = answer.json.error
  while (error !== undefined) {
    ids.push(error.id)
    error = error.details?.authError ?? error.details?.tokenError
  }
  return ids.join(' ')
}

/** `accepted`, or the status with the errors' ids. */
export function outcomeOf(answer: Answer): string {
  return answer.status === 200 ? 'accepted' : `${answer.status} ${errorIds(answer)}`
}

/** A time caveat. */
export function until(validUntil: number): object {
  return { type: 'time', validUntil }
}

/** One request, its answer held against the document of the API. @param url whole */
export async function send(url: string, method: string, { headers, body, rawBody }: Ask): Promise<Answer> {
  const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body))
  const answer = await fetch(url, {
    method,
    headers: { ...(sent !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(sent !== undefined && { body: sent }),
  })
  const text = await answer.text()
  checkAgainstDocument(method, url, { status: answer.status, headers: answer.headers, text })
  const parsed = text === '' ? undefined : JSON.parse(text)
  return { status: answer.status, headers: answer.headers, text, parsed, json: parsed }
}
