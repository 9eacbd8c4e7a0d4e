import { ExactNumber } from '../../exact-json.ts'
import { FAULTY, NO_CODE_OF_ITS_OWN, type Value } from './body.ts'
import type { SdwanCode } from './codes.ts'

interface Rule {
  readonly code?: SdwanCode
}

interface TextRule extends Rule {
  /** In UTF-16 code units, as the published limits count. */
  readonly min?: number
  readonly max: number
  readonly pattern?: RegExp
  /** What the pattern stands for, in words. */
  readonly said?: string
}

/** Text that a store can keep: no half of a surrogate pair, no NUL. */
export function text({ min = 0, max, pattern, said, code = NO_CODE_OF_ITS_OWN }: TextRule): Value<string> {
  const length = min > 0 ? `${min} to ${max}` : `at most ${max}`
  return {
    codes: [code],
    schema: {
      type: 'string',
      ...(min > 0 && { minLength: min }),
      maxLength: max,
      ...(pattern !== undefined && { pattern: pattern.source }),
    },
    parse(value, at, report) {
      const reason = reasonAgainst(value)
      if (reason === undefined) return value as string // `reasonAgainst` let it through, so it is one.
      report(code, at, reason)
      return FAULTY
    },
  }

  function reasonAgainst(value: unknown): string | undefined {
    if (typeof value !== 'string') return 'must be a string'
    if (value.length < min || value.length > max) return `must have ${length} characters`
    if (!value.isWellFormed() || value.includes('\0')) return 'holds what is no character'
    if (pattern !== undefined && !pattern.test(value)) return said ?? 'does not have the published form'
    return undefined
  }
}

/** Deliberately lenient: an at sign with something on both sides (RFC 5321 leaves the rest to the receiving host). */
const EMAIL = /^[^\s@]+@[^\s@]+$/

export function email(code: SdwanCode, max = 1000): Value<string> {
  return text({ min: 1, max, pattern: EMAIL, said: 'must be an e-mail address', code })
}

export function flag({ code = NO_CODE_OF_ITS_OWN }: Rule = {}): Value<boolean> {
  return {
    codes: [code],
    schema: { type: 'boolean' },
    parse(value, at, report) {
      if (typeof value === 'boolean') return value
      report(code, at, 'must be true or false')
      return FAULTY
    },
  }
}

interface IntegerRule extends Rule {
  readonly min?: number
  readonly max?: number
}

/** An integer, however it is spelled: clients send `1609459200000.0` too. */
export function integer({
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
  code = NO_CODE_OF_ITS_OWN,
}: IntegerRule = {}): Value<number> {
  return {
    codes: [code],
    schema: { type: 'integer', ...(min > Number.MIN_SAFE_INTEGER && { minimum: min }) },
    parse(value, at, report) {
      const number = value instanceof ExactNumber ? Number(value.text) : value
      if (typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max) {
        return number
      }
      report(code, at, 'must be an integer within its limits')
      return FAULTY
    },
  }
}

/** A time in milliseconds since 1970. */
export function millis(code: SdwanCode): Value<number> {
  return integer({ min: 0, code })
}

export function oneOf<T extends string>(code: SdwanCode, ...allowed: readonly T[]): Value<T> {
  const known = new Map<unknown, T>(allowed.map((word) => [word, word]))
  return {
    codes: [code],
    schema: { type: 'string', enum: allowed },
    parse(value, at, report) {
      const word = known.get(value)
      if (word !== undefined) return word
      report(code, at, 'is none of the published words')
      return FAULTY
    },
  }
}

/** Taken whatever it is, and not looked at. */
export const ignored: Value<undefined> = { codes: [], schema: {}, parse: () => undefined }

/** What only the server sets: whatever says something is refused, `null` says nothing. */
export function readOnly(code: SdwanCode): Value<undefined> {
  return {
    codes: [code],
    schema: { type: 'null' },
    parse(_, at, report) {
      report(code, at, 'is set by the server alone')
      return FAULTY
    },
  }
}

/** What only the system may be: `true` is refused, `false` says nothing. @param otherwise for what is neither */
export function neverTrue(code: SdwanCode, otherwise: SdwanCode = code): Value<undefined> {
  return {
    codes: [code, otherwise],
    schema: { const: false },
    parse(value, at, report) {
      if (value === false) return undefined
      report(value === true ? code : otherwise, at, 'is set by the server alone')
      return FAULTY
    },
  }
}
