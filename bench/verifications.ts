import { ONEZONE_BASE } from '../packages/server/testing/onezone-client.ts'
import { SEEDED_PEER_IP, type Seeds } from '../packages/server/testing/seeds.ts'
import { coldDraw, type Draw, hotDraw, leastPopular, mostPopular, upTo } from './draws.ts'
import type { Asked, Workload } from './http-rounds.ts'
import { jsonRequest } from './load/request-file.ts'
import { CONNECTIONS, echoName, verifyName } from './names.ts'
import type { BenchOptions } from './options.ts'

/** Servers that share a store with these tokens. */
export interface Stored {
  /** How the tables name it. */
  readonly label: string
  readonly seeds: Seeds
  readonly servers: readonly Asked[]
}

export const VERIFY_PATH = `${ONEZONE_BASE}/tokens/verify_access_token`
/** More than is answered in a second: in a round of the cold draw no text shall come twice. */
const COLD_PER_SECOND = 30_000
const ECHO_TEXTS = 20_000
const HOT_TEXTS = 250_000
const MET_SHARE = 0.3
const MOST_MET_TOKENS = 700_000
const HOT_SEED = 3
/** Enough to know them all; for stores that are smaller than that. */
const HOT_TEXTS_PER_TOKEN = 20

/** The bodies of verifications of this store, asked of a server that does not verify. */
export function echo(peer: Asked, { seeds }: Stored, connections = CONNECTIONS): Workload {
  const draw = coldDraw(upTo(seeds.plan.tokens), 1)
  const texts = Math.min(ECHO_TEXTS, seeds.plan.tokens)
  return {
    name: echoName(connections),
    servers: [peer],
    connections,
    status: 200,
    requests: () => take(draw, texts, (index) => verification(seeds, index)),
  }
}

/** Tokens by Zipf's law. @param isMet whether the popular ones are asked about beforehand */
export function hot(
  { label, seeds, servers }: Stored,
  connections = CONNECTIONS,
  isMet = connections === CONNECTIONS,
): Workload {
  const draw = hotDraw(seeds.plan.tokens, HOT_SEED)
  return {
    name: verifyName('hot', label, connections),
    servers,
    connections,
    status: 200,
    warmsUpLong: true,
    ...(isMet && { met: () => popular(seeds) }),
    requests() {
      const texts = new Map<number, string>()
      return take(draw, Math.min(HOT_TEXTS, HOT_TEXTS_PER_TOKEN * seeds.plan.tokens), (index) => {
        const text = texts.get(index) ?? verification(seeds, index)
        texts.set(index, text)
        return text
      })
    },
  }
}

/** Tokens that were not asked about beforehand, each once before any comes again. */
export function cold(
  { label, seeds, servers }: Stored,
  { warmUpSeconds, seconds }: BenchOptions,
  connections = CONNECTIONS,
): Workload {
  const { tokens } = seeds.plan
  const draw = coldDraw(leastPopular(tokens, HOT_SEED, tokens - metTokens(tokens)), 2 + connections)
  const texts = Math.ceil((warmUpSeconds + seconds) * COLD_PER_SECOND)
  return {
    name: verifyName('cold', label, connections),
    servers,
    connections,
    status: 200,
    requests: () =>
      take(draw, Math.min(texts, tokens - metTokens(tokens)), (index) => verification(seeds, index)),
  }
}

function* popular(seeds: Seeds): Iterable<string> {
  const { tokens } = seeds.plan
  for (const index of mostPopular(tokens, HOT_SEED, metTokens(tokens))) yield verification(seeds, index)
}

/** How many of so many are asked about beforehand, the most popular ones: the others are never seen before they are drawn. */
export function metTokens(tokens: number): number {
  return Math.min(Math.ceil(tokens * MET_SHARE), MOST_MET_TOKENS)
}

function* take(draw: Draw, count: number, textOf: (token: number) => string): Iterable<string> {
  for (let taken = 0; taken < count; taken += 1) yield textOf(draw.next().value)
}

function verification(seeds: Seeds, index: number): string {
  const body = { token: seeds.textOf(index), peerIp: SEEDED_PEER_IP }
  return jsonRequest('POST', VERIFY_PATH, body, { Host: seeds.hostOf(index) })
}
