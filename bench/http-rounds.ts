import { rm } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { Cores } from './cores.ts'
import { cpuMicros } from './cpu-time.ts'
import { drive } from './load/drive.ts'
import type { LoadJob, LoadResult } from './load/load.ts'
import { writeRequestFile } from './load/request-file.ts'
import type { BenchOptions } from './options.ts'
import { temporaryFolder } from './temporary.ts'

/** One kind of request to one server, or to some that share it. */
export interface Workload {
  readonly name: string
  readonly servers: readonly Asked[]
  readonly connections: number
  /** What every answer has to be. */
  readonly status: number
  /** What it is answered from has to be remembered first. */
  readonly warmsUpLong?: boolean
  /** The asking core is also that of a database: who asks sleeps until he is answered. */
  readonly leavesRoom?: boolean
  /** Asked once, each of them, before the first round: what a server has met that has run for long. */
  readonly met?: () => Iterable<string>
  /** Once before each round. */
  prepare?(): Promise<unknown>
  /** What is sent in the next round. */
  requests(): Iterable<string>
}

export interface Asked {
  readonly port: number
  readonly pid: number
}

/** By the workload's name, one result a round. */
export type Rounds = ReadonlyMap<string, readonly RoundResult[]>

export interface RoundResult extends LoadResult {
  /** Processor time of the servers for each request: what others do on the machine is not in it. */
  readonly cpuMicros: number
  /** Of the machine, over the last minute. */
  readonly loadAverage: number
}

/** How long a measurement takes beside its seconds: making requests, starting the process that asks. */
export const SECONDS_AROUND = 1.3

/** Each workload is measured once a round, so that a slow minute of the machine meets them all. */
export async function runRounds(
  workloads: readonly Workload[],
  cores: Cores,
  options: BenchOptions,
  onProgress: (message: string) => void,
): Promise<Rounds> {
  const results = new Map<string, RoundResult[]>(workloads.map(({ name }) => [name, []]))
  for (const workload of workloads) {
    if (workload.met === undefined) continue
    onProgress(`before the first round: ${workload.name}`)
    await drive(await jobOf(workload, workload.met(), 0, 'all'), cores.asking)
  }
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const workload of workloads) {
      onProgress(`round ${round} of ${options.rounds}: ${workload.name}`)
      results.get(workload.name)?.push(await measure(workload, cores, options))
    }
  }
  return results
}

/** One round of one workload. */
export async function measure(
  workload: Workload,
  cores: Cores,
  { seconds, warmUpSeconds, longWarmUpSeconds }: BenchOptions,
): Promise<RoundResult> {
  const { servers } = workload
  await workload.prepare?.()
  const warmUp = workload.warmsUpLong === true ? longWarmUpSeconds : warmUpSeconds
  const job = await jobOf(workload, workload.requests(), warmUp, seconds)
  const before = await cpuOf(servers)
  const result = await drive(job, cores.asking)
  const cpu = (await cpuOf(servers)) - before
  await rm(job.requestFile)
  return { ...result, cpuMicros: cpu / result.sent, loadAverage: loadavg()[0] ?? 0 }
}

async function jobOf(
  { servers, connections, status, leavesRoom = false }: Workload,
  requests: Iterable<string>,
  warmUpSeconds: number,
  seconds: LoadJob['seconds'],
): Promise<LoadJob> {
  const requestFile = join(temporaryFolder(), 'requests')
  await writeRequestFile(requestFile, requests)
  const ports = servers.map(({ port }) => port)
  return { ports, connections, status, requestFile, warmUpSeconds, seconds, isAwake: !leavesRoom }
}

async function cpuOf(servers: readonly Asked[]): Promise<number> {
  const micros = await Promise.all(servers.map(({ pid }) => cpuMicros(pid)))
  return micros.reduce((sum, each) => sum + each, 0)
}
