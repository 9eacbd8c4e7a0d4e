import { afterEach, describe, expect, test } from 'bun:test'
import { administratorByToken } from '../../testing/administrator.ts'
import { seededRandom } from '../../testing/seeded-random.ts'
import { DATABASES, newPlace, type ServerPlace } from '../../testing/server-place.ts'
import { startServer } from '../../testing/server-process.ts'
import { killDuringStart, killRounds } from './kill-rounds.ts'

/** `npm run test:faults` sets more rounds. A seed makes the same choices again, though not at the same moments. */
const ROUNDS = Number(process.env['JETON_FAULT_ROUNDS'] ?? 20)
const SEED = Number(process.env['JETON_FAULT_SEED'] ?? crypto.getRandomValues(new Uint32Array(1))[0])
const FIRST_STARTS = Math.ceil(ROUNDS / 4)
/** A round takes about a second where nothing else runs. */
const TIMEOUT_MS = 60_000 + 15_000 * ROUNDS

const places: ServerPlace[] = []
afterEach(async () => {
  for (const place of places.splice(0)) await place.remove()
})

for (const database of DATABASES) {
  describe(`on ${database}`, () => {
    test(
      `after ${ROUNDS} times kill -9 every acknowledged write is there, and none is half there (seed ${SEED})`,
      async () => {
        const { options } = await newTestPlace(database)
        const { acknowledgedWrites } = await killRounds(options, ROUNDS, SEED, (round) => {
          if (round % 50 === 0) console.log(`${database}: ${round} of ${ROUNDS} rounds`)
        })
        console.log(`${database}: ${acknowledgedWrites} writes were acknowledged in ${ROUNDS} rounds`)
      },
      TIMEOUT_MS,
    )

    test(
      `a first start that is killed is completed by the next one, ${FIRST_STARTS} times (seed ${SEED})`,
      async () => {
        const random = seededRandom(SEED)
        for (let time = 1; time <= FIRST_STARTS; time += 1) {
          const { options } = await newTestPlace(database)
          await killDuringStart(options, random)
          const server = await startServer(options)
          try {
            expect(await (await administratorByToken(server.url)).listUsers()).toHaveLength(1)
          } finally {
            await server.stop()
          }
        }
      },
      TIMEOUT_MS,
    )
  })
}

test('a second server on the same data folder is refused and says why; the first one goes on', async () => {
  const { options } = await newTestPlace('SQLite')
  const first = await startServer(options)
  try {
    const refusal = await startServer(options).then(() => undefined, String)
    expect(refusal).toContain('in use')
    expect(refusal).toContain(options.dataFolder)
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
  } finally {
    await first.stop()
  }
})

async function newTestPlace(database: (typeof DATABASES)[number]): Promise<ServerPlace> {
  const place = await newPlace(database)
  places.push(place)
  return place
}
