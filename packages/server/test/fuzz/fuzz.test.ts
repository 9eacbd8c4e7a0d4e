import { afterAll, beforeAll, expect, test } from 'bun:test'
import { administratorByToken } from '../../testing/administrator.ts'
import type { OnezoneClient } from '../../testing/onezone-client.ts'
import { CLOSED, type RawAnswer, RawClient } from '../../testing/raw-connection.ts'
import { type SeededRandom, seededRandom } from '../../testing/seeded-random.ts'
import { newPlace, type ServerPlace } from '../../testing/server-place.ts'
import { type ServerProcess, startServer } from '../../testing/server-process.ts'
import { complaintAbout } from './answers.ts'
import { type FuzzRequest, hopelessRequest, openRequest } from './requests.ts'
import { guardedState, makeOwn, makeWorld, type Own, type World } from './world.ts'

/** `JETON_FUZZ_SEED` replays a run, `JETON_FUZZ_REQUESTS` makes it longer. */
const SEED = Number(process.env['JETON_FUZZ_SEED'] ?? crypto.getRandomValues(new Uint32Array(1))[0])
const REQUESTS = Number(process.env['JETON_FUZZ_REQUESTS'] ?? 24_000)
const CONNECTIONS = 8
const HOPELESS_SHARE = 0.6
const TIMEOUT_MS = 600_000

let place: ServerPlace
let server: ServerProcess
let admin: OnezoneClient
let world: World

beforeAll(async () => {
  place = await newPlace()
  server = await startServer(place.options)
  admin = await administratorByToken(server.url)
  world = await makeWorld(admin)
})
afterAll(async () => {
  await server.stop()
  await place.remove()
})

test(
  `${REQUESTS} requests of nonsense get documented answers and change nothing that they may not (seed ${SEED})`,
  async () => {
    const owns = await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, index) => makeOwn(admin, `fuzz-${index}`)),
    )
    const usersBefore = new Set(await admin.listUsers())
    const before = await guardedState(server.url, world.guarded)
    const statuses = new Map<number, number>()

    await Promise.all(
      owns.map((own, index) => {
        // A seed of its own for each connection: how they interleave does not change what they send.
        const random = seededRandom(SEED + index)
        return fuzz(random, own, REQUESTS / CONNECTIONS, (status) =>
          statuses.set(status, (statuses.get(status) ?? 0) + 1),
        )
      }),
    )

    console.log(`fuzz: seed ${SEED}, answers by status: ${JSON.stringify(Object.fromEntries(statuses))}`)
    expect(await guardedState(server.url, world.guarded)).toBe(before)
    expect(await admin.verdict(world.guarded.token)).toBe('accepted')
    const usersExpected = [...usersBefore, ...owns.flatMap(({ disposableIds }) => [...disposableIds])]
    expect([...(await admin.listUsers())].toSorted()).toEqual(usersExpected.toSorted())
    for (const own of owns) {
      expect([...(await admin.listNamedTokens(own.subjectId))].toSorted()).toEqual(
        [...own.tokenIds].toSorted(),
      )
    }
  },
  TIMEOUT_MS,
)

async function fuzz(
  random: SeededRandom,
  own: Own,
  count: number,
  onStatus: (status: number) => void,
): Promise<void> {
  const client = new RawClient(server.port)
  for (let sent = 0; sent < count; sent += 1) {
    const request = (random.chance(HOPELESS_SHARE) ? hopelessRequest : openRequest)(random, world, own)
    const isHead = request.method === 'HEAD'
    const answer = await client.exchange(request.bytes, { isHead })
    if (answer === CLOSED) throw new Error(`closed without an answer: ${shown(request)}`)
    onStatus(answer.status)
    const complaint = complaintAbout(answer, isHead) ?? account(own, request, answer)
    if (complaint !== undefined) {
      throw new Error(
        `seed ${SEED}: ${complaint}\n${shown(request)}\n→ ${answer.status} ${answer.body.slice(0, 500)}`,
      )
    }
  }
  client.close()
}

/** Keeps account of what was accepted. @returns what is wrong about the acceptance */
function account(own: Own, { effect, isHopeless, id }: FuzzRequest, answer: RawAnswer): string | undefined {
  if (effect === undefined || answer.status >= 300 || answer.status === 200) return undefined
  if (isHopeless) return 'a request that had to be refused was accepted'
  const createdId = (answer.headers.get('location') ?? '').split('/').at(-1) ?? ''
  switch (effect) {
    case 'token_created':
      own.tokenIds.add(createdId)
      break
    case 'token_deleted':
      own.tokenIds.delete(id)
      break
    case 'tokens_deleted':
      own.tokenIds.clear()
      break
    case 'user_created':
      own.disposableIds.add(createdId)
      break
    case 'user_deleted':
      own.disposableIds.delete(id)
  }
  return undefined
}

function shown({ bytes }: FuzzRequest): string {
  return JSON.stringify(Buffer.from(bytes).toString('latin1').slice(0, 2000))
}
