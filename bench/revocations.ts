import { join } from 'node:path'
import { ONEZONE_BASE, OnezoneClient } from '../packages/server/testing/onezone-client.ts'
import { emptyDatabase } from '../packages/server/testing/postgres.ts'
import { ADMINISTRATOR, type ServerProcess, startServer } from '../packages/server/testing/server-process.ts'
import { drive } from './load/drive.ts'
import type { LoadResult } from './load/load.ts'
import { jsonRequest, writeRequestFile } from './load/request-file.ts'
import { temporaryFolder } from './temporary.ts'

/** How long a revocation takes to be acknowledged while all nodes verify. */
export interface RevocationRow {
  readonly nodes: number
  readonly revocations: number
  readonly p50Millis: number
  readonly p99Millis: number
  /** Of revoked tokens, asked of another node right after the acknowledgement. */
  readonly lateAcceptances: number
  /** Of all nodes together. */
  readonly verificationsPerSecond: number
  /** The worst node's. */
  readonly verificationP99Millis: number
}

export const REVOCATIONS_PER_SECOND = 20
export const VERIFICATIONS_PER_SECOND = 2000
const VERIFIED_TOKENS = 100
const CREATED_AT_ONCE = 20
const CONNECTIONS_PER_NODE = 8
const WARM_UP_SECONDS = 1

/** On a PostgreSQL of its own. Nothing is pinned: nodes and database share the machine's cores. */
export async function measureRevocations(nodes: number, seconds: number): Promise<RevocationRow> {
  const folder = temporaryFolder()
  const database = await emptyDatabase()
  const servers: ServerProcess[] = []
  try {
    for (let node = 0; node < nodes; node += 1) servers.push(await startNode(folder, node, database.url))
    return await measure(servers, folder, seconds)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    await database.drop()
  }
}

function startNode(folder: string, node: number, databaseUrl: string): Promise<ServerProcess> {
  return startServer({
    dataFolder: join(folder, String(node)),
    databaseUrl,
    flags: ['--access-log', 'false'],
    environment: { JETON_MASTER_KEY: Buffer.alloc(32, 'benchmark').toString('base64') },
  })
}

async function measure(
  servers: readonly ServerProcess[],
  folder: string,
  seconds: number,
): Promise<RevocationRow> {
  const clients = await speakers(servers)
  const doomed = await createTokens(clients, 'doomed', seconds * REVOCATIONS_PER_SECOND)
  const verified = await createTokens(clients, 'verified', VERIFIED_TOKENS)
  const requestFile = join(folder, 'requests')
  const path = `${ONEZONE_BASE}/tokens/verify_access_token`
  await writeRequestFile(
    requestFile,
    verified.map(({ token }) => jsonRequest('POST', path, { token })),
  )
  const load = Promise.all(
    servers.map(({ port }) =>
      drive(
        {
          ports: [port],
          connections: CONNECTIONS_PER_NODE,
          status: 200,
          requestFile,
          warmUpSeconds: WARM_UP_SECONDS,
          seconds,
          requestsPerSecond: VERIFICATIONS_PER_SECOND / servers.length,
        },
        [],
      ),
    ),
  )
  await Bun.sleep(WARM_UP_SECONDS * 1000)
  const revocations = await revokeSteadily(clients, doomed)
  return rowOf(revocations, await load)
}

/** By token, so that nobody waits for a password. */
async function speakers(servers: readonly ServerProcess[]): Promise<readonly OnezoneClient[]> {
  const url = servers[0]?.url ?? ''
  const admin = new OnezoneClient(url, { kind: 'password', ...ADMINISTRATOR }, () => undefined)
  const { token } = await admin.createNamedToken('self', { name: 'speaks for the benchmark' })
  return servers.map((server) => new OnezoneClient(server.url, { kind: 'token', token }, () => undefined))
}

type CreatedToken = Awaited<ReturnType<OnezoneClient['createNamedToken']>>

async function createTokens(
  clients: readonly OnezoneClient[],
  name: string,
  count: number,
): Promise<readonly CreatedToken[]> {
  const created: CreatedToken[] = []
  for (let from = 0; from < count; from += CREATED_AT_ONCE) {
    const creations = Array.from({ length: Math.min(CREATED_AT_ONCE, count - from) }, (_, index) =>
      clients[index % clients.length]?.createNamedToken('self', { name: `${name} ${from + index}` }),
    )
    created.push(...(await Promise.all(creations.filter((creation) => creation !== undefined))))
  }
  return created
}

interface Revocation {
  readonly millis: number
  readonly isLate: boolean
}

/** One every so often, whether or not the one before is acknowledged; each from the next node. */
async function revokeSteadily(
  clients: readonly OnezoneClient[],
  tokens: readonly CreatedToken[],
): Promise<readonly Revocation[]> {
  const startedAt = performance.now()
  return Promise.all(
    tokens.map(async ({ id, token }, index) => {
      await Bun.sleep(startedAt + (index * 1000) / REVOCATIONS_PER_SECOND - performance.now())
      const sentAt = performance.now()
      const answer = await clients[index % clients.length]?.request('PATCH', `/tokens/named/${id}`, {
        revoked: true,
      })
      const millis = performance.now() - sentAt
      if (answer?.status !== 204)
        throw new Error(`a revocation was answered ${answer?.status}: ${answer?.text}`)
      const isLate = (await clients[(index + 1) % clients.length]?.verdict(token)) === 'accepted'
      return { millis, isLate }
    }),
  )
}

function rowOf(revocations: readonly Revocation[], loads: readonly LoadResult[]): RevocationRow {
  const sorted = revocations.map(({ millis }) => millis).toSorted((a, b) => a - b)
  const quantile = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
  return {
    nodes: loads.length,
    revocations: sorted.length,
    p50Millis: quantile(0.5),
    p99Millis: quantile(0.99),
    lateAcceptances: revocations.filter(({ isLate }) => isLate).length,
    verificationsPerSecond: loads.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0),
    verificationP99Millis: Math.max(...loads.map(({ p99Millis }) => p99Millis)),
  }
}
