import { join } from 'node:path'
import { ONEZONE_BASE, OnezoneClient } from '../packages/server/testing/onezone-client.ts'
import { ADMINISTRATOR, type ServerProcess, startServer } from '../packages/server/testing/server-process.ts'
import { spawnChild } from './child.ts'
import type { Cores } from './cores.ts'
import { measure, type RoundResult, type Workload } from './http-rounds.ts'
import { jsonRequest } from './load/request-file.ts'
import { CONNECTIONS } from './names.ts'
import type { BenchOptions } from './options.ts'
import { BASIC } from './questions.ts'
import { median } from './table.ts'
import { temporaryFolder } from './temporary.ts'

/** What changing costs, on SQLite. */
export interface Writes {
  /** Rows a second, each in a commit of its own, nothing else done; one figure a round. */
  readonly bareCommits: readonly number[]
  /** By connections, the fewest first; one result a round. */
  readonly create: ReadonlyMap<number, readonly RoundResult[]>
  readonly revoke: readonly RoundResult[]
}

/** The connections that the goal is about. */
export const CREATING_CONNECTIONS = 32
export const CONNECTION_COUNTS = [1, CONNECTIONS, CREATING_CONNECTIONS, 128]
const CREATED_PER_SECOND = 15_000
const REVOKED = 1000
const COMMITS = join(import.meta.dir, 'peers/commits.ts')

/** On a store that begins empty, and again is at the end of each round. */
export async function measureWrites(
  cores: Cores,
  options: BenchOptions,
  onProgress: (message: string) => void,
): Promise<Writes> {
  const dataFolder = temporaryFolder()
  const server = await startServer({ dataFolder, launcher: cores.serving, flags: ['--access-log', 'false'] })
  const bareCommitsOfRounds: number[] = []
  const create = new Map<number, RoundResult[]>(CONNECTION_COUNTS.map((connections) => [connections, []]))
  const revoke: RoundResult[] = []
  const once = (workload: Workload, round: number): Promise<RoundResult> => {
    onProgress(`round ${round} of ${options.rounds}: ${workload.name}`)
    return measure(workload, cores, options)
  }
  try {
    const admin = new OnezoneClient(server.url, { kind: 'password', ...ADMINISTRATOR }, () => undefined)
    for (let round = 1; round <= options.rounds; round += 1) {
      bareCommitsOfRounds.push(await bareCommits(cores, options.seconds))
      const { token } = await admin.createNamedToken('self', { name: 'speaks for the benchmark' })
      for (const connections of CONNECTION_COUNTS) {
        create.get(connections)?.push(await once(creation(server, token, connections, options), round))
      }
      const ids = await admin.listNamedTokens('self')
      revoke.push(await once(revocation(server, ids.slice(0, REVOKED)), round))
      const { status, text } = await admin.request('DELETE', '/user/tokens/named')
      if (status !== 204) throw new Error(`deleting all tokens was answered ${status}: ${text}`)
    }
    return { bareCommits: bareCommitsOfRounds, create, revoke }
  } finally {
    await server.stop()
  }
}

async function bareCommits(cores: Cores, seconds: number): Promise<number> {
  const child = spawnChild([...cores.serving, process.execPath, COMMITS, String(seconds)])
  return Number(await new Response(child.stdout).text())
}

function creation(
  server: ServerProcess,
  token: string,
  connections: number,
  { warmUpSeconds, seconds }: BenchOptions,
): Workload {
  const caveats = [{ type: 'time', validUntil: 4_102_444_800 }]
  const count = Math.ceil((warmUpSeconds + seconds) * CREATED_PER_SECOND)
  const request = (index: number): string =>
    jsonRequest(
      'POST',
      `${ONEZONE_BASE}/user/tokens/named`,
      { name: `token ${connections} ${index}`, caveats },
      { 'X-Auth-Token': token },
    )
  return {
    name: `create, c = ${connections}`,
    servers: [server],
    connections,
    status: 201,
    requests: () => Array.from({ length: count }, (_, index) => request(index)),
  }
}

/** All of them, then the same taken back, and so on: each request changes something. */
function revocation(server: ServerProcess, ids: readonly string[]): Workload {
  const requests = (): Iterable<string> =>
    [true, false].flatMap((revoked) =>
      ids.map((id) => jsonRequest('PATCH', `${ONEZONE_BASE}/tokens/named/${id}`, { revoked }, BASIC)),
    )
  return { name: 'revoke', servers: [server], connections: CONNECTIONS, status: 204, requests }
}

/** What is done in a second against bare commits: the median of the ratios within a round. */
export function againstCommits(
  results: readonly RoundResult[],
  bareCommitsOfRounds: readonly number[],
): number {
  return median(
    results.map(({ requestsPerSecond }, round) => requestsPerSecond / (bareCommitsOfRounds[round] ?? NaN)),
  )
}
