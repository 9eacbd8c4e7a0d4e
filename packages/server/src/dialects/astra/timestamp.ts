import { iso8601 } from '@jeton/token'
import type { UnixSeconds } from '../../ambient.ts'

/** UTC, with the letter; an offset is no timestamp, and the fraction may follow a comma (Astra, §1.2). */
export const TIMESTAMP =
  /^([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:[.,]([0-9]{1,9}))?Z$/

const SECONDS_PER_DAY = 86_400
const DATE_CHARS = 'YYYY-MM-DD'.length
const DAYS_PER_ERA = 146_097
const YEARS_PER_ERA = 400
/** From 0000-03-01, where the counting below begins, to 1970-01-01. */
const DAYS_TO_EPOCH = 719_468

/** Whole seconds, `2026-11-22T09:30:00Z`, as live servers write them. @param seconds of the years 0000 to 9999 */
export function timestampOf(seconds: UnixSeconds): string {
  const ofDay = modulo(seconds, SECONDS_PER_DAY)
  const hour = Math.floor(ofDay / 3600)
  const minute = Math.floor(ofDay / 60) % 60
  const date = dateOf((seconds - ofDay) / SECONDS_PER_DAY)
  return `${date}T${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(ofDay % 60)}Z`
}

/** The last one that was asked for: of one list, nearly all are of the same day. */
let lastDate = { day: 0, text: '1970-01-01' }

function dateOf(daysSince1970: number): string {
  if (lastDate.day === daysSince1970) return lastDate.text
  const text = iso8601(daysSince1970 * SECONDS_PER_DAY).slice(0, DATE_CHARS)
  lastDate = { day: daysSince1970, text }
  return text
}

/** Nanoseconds since 1970; `undefined` for what is no timestamp. A day that its month does not have runs into the next. */
export function instantOf(text: string): bigint | undefined {
  const match = TIMESTAMP.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const seconds = dayNumber(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second
  return BigInt(seconds) * 1_000_000_000n + BigInt((match[7] ?? '').padEnd(9, '0'))
}

/** The whole seconds of a timestamp; its fraction is dropped. @param text one */
export function secondsOf(text: string): UnixSeconds | undefined {
  const instant = instantOf(text)
  // Safe as a brand: Unix seconds are what it is.
  return instant === undefined ? undefined : (Number(instant / 1_000_000_000n) as UnixSeconds)
}

// Years begin in March here: then the leap day is the last of its year, and the months before it are of regular lengths.

function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / YEARS_PER_ERA)
  const yearOfEra = shifted - era * YEARS_PER_ERA
  const dayOfYear = Math.floor((153 * modulo(month - 3, 12) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * DAYS_PER_ERA + dayOfEra - DAYS_TO_EPOCH
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}
