import type { DeletionRow } from './deletions.ts'
import type { DirectoryRow } from './directory.ts'
import type { RoundResult, Rounds } from './http-rounds.ts'
import type { BenchOptions } from './options.ts'
import type { PointReadRow } from './point-reads.ts'
import type { RevocationRow } from './revocations.ts'
import type { StartRow } from './start.ts'
import type { StoreRows } from './stores.ts'
import { median } from './table.ts'
import type { TokenRow } from './token.ts'
import type { Writes } from './writes.ts'

/** All that one run has seen. */
export interface Measured {
  readonly options: BenchOptions
  readonly byTokens: StoreRows
  readonly byTenants: StoreRows
  readonly byNodes: StoreRows
  readonly byApi: StoreRows
  readonly writes: Writes
  readonly deletions: readonly DeletionRow[]
  readonly revocations: readonly RevocationRow[]
  readonly starts: readonly StartRow[]
  readonly token: readonly TokenRow[]
  readonly reads: readonly PointReadRow[]
  readonly directory: readonly DirectoryRow[]
  /** The system's one-minute load average, each time something new was begun. */
  readonly loadAverages: readonly number[]
}

/** The median of the ratios within a round: both were measured within the same minutes. */
export function ratio(ours: readonly RoundResult[] = [], theirs: readonly RoundResult[] = []): number {
  return median(
    ours.map(({ requestsPerSecond }, round) => requestsPerSecond / (theirs[round]?.requestsPerSecond ?? NaN)),
  )
}

/** As {@link ratio}, of what a server does in a second of processor time. */
export function cpuRatio(ours: readonly RoundResult[] = [], theirs: readonly RoundResult[] = []): number {
  return median(ours.map(({ cpuMicros }, round) => (theirs[round]?.cpuMicros ?? NaN) / cpuMicros))
}

/** The median over the rounds. */
export function medianOf(
  results: readonly RoundResult[] | undefined,
  figure: 'requestsPerSecond' | 'p50Millis' | 'p99Millis' | 'cpuMicros' | 'loadAverage',
): number {
  return median((results ?? []).map((result) => result[figure]))
}

/** The same of the measurement with that name. @throws {Error} when there was none */
export function figureOf(rounds: Rounds, name: string, figure: Parameters<typeof medianOf>[1]): number {
  const results = rounds.get(name)
  if (results === undefined) throw new Error(`'${name}' was not measured`)
  return medianOf(results, figure)
}
