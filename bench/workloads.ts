import { ONEZONE_BASE } from '../packages/server/testing/onezone-client.ts'
import { SEEDED_PEER_IP, type SeededTokens } from '../packages/server/testing/seeded-tokens.ts'
import { ADMINISTRATOR } from '../packages/server/testing/server-process.ts'
import { coldDraw, type Draw, hotDraw } from './draws.ts'
import type { Workload } from './http-rounds.ts'
import { httpRequest, jsonRequest } from './load/request-file.ts'
import type { Peer } from './peers/peer.ts'

/** A server with so many tokens. */
export interface Stored {
  readonly seeded: SeededTokens
  readonly port: number
  readonly pid: number
}

export interface Peers {
  readonly echo: Peer
  readonly introspection: Peer
  readonly apiKey: Peer
}

export const CONNECTIONS = 16
const OTHER_CONNECTIONS = [1, 128]
/** More than is answered in a second: in a round of the cold draw no text shall come twice. */
const COLD_PER_SECOND = 25_000
const HOT_TEXTS = 100_000
const VERIFY_PATH = `${ONEZONE_BASE}/tokens/verify_access_token`
const BASIC = {
  Authorization: `Basic ${Buffer.from(`${ADMINISTRATOR.username}:${ADMINISTRATOR.password}`).toString('base64')}`,
}

export const ECHO = 'bare `Bun.serve` echo of the same body'
export const INTROSPECTION = '`oidc-provider` introspection in memory, Node'
export const API_KEY = 'better-auth `verifyApiKey`, SQLite'

/** The name of a verification's workload. */
export function verifyName(
  draw: 'hot' | 'cold',
  { seeded }: Pick<Stored, 'seeded'>,
  connections = CONNECTIONS,
): string {
  return `verify, ${draw}, ${amount(seeded.count)} tokens${connectionsNote(connections)}`
}

export function echoName(connections = CONNECTIONS): string {
  return `${ECHO}${connectionsNote(connections)}`
}

/** `1 k`, `20 k`, `1 M`. */
export function amount(tokens: number): string {
  return tokens >= 1e6 ? `${tokens / 1e6} M` : `${tokens / 1000} k`
}

/** @param stores the smallest first @returns all that is only asked, in the order in which it is measured. Echo and verification stand side by side. */
export async function workloads(
  stores: readonly Stored[],
  peers: Peers,
  seconds: number,
): Promise<Workload[]> {
  const largest = stores.at(-1)
  if (largest === undefined) return []
  return [
    echo(peers, largest, CONNECTIONS),
    ...[...stores].toReversed().flatMap((stored) => verifications(stored, seconds)),
    await introspection(peers),
    await apiKey(peers),
    ...OTHER_CONNECTIONS.flatMap((connections) => [
      echo(peers, largest, connections),
      hot(largest, connections),
    ]),
    ...others(largest),
  ]
}

function echo(peers: Peers, { seeded }: Stored, connections: number): Workload {
  const draw = coldDraw(seeded.count, 1)
  const texts = Math.min(20_000, seeded.count)
  const requests = (): Iterable<string> => drawn(seeded, draw, texts)
  return {
    name: echoName(connections),
    port: peers.echo.port,
    pid: peers.echo.pid,
    connections,
    status: 200,
    requests,
  }
}

function verifications(stored: Stored, seconds: number): Workload[] {
  const { seeded, port, pid } = stored
  const draw = coldDraw(seeded.count, 2)
  const texts = Math.min(Math.ceil(seconds * COLD_PER_SECOND), seeded.count)
  const name = verifyName('cold', stored)
  const requests = (): Iterable<string> => drawn(seeded, draw, texts)
  return [hot(stored, CONNECTIONS), { name, port, pid, connections: CONNECTIONS, status: 200, requests }]
}

function hot(stored: Stored, connections: number): Workload {
  const { seeded, port, pid } = stored
  const draw = hotDraw(seeded.count, 3)
  const requests = (): Iterable<string> => drawn(seeded, draw, HOT_TEXTS)
  return { name: verifyName('hot', stored, connections), port, pid, connections, status: 200, requests }
}

/** One of each, over and over: what these cost does not hang on what was asked before. */
function others({ seeded, port, pid }: Stored): Workload[] {
  const token = seeded.textOf(0)
  // A first login costs what a password costs; what is measured is a client that comes again.
  const logIn = (): Promise<unknown> =>
    fetch(`http://127.0.0.1:${port}${ONEZONE_BASE}/user/tokens/named`, { headers: BASIC })
  const one = (name: string, status: number, request: string): Workload => ({
    name,
    port,
    pid,
    connections: CONNECTIONS,
    status,
    prepare: logIn,
    requests: () => [request],
  })
  const verification = { token, peerIp: SEEDED_PEER_IP }
  const garbage = { token: token.split('').toReversed().join('') }
  return [
    one('verify, garbage', 400, jsonRequest('POST', VERIFY_PATH, garbage)),
    one('verify, Basic-authenticated', 200, jsonRequest('POST', VERIFY_PATH, verification, BASIC)),
    one('examine', 200, jsonRequest('POST', `${ONEZONE_BASE}/tokens/examine`, { token })),
    one(
      "list one's named tokens (none)",
      200,
      httpRequest('GET', `${ONEZONE_BASE}/user/tokens/named`, BASIC),
    ),
  ]
}

function* drawn(seeded: SeededTokens, draw: Draw, count: number): Iterable<string> {
  const texts = new Map<number, string>()
  for (let sent = 0; sent < count; sent += 1) {
    const index = draw.next().value
    const token = texts.get(index) ?? seeded.textOf(index)
    texts.set(index, token)
    yield jsonRequest('POST', VERIFY_PATH, { token, peerIp: SEEDED_PEER_IP })
  }
}

/** One opaque token, asked about over and over: the most that the peer's memory can do for it. */
async function introspection({ introspection: { port, pid } }: Peers): Promise<Workload> {
  const authorization = `Basic ${Buffer.from('bench:bench').toString('base64')}`
  const answer = await fetch(`http://127.0.0.1:${port}/token`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  // Safe: RFC 6749, 5.1. Should it fail, `undefined` is introspected, and the answer shows in the load's check.
  const { access_token: token } = (await answer.json()) as { readonly access_token: string }
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: authorization }
  const request = httpRequest('POST', '/token/introspection', headers, `token=${token}`)
  return { name: INTROSPECTION, port, pid, connections: CONNECTIONS, status: 200, requests: () => [request] }
}

async function apiKey({ apiKey: { port, pid } }: Peers): Promise<Workload> {
  const body: unknown = await (await fetch(`http://127.0.0.1:${port}`)).json()
  const request = jsonRequest('POST', '/', body)
  return { name: API_KEY, port, pid, connections: CONNECTIONS, status: 200, requests: () => [request] }
}

function connectionsNote(connections: number): string {
  return connections === CONNECTIONS ? '' : `, c = ${connections}`
}
