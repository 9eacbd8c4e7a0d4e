import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cores } from './cores.ts'
import { cpuMicros } from './cpu-time.ts'
import { drive } from './load/drive.ts'
import type { LoadResult } from './load/load.ts'
import { writeRequestFile } from './load/request-file.ts'
import type { BenchOptions } from './options.ts'

/** One kind of request to one server. */
export interface Workload {
  readonly name: string
  readonly port: number
  /** Of the server. */
  readonly pid: number
  readonly connections: number
  /** What every answer has to be. */
  readonly status: number
  /** Once before each round. */
  prepare?(): Promise<unknown>
  /** What is sent in the next round. */
  requests(): Iterable<string>
}

/** By the workload's name, one result a round. */
export type Rounds = ReadonlyMap<string, readonly RoundResult[]>

export interface RoundResult extends LoadResult {
  /** Processor time of the server for each request: what others do on the machine is not in it. */
  readonly cpuMicros: number
}

/** Each workload is measured once a round, so that a slow minute of the machine meets them all. */
export async function runRounds(
  workloads: readonly Workload[],
  cores: Cores,
  { rounds, seconds, warmUpSeconds }: BenchOptions,
  onProgress: (message: string) => void,
): Promise<Rounds> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-bench-'))
  const requestFile = join(folder, 'requests')
  const results = new Map<string, RoundResult[]>(workloads.map(({ name }) => [name, []]))
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const { name, port, pid, connections, status, ...workload } of workloads) {
        onProgress(`round ${round} of ${rounds}: ${name}`)
        await workload.prepare?.()
        await writeRequestFile(requestFile, workload.requests())
        const job = { port, connections, status, requestFile, warmUpSeconds, seconds }
        const before = await cpuMicros(pid)
        const result = await drive(job, cores.asking)
        results.get(name)?.push({ ...result, cpuMicros: ((await cpuMicros(pid)) - before) / result.sent })
      }
    }
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
