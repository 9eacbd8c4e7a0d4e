import { availableParallelism } from 'node:os'

/** Commands to put before another, so that asking never takes time from serving. */
export interface Cores {
  readonly serving: readonly string[]
  readonly asking: readonly string[]
  /** What the table says about it. */
  readonly description: string
}

/** One core each where the system can pin processes; elsewhere the scheduler decides. */
export function pinnedCores(): Cores {
  if (Bun.which('taskset') === null || availableParallelism() < 2) {
    return { serving: [], asking: [], description: 'processes are not pinned to cores' }
  }
  return {
    serving: ['taskset', '-c', '0'],
    asking: ['taskset', '-c', '1'],
    description: 'one core serving, another one asking',
  }
}
