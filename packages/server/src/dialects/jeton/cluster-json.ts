import type { Cluster, Member } from '../../cluster/cluster.ts'
import { NoAnswer } from '../../timers.ts'
import { Refused } from '../../failure.ts'

/**
 * The nodes that share the store, as this one sees them.
 * @param cluster `undefined` where there can be no second node
 * @throws {Refused} `store_unavailable`
 */
export async function clusterJson(
  cluster: Pick<Cluster, 'status' | 'members'> | undefined,
): Promise<unknown> {
  if (cluster === undefined) return SOLO
  const members = await listMembers(cluster)
  const { nodeId = null, standing, applied = null, head, lag, trustLeftMillis } = cluster.status()
  return {
    shared: true,
    node: {
      id: nodeId,
      current: standing.isCurrent,
      whyNot: standing.isCurrent ? null : standing.why,
      applied,
      head,
      lag,
      trustSecondsLeft: seconds(trustLeftMillis ?? 0),
    },
    nodes: members.map(memberJson),
  }
}

/** A node that nobody shares its store with: whatever is committed is applied, and it needs no lease. */
const SOLO = {
  shared: false,
  node: {
    id: null,
    current: true,
    whyNot: null,
    applied: null,
    head: null,
    lag: 0,
    trustSecondsLeft: null,
  },
  nodes: [
    {
      id: null,
      address: null,
      self: true,
      fenced: false,
      applied: null,
      lag: 0,
      renewal: null,
      secondsSinceRenewal: null,
    },
  ],
}

async function listMembers(cluster: Pick<Cluster, 'members'>): Promise<readonly Member[]> {
  try {
    return await cluster.members()
  } catch (error) {
    throw error instanceof NoAnswer ? new Refused({ kind: 'store_unavailable' }, error) : error
  }
}

function memberJson(member: Member): unknown {
  return {
    id: member.nodeId,
    address: member.address,
    self: member.isThisNode,
    fenced: member.isFenced,
    applied: member.applied,
    lag: member.lag,
    renewal: member.renewal,
    // By this node's clock, since it has first seen that number: wall clocks of two nodes are never compared.
    secondsSinceRenewal: seconds(member.stillForMillis),
  }
}

function seconds(millis: number): number {
  return Math.round(millis) / 1000
}
