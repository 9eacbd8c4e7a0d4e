import { readFileSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import type { Log } from '../log.ts'

/** Often enough that a flood is met before it has taken every descriptor, seldom enough to cost nothing. */
const LOOK_EVERY_MS = 1000
/** Descriptors that are not connections: database, log, timers, what the runtime opens. */
const RESERVED_DESCRIPTORS = 128

interface ClosesIdle {
  closeIdleConnections(): number
}

/**
 * Keeps the number of connections near `maxConnections`, and below what the process may open, by closing those between
 * two requests. The runtime has no such limit: out of descriptors it spins on `accept` with a whole core (measured on
 * Bun 1.4.5). Connections that have not finished their first headers it closes itself after 12 s.
 */
export function limitConnections(
  server: ClosesIdle,
  maxConnections: number,
  log: Log,
): { readonly close: () => void } {
  const limit = Math.min(maxConnections, openFileLimit() - RESERVED_DESCRIPTORS)
  let isLooking = false
  async function look(): Promise<void> {
    if (isLooking) return
    isLooking = true
    const open = await countDescriptors()
    isLooking = false
    if (open <= limit) return
    log.warn({ open, limit, closed: server.closeIdleConnections() }, 'too many connections; idle ones closed')
  }
  const timer = setInterval(() => void look(), LOOK_EVERY_MS)
  timer.unref()
  return { close: () => clearInterval(timer) }
}

/** Descriptors of this process; 0 where the system does not tell. */
async function countDescriptors(): Promise<number> {
  // Since Linux 6.2 the folder's size is their number: no walk through thousands of them every second, and no
  // descriptor taken for it, when there may be none left.
  const { size } = await stat('/proc/self/fd').catch(() => ({ size: 0 }))
  return size > 0 ? size : listDescriptors()
}

async function listDescriptors(): Promise<number> {
  for (const directory of ['/proc/self/fd', '/dev/fd']) {
    try {
      return (await readdir(directory)).length
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EMFILE') return openFileLimit()
      // The other system's place is tried next.
    }
  }
  return 0
}

/** The process's soft limit of open files; unbounded where the system does not tell. */
function openFileLimit(): number {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
    return soft === undefined ? Number.MAX_SAFE_INTEGER : Number(soft)
  } catch {
    return Number.MAX_SAFE_INTEGER
  }
}
