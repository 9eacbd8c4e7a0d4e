import type { CaveatKind } from './caveat-kind.ts'
import { type Integer, integerFromJson, parseInteger } from './json.ts'

/** Good before a moment. */
export interface TimeCaveat {
  readonly type: 'time'
  /** Unix seconds; the token is dead from this second on. */
  readonly validUntil: Integer
}

export const timeKind: CaveatKind<TimeCaveat> = {
  word: 'time',
  parse: (rest) => makeTime(rest?.startsWith('< ') ? parseInteger(rest.slice(2)) : undefined),
  fromJson: (json) => makeTime(integerFromJson(json['validUntil'])),
  serialize: ({ validUntil }) => `time < ${validUntil}`,
  reason: ({ validUntil }) => `unverified time caveat: this token has expired at '${iso8601(validUntil)}'`,
}

function makeTime(validUntil: Integer | undefined): TimeCaveat | undefined {
  return validUntil === undefined ? undefined : { type: 'time', validUntil }
}

const SECONDS_PER_DAY = 86_400

/**
 * `YYYY-MM-DDThh:mm:ssZ` in UTC. Not over `Date`, which ends at 8.64e12 seconds: a caveat may say any integer. Those
 * that no number holds stay seconds, for no calendar has such years.
 */
export function iso8601(unixSeconds: Integer): string {
  if (typeof unixSeconds === 'bigint') return String(unixSeconds)
  const days = Math.floor(unixSeconds / SECONDS_PER_DAY)
  const second = unixSeconds - days * SECONDS_PER_DAY
  const time = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map(twoDigits)
  return `${calendarDate(days)}T${time.join(':')}Z`
}

const DAYS_PER_ERA = 146_097
const DAYS_BEFORE_EPOCH = 719_468

/**
 * The Gregorian date of a day counted from 1970-01-01. The calendar repeats every 400 years (an era). Counting years
 * from the first of March puts the leap day last, so that the lengths of months become a straight line.
 */
function calendarDate(daysSinceEpoch: number): string {
  const days = daysSinceEpoch + DAYS_BEFORE_EPOCH
  const era = Math.floor(days / DAYS_PER_ERA)
  const dayOfEra = days - era * DAYS_PER_ERA
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  return `${fourDigits(year)}-${twoDigits(month)}-${twoDigits(day)}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

function fourDigits(year: number): string {
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}`
}
