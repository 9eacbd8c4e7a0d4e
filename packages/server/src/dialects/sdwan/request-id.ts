import type { Ambient } from '../../ambient.ts'

/** Where eight hex digits of a UUID stand each, version and hyphens among them. */
const PARTS = [
  [0, 8],
  [9, 18],
  [28, 36],
] as const
const DIGITS_PER_PART = 9
const LIMIT = 10 ** DIGITS_PER_PART

/**
 * A request's id as this API writes it: some 40 decimal digits, the first of them the time (Prisma SD-WAN, system
 * fields). The others come of the id in the log and in `X-Request-Id`, so one leads to the other.
 */
export function requestIdOf(ambient: Pick<Ambient, 'nowMillis'>, uuid: string): string {
  let digits = String(ambient.nowMillis())
  for (const [from, to] of PARTS) {
    const number = Number.parseInt(uuid.slice(from, to).replace('-', ''), 16) % LIMIT
    digits += String(number).padStart(DIGITS_PER_PART, '0')
  }
  return digits
}
