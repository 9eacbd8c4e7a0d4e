import { measureRestart } from '../packages/server/testing/measure-restart.ts'
import { type SeededTokens, seededTokens } from '../packages/server/testing/seeded-tokens.ts'
import { median } from './table.ts'

/** What a start costs with few and with many tokens stored. */
export interface StartRow {
  readonly tokens: number
  /** From the start of the process to the answer of its first verification; the median of some starts. */
  readonly firstVerificationMillis: number
  /** Resident memory less file mappings, after verifying random tokens; the highest. 0: the system does not tell. */
  readonly ownMegabytes: number
}

const FEW = 1000
const STARTS = 5
const VERIFICATIONS = 50_000

export async function startRows(many: SeededTokens): Promise<readonly StartRow[]> {
  return [await startRow(await seededTokens(FEW)), await startRow(many)]
}

async function startRow(seeded: SeededTokens): Promise<StartRow> {
  const millis: number[] = []
  let ownBytes = 0
  for (let seed = 1; seed <= STARTS; seed += 1) {
    const restart = await measureRestart(seeded, { verifications: VERIFICATIONS, connections: 16, seed })
    millis.push(restart.firstVerificationMillis)
    ownBytes = Math.max(ownBytes, restart.memory?.ownBytes ?? 0)
  }
  return { tokens: seeded.count, firstVerificationMillis: median(millis), ownMegabytes: ownBytes / 1e6 }
}
