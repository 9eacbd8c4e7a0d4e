import { parseInteger, parseSubject } from '@jeton/token'
import type { UnixSeconds } from '../../ambient.ts'
import type { JsonObject, SubjectName, UsageLimit } from '../../authority/named-token.ts'
import type { MemberRef } from '../../directory/entity.ts'
import { ExactNumber } from '../../exact-json.ts'
import { type FieldKind, isObject } from './fields.ts'

const ID = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}$/

/** Onezone's own are 32 hexadecimal digits, mostly with `ch` and four more behind. */
export const id: FieldKind<string> = {
  allowed: 'an id: 1 to 128 letters, digits, dots, hyphens and underscores, the first no dot',
  parse: (value) => (typeof value === 'string' && ID.test(value) ? value : undefined),
}

export function rule(allowed: string, follows: (text: string) => boolean): FieldKind<string> {
  return { allowed, parse: (value) => (typeof value === 'string' && follows(value) ? value : undefined) }
}

const MAX_TEXT_CHARS = 256
const CONTROL = /\p{Cc}/u

export const text = rule(
  `a text of 1 to ${MAX_TEXT_CHARS} characters without control characters`,
  (value) => value !== '' && value.length <= MAX_TEXT_CHARS && value.isWellFormed() && !CONTROL.test(value),
)

export const flag: FieldKind<boolean> = {
  allowed: 'true or false',
  parse: (value) => (typeof value === 'boolean' ? value : undefined),
}

export const object: FieldKind<JsonObject> = {
  allowed: 'a JSON object',
  parse: (value) => (isObject(value) ? value : undefined),
}

export function number(lowest: number, highest: number): FieldKind<number> {
  return {
    allowed: `a number from ${lowest} to ${highest}`,
    parse: (value) => {
      const read = value instanceof ExactNumber ? Number(value.text) : value
      return typeof read === 'number' && read >= lowest && read <= highest ? read : undefined
    },
  }
}

export function integer(lowest: number, highest: number): FieldKind<number> {
  return {
    allowed: `an integer from ${lowest} to ${highest}`,
    parse: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest
        ? value
        : undefined,
  }
}

/** The end of the year 9999. */
const LAST_SECOND = 253_402_300_799

export const time: FieldKind<UnixSeconds> = {
  allowed: 'a Unix time in seconds',
  // Safe as a brand: whole seconds, as the bounds below say.
  parse: (value) => integer(0, LAST_SECOND).parse(value) as UnixSeconds | undefined,
}

const MIN_SECRET_BYTES = 16
const MAX_SECRET_BYTES = 256

/** Its bytes. The lower bound is against an export that was cut: Onezone's own have 64. */
export const secret: FieldKind<Uint8Array> = {
  allowed: `the secret as a text of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`,
  parse(value) {
    if (typeof value !== 'string' || !value.isWellFormed()) return undefined
    const bytes = new TextEncoder().encode(value)
    return bytes.length >= MIN_SECRET_BYTES && bytes.length <= MAX_SECRET_BYTES ? bytes : undefined
  },
}

/** Each at most once, whatever the list says. */
export function words(what: string, known: readonly string[]): FieldKind<readonly string[]> {
  const all = new Set(known)
  return {
    allowed: `a list of ${what}`,
    parse(value) {
      if (!Array.isArray(value)) return undefined
      const taken = new Set(value.map(String))
      return value.every((entry) => typeof entry === 'string') && taken.isSubsetOf(all)
        ? [...taken].toSorted()
        : undefined
    },
  }
}

export function listOf<Value>(what: string, parse: (text: string) => Value | undefined): FieldKind<Value[]> {
  return {
    allowed: `a list of ${what}`,
    parse(value) {
      if (!Array.isArray(value)) return undefined
      const values = value.map((entry) => (typeof entry === 'string' ? parse(entry) : undefined))
      const known = values.filter((entry) => entry !== undefined)
      return known.length === values.length ? known : undefined
    },
  }
}

export const subject: FieldKind<SubjectName> = {
  allowed: 'usr-ID or prv-ID',
  parse(value) {
    const parsed = typeof value === 'string' ? parseSubject(value) : undefined
    if (parsed?.type !== 'user' && parsed?.type !== 'oneprovider') return undefined
    return ID.test(parsed.id) ? { type: parsed.type, id: parsed.id } : undefined
  },
}

export const member: FieldKind<MemberRef> = {
  allowed: 'usr-ID or grp-ID',
  parse(value) {
    const parsed = typeof value === 'string' ? parseSubject(value) : undefined
    if (parsed?.type !== 'user' && parsed?.type !== 'group') return undefined
    return ID.test(parsed.id) ? { kind: parsed.type, onezoneId: parsed.id } : undefined
  },
}

export const usageLimit: FieldKind<UsageLimit> = {
  allowed: 'an integer from 1, or "infinity"',
  parse(value) {
    if (value === 'infinity') return value
    const exact = value instanceof ExactNumber ? parseInteger(value.text) : value
    if (typeof exact === 'bigint') return exact >= 1n ? exact : undefined
    return typeof exact === 'number' && Number.isInteger(exact) && exact >= 1 ? exact : undefined
  },
}
