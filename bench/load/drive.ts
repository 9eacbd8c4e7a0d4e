import { join } from 'node:path'
import { spawnChild } from '../child.ts'
import type { LoadJob, LoadResult } from './load.ts'

const GENERATOR = join(import.meta.dir, 'generator.ts')

/** Runs one load generator to its end. @param launcher what pins it to its core @throws when it fails, or an answer had another status than the job's */
export async function drive(job: LoadJob, launcher: readonly string[]): Promise<LoadResult> {
  const child = spawnChild([...launcher, process.execPath, GENERATOR], { input: JSON.stringify(job) })
  const output = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error('the load generator failed')
  // Safe: bench/load/generator.ts prints a LoadResult and nothing else.
  const result = JSON.parse(output) as LoadResult
  // A refused request costs less than a verdict: a figure with refusals in it means nothing.
  if (Object.keys(result.refusals).length > 0) {
    throw new Error(`not every answer was ${job.status}: ${JSON.stringify(result.refusals)}`)
  }
  return result
}
