import type { Cores } from './cores.ts'
import { amount, OTHER_CONNECTIONS } from './names.ts'
import type { BenchOptions } from './options.ts'
import { apiKey, introspection } from './peer-questions.ts'
import { type Peer, startApiKey, startIntrospection } from './peers/peer.ts'
import { sqlitePlace } from './places.ts'
import { otherExamines, questions } from './questions.ts'
import { measureStores, type StoreRows, type Workloads } from './stores.ts'
import { cold, echo, hot } from './verifications.ts'

/** What asking costs, by tokens stored in SQLite and by how many ask at once, beside the peers. */
export async function measureByTokens(
  cores: Cores,
  options: BenchOptions,
  onProgress: (message: string) => void,
): Promise<StoreRows> {
  const planned = options.sizes.map((tokens) => ({
    label: tokensLabel(tokens),
    nodes: 1,
    fill: () => sqlitePlace({ tokens }, onProgress),
    environment: profiling(tokens, options),
  }))
  const peers = await Promise.all([startIntrospection(cores.serving), startApiKey(cores.serving)])
  try {
    return await measureStores(planned, workloads(peers, options), cores, options, onProgress)
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()))
  }
}

export function tokensLabel(tokens: number): string {
  return `${amount(tokens)} tokens`
}

/** In the order in which they are measured: what is compared stands side by side. */
function workloads([introspecting, checkingKeys]: readonly [Peer, Peer], options: BenchOptions): Workloads {
  return async (stores, echoing) => {
    const largest = stores.at(-1)
    if (largest === undefined) return []
    return [
      echo(echoing, largest),
      ...stores.toReversed().flatMap((stored) => [hot(stored), cold(stored, options)]),
      await introspection(introspecting),
      await apiKey(checkingKeys),
      ...OTHER_CONNECTIONS.flatMap((connections) => [
        echo(echoing, largest, connections),
        hot(largest, connections),
        cold(largest, options, connections),
      ]),
      ...(await questions(largest)),
      ...otherExamines(largest),
    ]
  }
}

function profiling(tokens: number, { isProfiled, sizes }: BenchOptions): Readonly<Record<string, string>> {
  return isProfiled && tokens === sizes.at(-1)
    ? { BUN_OPTIONS: `--cpu-prof --cpu-prof-md --cpu-prof-dir=${process.cwd()}` }
    : {}
}
