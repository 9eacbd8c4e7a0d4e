import type { SeededTokens } from '../packages/server/testing/seeded-tokens.ts'
import type { Rounds } from './http-rounds.ts'
import type { LoadResult } from './load/load.ts'
import type { PointReadRow } from './point-reads.ts'
import type { RevocationRow } from './revocations.ts'
import type { StartRow } from './start.ts'
import { median } from './table.ts'
import type { TokenRow } from './token.ts'
import type { Writes } from './writes.ts'

/** All that one run has seen. */
export interface Measured {
  /** The smallest store first. */
  readonly seeded: readonly SeededTokens[]
  readonly rounds: Rounds
  /** Of the server with the largest store, after all rounds. */
  readonly ownBytes: number
  readonly writes: Writes
  readonly revocations: readonly RevocationRow[]
  readonly starts: readonly StartRow[]
  readonly token: readonly TokenRow[]
  readonly reads: readonly PointReadRow[]
  /** The system's one-minute load average, each time something new was begun. */
  readonly loadAverages: readonly number[]
}

/** The median of the ratios within a round: both were measured within the same minute. */
export function ratio(rounds: Rounds, ours: string, theirs: string): number {
  const others = rounds.get(theirs) ?? []
  return median(
    (rounds.get(ours) ?? []).map(
      ({ requestsPerSecond }, round) => requestsPerSecond / (others[round]?.requestsPerSecond ?? Number.NaN),
    ),
  )
}

/** As {@link ratio}, of what a server does in a second of processor time. */
export function cpuRatio(rounds: Rounds, ours: string, theirs: string): number {
  const others = rounds.get(theirs) ?? []
  return median(
    (rounds.get(ours) ?? []).map(
      ({ cpuMicros }, round) => (others[round]?.cpuMicros ?? Number.NaN) / cpuMicros,
    ),
  )
}

export function throughput(results: readonly LoadResult[]): number {
  return median(results.map(({ requestsPerSecond }) => requestsPerSecond))
}

export function deleteAllMillis({ deleteAll }: Writes): number {
  return median(deleteAll.map(({ millis }) => millis))
}
