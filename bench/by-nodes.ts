import type { Cores } from './cores.ts'
import { counted } from './names.ts'
import type { BenchOptions } from './options.ts'
import { postgresPlace } from './places.ts'
import { hotAndCold, measureStores, type StoreRows } from './stores.ts'

const MOST_USERS = 1000

/** What verification costs on PostgreSQL, by the nodes that share it. All of them share one core too: what is seen is what a cluster costs, not what it gains. */
export function measureByNodes(
  cores: Cores,
  options: BenchOptions,
  onProgress: (message: string) => void,
): Promise<StoreRows> {
  const { nodeTokens: tokens, nodeCounts } = options
  const planned = nodeCounts.map((nodes) => ({
    label: nodesLabel(nodes),
    nodes,
    fill: () => postgresPlace({ tokens, users: Math.min(MOST_USERS, tokens), tenants: 1 }, onProgress),
  }))
  return measureStores(planned, hotAndCold(options, { leavesRoom: true }), cores, options, onProgress)
}

/** `PostgreSQL, 3 nodes`. */
export function nodesLabel(nodes: number): string {
  return `PostgreSQL, ${counted(nodes, 'node')}`
}
