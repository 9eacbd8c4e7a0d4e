import { ONEZONE_BASE, OnezoneClient } from '../packages/server/testing/onezone-client.ts'
import { SEEDED_PEER_IP } from '../packages/server/testing/seeds.ts'
import { ADMINISTRATOR } from '../packages/server/testing/server-process.ts'
import type { Workload } from './http-rounds.ts'
import { httpRequest, jsonRequest } from './load/request-file.ts'
import { CONNECTIONS, examineName, OTHER_CONNECTIONS } from './names.ts'
import { type Stored, VERIFY_PATH } from './verifications.ts'

/** Somebody by his password. */
export function basicOf({ username, password }: Readonly<Record<'username' | 'password', string>>) {
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
}

/** The administrator. */
export const BASIC = basicOf(ADMINISTRATOR)

const LISTED_TOKENS = 100
const OWN_TOKENS = '/user/tokens/named'

/** One of each, over and over: what these cost does not hang on what was asked before. */
export async function questions(stored: Stored): Promise<readonly Workload[]> {
  const token = stored.seeds.textOf(0)
  const verification = { token, peerIp: SEEDED_PEER_IP }
  const garbage = { token: token.split('').toReversed().join('') }
  const listed = await ownerOfTokens(portOf(stored), LISTED_TOKENS)
  const list = (path: string): string => httpRequest('GET', `${ONEZONE_BASE}${path}`, BASIC)
  return [
    question(stored, 'verify, garbage', jsonRequest('POST', VERIFY_PATH, garbage), { status: 400 }),
    question(stored, 'verify, Basic-authenticated', jsonRequest('POST', VERIFY_PATH, verification, BASIC)),
    examine(stored, CONNECTIONS),
    question(stored, "list one's named tokens (none)", list(OWN_TOKENS)),
    question(stored, `list a user's named tokens (${LISTED_TOKENS})`, list(`/users/${listed}/tokens/named`)),
  ]
}

/** With fewer and with more who ask at once. */
export function otherExamines(stored: Stored): readonly Workload[] {
  return OTHER_CONNECTIONS.map((connections) => examine(stored, connections))
}

function examine(stored: Stored, connections: number): Workload {
  const request = jsonRequest('POST', `${ONEZONE_BASE}/tokens/examine`, { token: stored.seeds.textOf(0) })
  return question(stored, examineName(connections), request, { connections })
}

function question(
  stored: Stored,
  name: string,
  request: string,
  { status = 200, connections = CONNECTIONS } = {},
): Workload {
  return {
    name,
    servers: stored.servers,
    connections,
    status,
    // A first login costs what a password costs; what is measured is a client that comes again.
    prepare: () =>
      fetch(`http://127.0.0.1:${portOf(stored)}${ONEZONE_BASE}${OWN_TOKENS}`, { headers: BASIC }),
    requests: () => [request],
  }
}

/** @returns the id of a new user with so many named tokens */
async function ownerOfTokens(port: number, tokens: number): Promise<string> {
  const admin = new OnezoneClient(
    `http://127.0.0.1:${port}`,
    { kind: 'password', ...ADMINISTRATOR },
    () => undefined,
  )
  const user = await admin.createUser({})
  for (let index = 0; index < tokens; index += 1)
    await admin.createNamedToken(user, { name: `token ${index}` })
  return user
}

function portOf({ servers }: Stored): number {
  return servers[0]?.port ?? 0
}
