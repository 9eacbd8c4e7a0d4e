import { measureRestart } from '../packages/server/testing/measure-restart.ts'
import type { SeededTokens } from '../packages/server/testing/seeded-tokens.ts'
import type { BenchOptions } from './options.ts'
import { median } from './table.ts'

/** What a start costs with few and with many tokens stored. */
export interface StartRow {
  readonly tokens: number
  /** From the start of the process to the answer of its first verification; the median of some starts. */
  readonly firstVerificationMillis: number
  /** Resident memory less file mappings, after verifying random tokens; the highest. 0: the system does not tell. */
  readonly ownMegabytes: number
}

export async function startRows(
  stores: readonly SeededTokens[],
  options: BenchOptions,
): Promise<readonly StartRow[]> {
  const rows: StartRow[] = []
  for (const seeded of stores) rows.push(await startRow(seeded, options))
  return rows
}

async function startRow(
  seeded: SeededTokens,
  { starts, verificationsPerStart }: BenchOptions,
): Promise<StartRow> {
  const millis: number[] = []
  let ownBytes = 0
  for (let seed = 1; seed <= starts; seed += 1) {
    const restart = await measureRestart(seeded, {
      verifications: verificationsPerStart,
      connections: 16,
      seed,
    })
    millis.push(restart.firstVerificationMillis)
    ownBytes = Math.max(ownBytes, restart.memory?.ownBytes ?? 0)
  }
  return { tokens: seeded.count, firstVerificationMillis: median(millis), ownMegabytes: ownBytes / 1e6 }
}
