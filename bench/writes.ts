import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ONEZONE_BASE, OnezoneClient } from '../packages/server/testing/onezone-client.ts'
import { ADMINISTRATOR, type ServerProcess, startServer } from '../packages/server/testing/server-process.ts'
import type { Cores } from './cores.ts'
import { runRounds, type Workload } from './http-rounds.ts'
import type { LoadResult } from './load/load.ts'
import { jsonRequest } from './load/request-file.ts'
import type { BenchOptions } from './options.ts'

/** What changing costs, on SQLite. */
export interface Writes {
  /** Rows a second, each in a commit of its own, nothing else done; one figure a round. */
  readonly bareCommits: readonly number[]
  readonly create: readonly LoadResult[]
  readonly revoke: readonly LoadResult[]
  /** All tokens that were created in a round, in one request. */
  readonly deleteAll: readonly { readonly tokens: number; readonly millis: number }[]
}

const CREATING_CONNECTIONS = 32
const REVOKING_CONNECTIONS = 16
const CREATED_PER_SECOND = 15_000
const REVOKED = 1000
const COMMITS = join(import.meta.dir, 'peers/commits.ts')

/** On a store that begins empty, and again is at the end of each round. */
export async function measureWrites(
  cores: Cores,
  options: BenchOptions,
  onProgress: (message: string) => void,
): Promise<Writes> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'jeton-bench-writes-'))
  const server = await startServer({ dataFolder, launcher: cores.serving, flags: ['--access-log', 'false'] })
  const writes = {
    bareCommits: Array<number>(),
    create: Array<LoadResult>(),
    revoke: Array<LoadResult>(),
    deleteAll: Array<{ tokens: number; millis: number }>(),
  }
  try {
    const admin = new OnezoneClient(server.url, { kind: 'password', ...ADMINISTRATOR })
    const once = async (workload: Workload): Promise<LoadResult[]> =>
      [...(await runRounds([workload], cores, { ...options, rounds: 1 }, onProgress)).values()].flat()
    for (let round = 1; round <= options.rounds; round += 1) {
      writes.bareCommits.push(await bareCommits(cores, options.seconds))
      const { token } = await admin.createNamedToken('self', { name: 'speaks for the benchmark' })
      writes.create.push(...(await once(creation(server, token, options.warmUpSeconds + options.seconds))))
      const ids = await admin.listNamedTokens('self')
      writes.revoke.push(...(await once(revocation(server, ids.slice(0, REVOKED)))))
      const startedAt = performance.now()
      const { status, text } = await admin.request('DELETE', '/user/tokens/named')
      if (status !== 204) throw new Error(`deleting all tokens was answered ${status}: ${text}`)
      writes.deleteAll.push({ tokens: ids.length, millis: performance.now() - startedAt })
    }
    return writes
  } finally {
    await server.stop()
    await rm(dataFolder, { recursive: true, force: true })
  }
}

async function bareCommits(cores: Cores, seconds: number): Promise<number> {
  const child = Bun.spawn([...cores.serving, process.execPath, COMMITS, String(seconds)], { stdout: 'pipe' })
  return Number(await new Response(child.stdout).text())
}

function creation({ port, pid }: ServerProcess, token: string, seconds: number): Workload {
  const caveats = [{ type: 'time', validUntil: 4_102_444_800 }]
  const count = Math.ceil(seconds * CREATED_PER_SECOND)
  const request = (index: number): string =>
    jsonRequest(
      'POST',
      `${ONEZONE_BASE}/user/tokens/named`,
      { name: `token ${index}`, caveats },
      { 'X-Auth-Token': token },
    )
  const requests = (): Iterable<string> => Array.from({ length: count }, (_, index) => request(index))
  return { name: 'create', port, pid, connections: CREATING_CONNECTIONS, status: 201, requests }
}

/** All of them, then the same taken back, and so on: each request changes something. */
function revocation({ port, pid }: ServerProcess, ids: readonly string[]): Workload {
  const password = `${ADMINISTRATOR.username}:${ADMINISTRATOR.password}`
  const headers = { Authorization: `Basic ${Buffer.from(password).toString('base64')}` }
  const requests = (): Iterable<string> =>
    [true, false].flatMap((revoked) =>
      ids.map((id) => jsonRequest('PATCH', `${ONEZONE_BASE}/tokens/named/${id}`, { revoked }, headers)),
    )
  return { name: 'revoke', port, pid, connections: REVOKING_CONNECTIONS, status: 204, requests }
}
