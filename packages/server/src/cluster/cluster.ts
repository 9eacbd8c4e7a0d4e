import type { Atomically, Commit } from '../atomically.ts'
import type { Trust } from '../trust.ts'
import type { ClusterFigures } from './figures.ts'
import type { Standing } from './held-lease.ts'

/** What the rest of a node needs of the cluster that it is part of, alone or not. */
export interface Cluster extends Trust {
  /** `commit`, answered when what it did is true on every node. For everything that says "dead", or "alive again". */
  acknowledged<Ports>(commit: Commit<Ports>): Atomically<Ports>
  /**
   * Resolves when everything that is committed by now is true on every node: before an answer that says "dead" without
   * having changed anything. @throws {Refused} `outcome_unknown`
   */
  settled(): Promise<void>
  /** This node, as it sees itself. */
  status(): NodeStatus
  /** All nodes as this one sees them. @throws when the store is away */
  members(): Promise<readonly Member[]>
  figures(): ClusterFigures
  /** Gives the lease back. Not current from its first instruction on. */
  stop(): Promise<void>
}

export interface NodeStatus {
  /** Another one with each lease; `undefined` without. */
  readonly nodeId: string | undefined
  readonly standing: Standing
  /** The last change that has been applied; `undefined` before the feed has been read. */
  readonly applied: number | undefined
  /** The last change that is known of. */
  readonly head: number
  /** Changes that are known and not applied. */
  readonly lag: number
  readonly leaseAgeMillis: number | undefined
  /** For how long this node may trust without another renewal: 0 when it may not, `undefined` when it needs no lease. */
  readonly trustLeftMillis: number | undefined
}

export interface Member {
  readonly nodeId: string
  readonly address: string
  readonly isThisNode: boolean
  readonly isFenced: boolean
  /** Every change up to this one, as last reported. */
  readonly applied: number
  /** Changes committed and not reported as applied. */
  readonly lag: number
  readonly renewal: number
  /** Since this node has first seen its present renewal. A live node's stays below a third of `ttlMillis`, about. */
  readonly stillForMillis: number
  readonly ttlMillis: number
}
