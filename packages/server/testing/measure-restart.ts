import { ONEZONE_BASE } from './onezone-client.ts'
import { type ProcessMemory, processMemory } from './process-memory.ts'
import { CLOSED, RawConnection, rawRequest } from './raw-connection.ts'
import type { SeededTokens } from './seeded-tokens.ts'
import { SEEDED_PEER_IP } from './seeds.ts'
import { seededRandom } from './seeded-random.ts'
import { startServer } from './server-process.ts'

export interface Restart {
  /** From the start of the process to the answer of its first verification. */
  readonly firstVerificationMillis: number
  readonly accepted: number
  /** After all verifications; `undefined` where the system does not tell. */
  readonly memory: ProcessMemory | undefined
}

export interface RestartOptions {
  /** Of tokens chosen at random, after the first one. */
  readonly verifications: number
  readonly connections: number
  readonly seed: number
}

/** Starts a server on seeded data, has one token verified as soon as it answers, then many random ones. */
export async function measureRestart(
  seeded: SeededTokens,
  { verifications, connections, seed }: RestartOptions,
): Promise<Restart> {
  const random = seededRandom(seed)
  const startedAt = Bun.nanoseconds()
  const server = await startServer({ dataFolder: seeded.folder })
  try {
    const ask = async (connection: RawConnection): Promise<boolean> => {
      const answer = await connection.exchange(verification(seeded, random.below(seeded.plan.tokens)))
      return answer !== CLOSED && answer.status === 200
    }
    const first = await RawConnection.open(server.port)
    if (!(await ask(first))) throw new Error(`the first verification failed:\n${server.output()}`)
    const firstVerificationMillis = (Bun.nanoseconds() - startedAt) / 1e6
    first.close()

    let accepted = 0
    let left = verifications
    const verifier = async (): Promise<void> => {
      const connection = await RawConnection.open(server.port)
      while (left > 0) {
        left -= 1
        if (await ask(connection)) accepted += 1
      }
      connection.close()
    }
    await Promise.all(Array.from({ length: connections }, verifier))
    return { firstVerificationMillis, accepted, memory: await processMemory(server.pid) }
  } finally {
    await server.stop()
  }
}

function verification(seeded: SeededTokens, index: number): Uint8Array {
  const body = JSON.stringify({ token: seeded.textOf(index), peerIp: SEEDED_PEER_IP })
  return rawRequest(
    'POST',
    `${ONEZONE_BASE}/tokens/verify_access_token`,
    [['Content-Type', 'application/json']],
    body,
  )
}
