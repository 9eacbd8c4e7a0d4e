import type { JsonSchema } from '../json-schema.ts'
import { nullable } from '../json-schema.ts'
import type { SdwanCode } from './codes.ts'
import { type ErrorItem, SdwanRefusal } from './refusal.ts'

/** What a value is that breaks a rule; which one has been reported. */
export const FAULTY: unique symbol = Symbol('faulty')

/** Collects what is wrong with a body: all of it is told at once. */
export type Report = (code: SdwanCode, at: string, reason: string) => void

/** One value of a body. */
export interface Value<T> {
  readonly schema: JsonSchema
  /** @param at where it stands: `roles.0.name`; empty for the body itself */
  readonly parse: (value: unknown, at: string, report: Report) => T | typeof FAULTY
  /** All that `parse` can report. */
  readonly codes: readonly SdwanCode[]
  /** Whether `null` is handed to `parse`. For all others it means that the member is not there. */
  readonly takesNull?: true
}

/** What a value of a body comes to. */
export type ParsedBy<V> = V extends Value<infer T> ? T : never

/** A list of ten thousand faults helps nobody. */
const MAX_FAULTS = 50
/** For what is wrong without a code of its own. */
export const NO_CODE_OF_ITS_OWN: SdwanCode = 'BAD_REQUEST'

/** @throws {SdwanRefusal} with one item for each rule that is violated */
export function parseBody<T>(json: unknown, value: Value<T>): T {
  const items = new Map<string, ErrorItem>()
  const report: Report = (code, at, reason) => {
    const message = at === '' ? `The body ${reason}` : `${at} ${reason}`
    if (items.size < MAX_FAULTS) items.set(`${code} ${message}`, { code, message })
  }
  const parsed = value.parse(json, '', report)
  if (parsed === FAULTY || items.size > 0) throw new SdwanRefusal([...items.values()])
  return parsed
}

type Members<T> = { readonly [Key in keyof T]: Value<T[Key]> }

/** An object whose members are known by name, as `members` makes it. */
export interface ObjectValue<Required, Optional> extends Value<Required & Partial<Optional>> {
  readonly required: Members<Required>
  readonly optional: Members<Optional>
}

/**
 * An object. Members that are not named here are left aside without a word, for clients send back whole objects with
 * whatever they were shown; `null` is as good as absent.
 */
export function members<Required, Optional = {}>(
  required: Members<Required>,
  optional: Members<Optional> = NO_MEMBERS as Members<Optional>,
): ObjectValue<Required, Optional> {
  // `Members` maps keys to values and to nothing else; each value gets back only what it parsed itself.
  const needed = Object.entries<Value<unknown>>(required)
  const others = Object.entries<Value<unknown>>(optional)
  return {
    required,
    optional,
    codes: unique([NO_CODE_OF_ITS_OWN, ...[...needed, ...others].flatMap(([, { codes }]) => codes)]),
    schema: {
      type: 'object',
      properties: Object.fromEntries([
        ...needed.map(([key, { schema }]) => [key, schema]),
        ...others.map(([key, { schema }]) => [key, nullable(schema)]),
      ]),
      ...(needed.length > 0 && { required: needed.map(([key]) => key).toSorted() }),
    },
    parse(value, at, report) {
      const object = jsonObject(value)
      if (object === undefined) {
        report(at === '' ? 'INVALID_JSON' : NO_CODE_OF_ITS_OWN, at, 'must be an object')
        return FAULTY
      }
      const parsed: Record<string, unknown> = {}
      for (const [key, member] of needed) parsed[key] = member.parse(object[key], inside(at, key), report)
      for (const [key, member] of others) {
        const inner = object[key]
        if (inner === undefined || (inner === null && member.takesNull !== true)) continue
        parsed[key] = member.parse(inner, inside(at, key), report)
      }
      if (Object.values(parsed).includes(FAULTY)) return FAULTY
      // Every key was put there by the value that the definition names for it, and none of them is faulty.
      return parsed as Required & Partial<Optional>
    },
  }
}

/** None to look at, whatever they would have been. */
const NO_MEMBERS = {}

/** The same object with nothing required, as a change of a part sends it. */
export function partial<Required, Optional>({
  required,
  optional,
}: ObjectValue<Required, Optional>): ObjectValue<{}, Required & Optional> {
  // No name stands on both sides, so what maps the members of each maps those of both.
  return members<{}, Required & Optional>({}, { ...required, ...optional } as Members<Required & Optional>)
}

interface ListLimits {
  readonly min?: number
  readonly max: number
  /** Of a list with too many or too few elements, and of what is no list. */
  readonly code: SdwanCode
}

/** What is over the limit is not looked at. */
export function listOf<T>(element: Value<T>, { min = 0, max, code }: ListLimits): Value<readonly T[]> {
  return {
    codes: unique([code, ...element.codes]),
    schema: { type: 'array', items: element.schema, maxItems: max, ...(min > 0 && { minItems: min }) },
    parse(value, at, report) {
      if (!Array.isArray(value)) {
        report(code, at, 'must be a list')
        return FAULTY
      }
      if (value.length < min || value.length > max) {
        report(code, at, `must have ${min > 0 ? `${min} to ${max}` : `at most ${max}`} elements`)
        return FAULTY
      }
      const parsed: T[] = []
      for (const [index, inner] of value.entries()) {
        const one = element.parse(inner, inside(at, String(index)), report)
        if (one !== FAULTY) parsed.push(one)
      }
      return parsed.length < value.length ? FAULTY : parsed
    },
  }
}

/** `null` stays: it says that something shall not be there any more. */
export function orNull<T>(value: Value<T>): Value<T | null> {
  return {
    schema: nullable(value.schema),
    codes: value.codes,
    takesNull: true,
    parse: (inner, at, report) => (inner === null ? null : value.parse(inner, at, report)),
  }
}

function unique(codes: readonly SdwanCode[]): readonly SdwanCode[] {
  return [...new Set(codes)]
}

function jsonObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  // What JSON.parse gives as an object has strings as keys.
  return value as Readonly<Record<string, unknown>>
}

function inside(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`
}
