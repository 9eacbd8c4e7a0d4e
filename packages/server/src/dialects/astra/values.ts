import { TIMESTAMP } from './timestamp.ts'
import { contentProblem } from '../../accounts/content.ts'
import { malformed, type Value } from './body.ts'
import { IDENTIFIER } from './identifier.ts'

interface Limits {
  /** In characters, not code units. */
  readonly min?: number
  readonly max?: number
}

/** Text that a store can keep: no half of a surrogate pair, no NUL. */
export function text(limits: Limits = {}): Value<string> {
  return texts(limits, undefined, (value) => (isStorable(value) ? undefined : 'holds what is no character'))
}

/** Text that is shown to others: what could be taken for markup, script, a path or SQL is refused (Astra, §2.2). */
export function plainText(limits: Limits): Value<string> {
  return texts(limits, undefined, contentProblem)
}

export function constant<T extends string>(...allowed: readonly [T, ...T[]]): Value<T> {
  const known = new Map<unknown, T>(allowed.map((word) => [word, word]))
  return {
    schema: allowed.length === 1 ? { const: allowed[0] } : { type: 'string', enum: allowed },
    parse(value, at) {
      const word = known.get(value)
      if (word === undefined) throw malformed(at, `must be ${allowed.map((one) => `"${one}"`).join(' or ')}`)
      return word
    },
    check: () => [],
  }
}

/** A boolean as this API writes it: a string. */
export const flag: Value<'true' | 'false'> = constant('true', 'false')

export const identifier: Value<string> = texts({}, IDENTIFIER)

/** Of the year 1 and later. */
export const timestamp: Value<string> = {
  ...texts({}, TIMESTAMP),
  schema: { type: 'string', format: 'date-time' },
}

/** Padded, of the standard alphabet; may be empty (Astra, §1.2). */
export const base64: Value<string> = {
  ...texts({}, /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  schema: { type: 'string', contentEncoding: 'base64' },
}

/** Taken whatever it is, and not looked at: what only the server may set. */
export const ignored: Value<undefined> = { schema: {}, parse: () => undefined, check: () => [] }

/** @param content what is wrong with a value of the right form */
function texts(
  { min = 0, max = Number.POSITIVE_INFINITY }: Limits,
  form?: RegExp,
  content: (value: string) => string | undefined = () => undefined,
): Value<string> {
  return {
    schema: {
      type: 'string',
      ...(min > 0 && { minLength: min }),
      ...(Number.isFinite(max) && { maxLength: max }),
      ...(form !== undefined && { pattern: form.source }),
    },
    parse(value, at) {
      if (typeof value !== 'string') throw malformed(at, 'must be a string')
      if (value.length < min) throw malformed(at, `must have at least ${min} characters`)
      if (isLongerThan(value, max)) throw malformed(at, `must have at most ${max} characters`)
      if (form !== undefined && !form.test(value)) throw malformed(at, 'must have the published form')
      return value
    },
    check(value, name) {
      const reason = content(value)
      return reason === undefined ? [] : [{ name, reason }]
    },
  }
}

/** A character beyond the first plane is two code units. */
function isLongerThan(value: string, max: number): boolean {
  return value.length > max && (value.length > 2 * max || charsOf(value) > max)
}

function charsOf(value: string): number {
  return Array.from(value).length
}

function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}
