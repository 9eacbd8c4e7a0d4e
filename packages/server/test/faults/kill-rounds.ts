import { administratorByToken } from '../../testing/administrator.ts'
import type { OnezoneClient } from '../../testing/onezone-client.ts'
import { type SeededRandom, seededRandom } from '../../testing/seeded-random.ts'
import { freePort, launchServer, type ServerOptions, startServer } from '../../testing/server-process.ts'
import { TokenOwner } from './token-owner.ts'

const OWNERS = 4
const LONGEST_WRITING_MS = 150
/** A start takes some hundred milliseconds: kills in here meet the lock, the migrations, the key ring and the listening. */
const LONGEST_START_MS = 400
const KILLED_STARTS_SHARE = 0.2

export interface KillSummary {
  readonly rounds: number
  readonly acknowledgedWrites: number
}

/**
 * Kills a server with SIGKILL in the middle of creates, revokes and deletes, again and again on the same data, and
 * compares after each restart what is there with what was acknowledged.
 */
export async function killRounds(
  options: ServerOptions,
  rounds: number,
  seed: number,
  onRound: (round: number) => void = () => undefined,
): Promise<KillSummary> {
  const random = seededRandom(seed)
  const fixed = { ...options, port: await freePort() }
  let server = await startServer(fixed)
  try {
    const admin = await administratorByToken(server.url)
    const owners = await makeOwners(admin)
    for (let round = 1; round <= rounds; round += 1) {
      const underWay = Promise.withResolvers<void>()
      const writing = owners.map((owner) => owner.writeUntilSilence(random, underWay.resolve))
      // A kill before the first answer would show nothing, and how soon that comes is the machine's affair.
      await underWay.promise
      await Bun.sleep(random.below(LONGEST_WRITING_MS))
      await server.kill9()
      await Promise.all(writing)

      if (random.chance(KILLED_STARTS_SHARE)) await killDuringStart(fixed, random)
      server = await startServer(fixed)
      for (const owner of owners) await owner.check()
      onRound(round)
    }
    return { rounds, acknowledgedWrites: sumOf(owners) }
  } finally {
    await server.kill9()
  }
}

/** Starts a server and kills it before it is likely to be ready. */
export async function killDuringStart(options: ServerOptions, random: SeededRandom): Promise<void> {
  const server = launchServer(options)
  await Bun.sleep(random.below(LONGEST_START_MS))
  await server.kill9()
}

function sumOf(owners: readonly TokenOwner[]): number {
  return owners.reduce((sum, owner) => sum + owner.acknowledgedWrites, 0)
}

async function makeOwners(admin: OnezoneClient): Promise<readonly TokenOwner[]> {
  return Promise.all(
    Array.from({ length: OWNERS }, async (_, index) => {
      return new TokenOwner(admin, await admin.createUser({ username: `owner-${index}` }))
    }),
  )
}
