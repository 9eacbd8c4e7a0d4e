import type { ServerProcess } from '../packages/server/testing/server-process.ts'
import type { Cores } from './cores.ts'
import { type Rounds, runRounds, type Workload } from './http-rounds.ts'
import { type MemoryRow, memoryRow } from './memory.ts'
import { CONNECTIONS } from './names.ts'
import type { BenchOptions } from './options.ts'
import { type Peer, startEcho } from './peers/peer.ts'
import type { Place } from './places.ts'
import { cold, echo, hot, type Stored } from './verifications.ts'

/** A store to be filled and served. */
export interface PlannedStore {
  /** How the tables name it. */
  readonly label: string
  readonly nodes: number
  readonly fill: () => Promise<Place>
  readonly environment?: Readonly<Record<string, string>>
}

export interface StoreRows {
  readonly rounds: Rounds
  /** After all rounds, by store. */
  readonly memory: readonly MemoryRow[]
}

/** What is asked of stores that are served side by side, beside the echo. */
export type Workloads = (
  stores: readonly Stored[],
  echoing: Peer,
) => readonly Workload[] | Promise<readonly Workload[]>

/** Serves all stores at once, so that the rounds alternate between them. */
export async function measureStores(
  planned: readonly PlannedStore[],
  workloads: Workloads,
  cores: Cores,
  options: BenchOptions,
  onProgress: (message: string) => void,
): Promise<StoreRows> {
  const places: Place[] = []
  const started: { stop(): Promise<unknown> }[] = []
  const stores: Stored[] = []
  try {
    for (const { label, nodes, fill, environment = {} } of planned) {
      const place = await fill()
      places.push(place)
      const servers: ServerProcess[] = []
      for (let node = 0; node < nodes; node += 1) {
        const server = await place.serve(cores.serving, environment)
        servers.push(server)
        started.push(server)
      }
      stores.push({ label, seeds: place.seeds, servers })
    }
    const echoing = await startEcho(cores.serving)
    started.push(echoing)
    const rounds = await runRounds(await workloads(stores, echoing), cores, options, onProgress)
    return { rounds, memory: await Promise.all(stores.map(memoryRow)) }
  } finally {
    await Promise.all(started.map((each) => each.stop()))
    await Promise.all(places.map((place) => place.remove()))
  }
}

/**
 * Hot and cold verification of every store, and the echo.
 * @param leavesRoom the asking core is a database's too: who asks sleeps meanwhile, and asks for nothing beforehand
 */
export function hotAndCold(options: BenchOptions, { leavesRoom = false } = {}): Workloads {
  return (stores, echoing) =>
    [
      ...stores.slice(0, 1).map((stored) => echo(echoing, stored)),
      ...stores.flatMap((stored) => [hot(stored, CONNECTIONS, !leavesRoom), cold(stored, options)]),
    ].map((workload) => ({ ...workload, leavesRoom }))
}
