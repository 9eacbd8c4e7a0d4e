import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SEEDED_PEER_IP, type SeededTokens } from '../packages/server/testing/seeded-tokens.ts'
import type { Cores } from './cores.ts'
import { coldDraw, type Draw, hotDraw } from './draws.ts'
import { drive } from './load/drive.ts'
import type { LoadResult } from './load/load.ts'
import { postRequest, writeRequestFile } from './load/request-file.ts'
import type { BenchOptions } from './options.ts'

/** What is asked over HTTP; each is measured once a round, so that a slow minute of the machine meets them all. */
export interface Ports {
  readonly echo: number
  readonly jeton: number
  readonly introspection: number
}

export type Workload = 'echo' | 'verify, cold' | 'verify, hot' | 'introspection'

/** By workload, one result a round. */
export type Rounds = Readonly<Record<Workload, readonly LoadResult[]>>

export const CONNECTIONS = 16
const WARM_UP_SECONDS = 1
/** More than is answered in a second: in a round of the cold draw no text shall come twice. */
const PREPARED_PER_SECOND = 60_000
const VERIFY_PATH = '/api/v3/onezone/tokens/verify_access_token'

/** Runs all rounds. @param onProgress what is being done */
export async function runRounds(
  ports: Ports,
  seeded: SeededTokens,
  cores: Cores,
  { rounds, seconds }: BenchOptions,
  onProgress: (message: string) => void,
): Promise<Rounds> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-bench-'))
  const results: Record<Workload, LoadResult[]> = {
    echo: [],
    'verify, cold': [],
    'verify, hot': [],
    introspection: [],
  }
  const cold = coldDraw(seeded.count, 1)
  const hot = hotDraw(seeded.count, 2)
  const count = Math.min((seconds + WARM_UP_SECONDS) * PREPARED_PER_SECOND, seeded.count)
  try {
    for (let round = 1; round <= rounds; round += 1) {
      onProgress(`round ${round} of ${rounds}: writing requests`)
      const files = await writeRound(folder, seeded, { cold, hot }, count, ports.introspection)
      for (const [workload, port, requestFile] of [
        ['echo', ports.echo, files.cold],
        ['verify, cold', ports.jeton, files.cold],
        ['verify, hot', ports.jeton, files.hot],
        ['introspection', ports.introspection, files.introspection],
      ] as const) {
        onProgress(`round ${round} of ${rounds}: ${workload}`)
        const job = { port, connections: CONNECTIONS, requestFile, warmUpSeconds: WARM_UP_SECONDS, seconds }
        results[workload].push(await drive(job, cores.asking))
      }
    }
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface RoundFiles {
  readonly cold: string
  readonly hot: string
  readonly introspection: string
}

async function writeRound(
  folder: string,
  seeded: SeededTokens,
  draws: { readonly cold: Draw; readonly hot: Draw },
  count: number,
  introspectionPort: number,
): Promise<RoundFiles> {
  const files = {
    cold: join(folder, 'cold'),
    hot: join(folder, 'hot'),
    introspection: join(folder, 'introspection'),
  }
  await writeRequestFile(files.cold, verifications(seeded, draws.cold, count))
  await writeRequestFile(files.hot, verifications(seeded, draws.hot, count))
  await writeRequestFile(files.introspection, [await introspectionRequest(introspectionPort)])
  return files
}

function* verifications(seeded: SeededTokens, draw: Draw, count: number): Iterable<string> {
  const texts = new Map<number, string>()
  for (let sent = 0; sent < count; sent += 1) {
    const index = draw.next().value
    const token = texts.get(index) ?? seeded.textOf(index)
    texts.set(index, token)
    yield postRequest(VERIFY_PATH, JSON.stringify({ token, peerIp: SEEDED_PEER_IP }))
  }
}

/** One opaque token, asked about over and over: the most that the peer's memory can do for it. */
async function introspectionRequest(port: number): Promise<string> {
  const authorization = `Basic ${Buffer.from('bench:bench').toString('base64')}`
  const answer = await fetch(`http://127.0.0.1:${port}/token`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  // Safe: RFC 6749, 5.1. Should it fail, `undefined` is introspected, and the answer shows in the load's check.
  const { access_token: token } = (await answer.json()) as { readonly access_token: string }
  return postRequest('/token/introspection', `token=${token}`, {
    'Content-Type': 'application/x-www-form-urlencoded',
    Authorization: authorization,
  })
}
