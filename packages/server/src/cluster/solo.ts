import type { Cluster, NodeStatus } from './cluster.ts'
import { type ClusterFigures, ClusterCounts } from './figures.ts'

/**
 * A node whose store no other process can open. What it remembers is told of each change before the work that made it
 * is acknowledged, so nobody has to be waited for: everything that is committed is true here, and here is everywhere.
 */
export function solo(): Cluster {
  return {
    isCurrent: () => true,
    acknowledged: (commit) => async (work) => (await commit(work)).result,
    settled: async () => undefined,
    status: () => STATUS,
    members: async () => [],
    figures: () => NONE,
    stop: async () => undefined,
  }
}

/** There is no feed that it would have to read, and nobody whom it would have to tell. */
const STATUS: NodeStatus = {
  nodeId: undefined,
  standing: { isCurrent: true },
  applied: undefined,
  head: 0,
  lag: 0,
  leaseAgeMillis: undefined,
  trustLeftMillis: undefined,
}

const NONE: ClusterFigures = new ClusterCounts()
