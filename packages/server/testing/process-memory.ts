import { readFile } from 'node:fs/promises'

export interface ProcessMemory {
  /** All pages in memory, mapped files among them. */
  readonly residentBytes: number
  /**
   * Resident pages less those of mapped files (`VmRSS` − `RssFile` in `/proc/PID/status`): what the process itself
   * takes away from others. Pages of the executable and of the database are the system's cache, which it drops when
   * it needs the room.
   */
  readonly ownBytes: number
}

/** Linux only: `undefined` elsewhere. */
export async function processMemory(pid: number): Promise<ProcessMemory | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => undefined)
  if (status === undefined) return undefined
  const bytesOf = (field: string): number =>
    1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0)
  const residentBytes = bytesOf('VmRSS')
  return { residentBytes, ownBytes: residentBytes - bytesOf('RssFile') }
}
