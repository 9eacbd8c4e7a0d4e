import { processMemory } from '../packages/server/testing/process-memory.ts'
import type { Stored } from './verifications.ts'

/** What a server has taken for itself after all that was asked of it. */
export interface MemoryRow {
  /** As the rows of its measurements name it. */
  readonly label: string
  /** The largest of its servers; `NaN` where the system does not tell. */
  readonly ownBytes: number
}

export async function memoryRow({ label, servers }: Stored): Promise<MemoryRow> {
  const all = await Promise.all(servers.map(({ pid }) => processMemory(pid)))
  return { label, ownBytes: Math.max(...all.map((memory) => memory?.ownBytes ?? Number.NaN)) }
}
