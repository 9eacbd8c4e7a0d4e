import type { Ambient } from '../../ambient.ts'

/**
 * A request's id as this API writes it: some 40 decimal digits, the first of them the time (Prisma SD-WAN, system
 * fields). The others are the first 8 and the last 12 hex digits of the id in the log and in `X-Request-Id`, so one leads
 * to the other.
 */
export function requestIdOf(ambient: Pick<Ambient, 'nowMillis'>, uuid: string): string {
  const first = String(Number.parseInt(uuid.slice(0, 8), 16)).padStart(10, '0')
  const last = String(Number.parseInt(uuid.slice(24), 16)).padStart(15, '0')
  return `${ambient.nowMillis()}${first}${last}`
}
