import type { Workload } from './http-rounds.ts'
import { httpRequest, jsonRequest } from './load/request-file.ts'
import { API_KEY, CONNECTIONS, INTROSPECTION } from './names.ts'
import type { Peer } from './peers/peer.ts'

/** One opaque token, asked about over and over: the most that the peer's memory can do for it. */
export async function introspection(peer: Peer): Promise<Workload> {
  const authorization = `Basic ${Buffer.from('bench:bench').toString('base64')}`
  const answer = await fetch(`http://127.0.0.1:${peer.port}/token`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  // Safe: RFC 6749, 5.1. Should it fail, `undefined` is introspected, and the answer shows in the load's check.
  const { access_token: token } = (await answer.json()) as { readonly access_token: string }
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: authorization }
  return peerQuestion(
    INTROSPECTION,
    peer,
    httpRequest('POST', '/token/introspection', headers, `token=${token}`),
  )
}

/** One key, likewise. */
export async function apiKey(peer: Peer): Promise<Workload> {
  const body: unknown = await (await fetch(`http://127.0.0.1:${peer.port}`)).json()
  return peerQuestion(API_KEY, peer, jsonRequest('POST', '/', body))
}

function peerQuestion(name: string, peer: Peer, request: string): Workload {
  return {
    name,
    servers: [peer],
    connections: CONNECTIONS,
    status: 200,
    requests: () => [request],
  }
}
