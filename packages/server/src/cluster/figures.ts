/** What a node has done for the cluster since it started. Each only goes up. */
export interface ClusterFigures {
  /** Renewals of its own lease that were answered with yes. */
  readonly renewals: number
  /** Own leases that ended otherwise than by a stop: fenced, gone, or replaced because an answer was lost. */
  readonly lostLeases: number
  /** Leases of others that this node has fenced. */
  readonly fencings: number
  /** Answers that were held back until every node had applied what they say. */
  readonly waits: WaitFigures
}

export interface WaitFigures {
  readonly count: number
  readonly totalMillis: number
  readonly longestMillis: number
}

/** Counts them, for the several parts of a node that have something to count. */
export class ClusterCounts implements ClusterFigures {
  renewals = 0
  lostLeases = 0
  fencings = 0
  readonly waits = { count: 0, totalMillis: 0, longestMillis: 0 }

  hasWaited(millis: number): void {
    this.waits.count += 1
    this.waits.totalMillis += millis
    this.waits.longestMillis = Math.max(this.waits.longestMillis, millis)
  }
}
