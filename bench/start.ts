import { measureRestart } from '../packages/server/testing/measure-restart.ts'
import { seededTokens } from '../packages/server/testing/seeded-tokens.ts'
import type { BenchOptions } from './options.ts'
import { median } from './table.ts'

/** What a start costs with few and with many tokens stored. */
export interface StartRow {
  readonly tokens: number
  /** From the start of the process to the answer of its first verification; the median of some starts. */
  readonly firstVerificationMillis: number
  /** Resident memory less file mappings, after verifying random tokens; the highest. `NaN`: the system does not tell. */
  readonly ownBytes: number
}

/** @returns one for each size */
export async function startRows(
  options: BenchOptions,
  onProgress: (message: string) => void,
): Promise<readonly StartRow[]> {
  const rows: StartRow[] = []
  for (const tokens of options.sizes) rows.push(await startRow(tokens, options, onProgress))
  return rows
}

async function startRow(
  tokens: number,
  { starts, verificationsPerStart: verifications }: BenchOptions,
  onProgress: (message: string) => void,
): Promise<StartRow> {
  const seeded = await seededTokens({ tokens }, onProgress)
  const millis: number[] = []
  const ownBytes: number[] = []
  for (let seed = 1; seed <= starts; seed += 1) {
    const restart = await measureRestart(seeded, { verifications, connections: 16, seed })
    millis.push(restart.firstVerificationMillis)
    ownBytes.push(restart.memory?.ownBytes ?? Number.NaN)
  }
  await seeded.remove()
  return { tokens, firstVerificationMillis: median(millis), ownBytes: Math.max(...ownBytes) }
}
