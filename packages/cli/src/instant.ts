import type { UnixSeconds } from '@jeton/server/ambient'
import { CommandFailed } from './command-failed.ts'

const SECONDS_PER = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const

/** `90s`, `15m`, `1h`, `30d`, `2w`, or several in a row (`1h30m`). @throws {CommandFailed} `usage` */
export function parseDurationSeconds(text: string, option: string): number {
  if (!/^(?:\d{1,9}[smhdw])+$/.test(text)) {
    throw new CommandFailed('usage', `${option}: '${text}' is not a duration.`, {
      next: 'Write a number with s, m, h, d or w behind it: 90s, 15m, 1h30m, 30d.',
    })
  }
  let seconds = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdw])/g)) {
    // Safe: the pattern lets nothing else through.
    seconds += Number(count) * SECONDS_PER[unit as keyof typeof SECONDS_PER]
  }
  return seconds
}

/** RFC 3339 with a zone (`2030-01-31T12:00:00Z`) or whole Unix seconds. @throws {CommandFailed} `usage` */
export function parseInstant(text: string, option: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text)
  try {
    return Math.floor(Temporal.Instant.from(text).epochMilliseconds / 1000)
  } catch {
    throw new CommandFailed('usage', `${option}: '${text}' is not a point in time.`, {
      next: 'Write it with its zone, 2030-01-31T12:00:00Z, or as Unix seconds, 1896091200.',
    })
  }
}

/** `2030-01-31T12:00:00Z`; a number out of the calendar's reach stays a number. */
export function formatInstant(seconds: number): string {
  // Temporal ends at 10^8 days from 1970; a caveat may hold any integer.
  if (!Number.isSafeInteger(seconds) || Math.abs(seconds) > 8_640_000_000_000) return String(seconds)
  return Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toString()
}

/** `in 59m`, `23h ago`, in the largest unit that fits. */
export function formatDistance(seconds: number, now: UnixSeconds): string {
  const distance = Math.abs(seconds - now)
  const unit = distance >= 172_800 ? 'd' : distance >= 7200 ? 'h' : distance >= 120 ? 'm' : 's'
  const text = `${Math.floor(distance / SECONDS_PER[unit])}${unit}`
  return seconds > now ? `in ${text}` : `${text} ago`
}
