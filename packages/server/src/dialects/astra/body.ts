import type { JsonSchema } from '../json-schema.ts'
import { type Invalid, ProblemRaised } from './problem.ts'

/**
 * One value of a body, in two steps: its form, which is problem 8 and stops at the first thing wrong, and its content,
 * which is problem 9 and is told for all fields at once (Astra, §2.2).
 */
export interface Value<T> {
  readonly schema: JsonSchema
  /** @param at where it stands: `(root)`, `name`, `metadata.labels.0` @throws {Malformed} */
  readonly parse: (value: unknown, at: string) => T
  readonly check: (value: T, at: string) => readonly Invalid[]
}

/** What is wrong with a body's form. */
class Malformed extends Error {
  override readonly name = 'Malformed'
}

export function malformed(at: string, reason: string): Malformed {
  return new Malformed(`${at}: ${reason}`)
}

/** @throws {ProblemRaised} 8 or 9 */
export function parseBody<T>(value: unknown, shape: Value<T>): T {
  const parsed = parseForm(value, shape)
  const invalidFields = shape.check(parsed, ROOT)
  if (invalidFields.length > 0) throw new ProblemRaised({ number: 9, invalidFields })
  return parsed
}

const ROOT = '(root)'

function parseForm<T>(value: unknown, shape: Value<T>): T {
  try {
    return shape.parse(value, ROOT)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new ProblemRaised({ number: 8, schemaValidationFailure: error.message })
  }
}

type Members<T> = { readonly [Key in keyof T]: Value<T[Key]> }

/**
 * An object of these members and no others. Its members are looked at in the order of the definition, and what is not
 * known only after them.
 */
export function members<Required, Optional = {}>(
  required: Members<Required>,
  optional?: Members<Optional>,
): Value<Required & Partial<Optional>> {
  const values = new Map<string, Value<unknown>>([
    // `Members` maps keys to values and to nothing else; each value gets back only what it parsed itself.
    ...(Object.entries(required) as [string, Value<unknown>][]),
    ...(Object.entries(optional ?? {}) as [string, Value<unknown>][]),
  ])
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries([...values].map(([key, { schema }]) => [key, schema])),
      required: Object.keys(required).toSorted(),
      additionalProperties: false,
    },
    parse(value, at) {
      const object = jsonObject(value, at)
      const parsed = parseMembers(object, values, required, at)
      const unknown = Object.keys(object).find((key) => !values.has(key))
      // A key is the client's own text: naming it whole would give back as much as was sent.
      if (unknown !== undefined)
        throw malformed(at, `additional property ${shortened(unknown)} is not allowed`)
      // Every key was put there by the value that the definition names for it.
      return parsed as Required & Partial<Optional>
    },
    check(value, at) {
      return Object.entries(value).flatMap(
        ([key, member]) => values.get(key)?.check(member, inside(at, key)) ?? [],
      )
    },
  }
}

function parseMembers(
  object: Readonly<Record<string, unknown>>,
  values: ReadonlyMap<string, Value<unknown>>,
  required: object,
  at: string,
): object {
  const parsed: Record<string, unknown> = {}
  for (const [key, value] of values) {
    if (Object.hasOwn(object, key)) parsed[key] = value.parse(object[key], inside(at, key))
    else if (Object.hasOwn(required, key)) throw malformed(at, `${key} is required`)
  }
  return parsed
}

/** An object whose keys are the client's own. */
export function mapOf<T>(member: Value<T>): Value<ReadonlyMap<string, T>> {
  return {
    schema: { type: 'object', additionalProperties: member.schema },
    parse: (value, at) =>
      new Map(
        Object.entries(jsonObject(value, at)).map(([key, inner]) => [
          key,
          member.parse(inner, inside(at, shortened(key))),
        ]),
      ),
    check: (map, at) => [...map].flatMap(([key, value]) => member.check(value, inside(at, shortened(key)))),
  }
}

/** An array without two equal elements. */
export function setOf<T>(element: Value<T>): Value<readonly T[]> {
  return {
    schema: { type: 'array', items: element.schema, uniqueItems: true },
    parse(value, at) {
      if (!Array.isArray(value)) throw malformed(at, 'must be an array')
      const parsed = value.map((inner, index) => element.parse(inner, inside(at, String(index))))
      // Parsed, so members stand in the order of the definition and equal elements are equal texts.
      if (new Set(parsed.map((inner) => JSON.stringify(inner))).size < parsed.length) {
        throw malformed(at, 'must not hold an element twice')
      }
      return parsed
    },
    check: (elements, at) =>
      elements.flatMap((inner, index) => element.check(inner, inside(at, String(index)))),
  }
}

function jsonObject(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(at, 'must be an object')
  // What JSON.parse gives as an object has strings as keys.
  return value as Readonly<Record<string, unknown>>
}

function inside(at: string, key: string): string {
  return at === ROOT ? key : `${at}.${key}`
}

const MAX_SHOWN_CHARS = 64

function shortened(key: string): string {
  return key.length <= MAX_SHOWN_CHARS
    ? key.toWellFormed()
    : `${key.slice(0, MAX_SHOWN_CHARS)}…`.toWellFormed()
}
