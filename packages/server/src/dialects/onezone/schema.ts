import type { TokenDecoder } from '../../authority/presented-token.ts'
import { type JsonSchema, object } from '../json-schema.ts'
import { malformedData, missingAtLeastOneValue, missingRequiredValue } from './catalogue-data.ts'
import { isJsonObject } from './json-value.ts'
import { WireRefusal } from './wire-error.ts'

/** Takes one value of a body. @throws {WireRefusal} with the error that Onezone has for it */
export interface ValueParser<T> {
  (key: string, value: unknown, tokens: TokenDecoder): T
  /** What a client should send; Onezone takes a few things more. */
  readonly schema: JsonSchema
}

export function valueParser<T>(
  schema: JsonSchema,
  parse: (key: string, value: unknown, tokens: TokenDecoder) => T,
): ValueParser<T> {
  return Object.assign(parse, { schema })
}

type Fields<T> = { readonly [Key in keyof T]: ValueParser<T[Key]> }

/** What a body may hold. Keys that are not listed are dropped without a word. */
export interface BodySchema<Required, Optional, AtLeastOne> {
  readonly required: Fields<Required>
  readonly optional: Fields<Optional>
  /** One of these, or more, must be there. */
  readonly atLeastOne: Fields<AtLeastOne>
}

export type Body<Required, Optional, AtLeastOne> = Required & Partial<Optional> & Partial<AtLeastOne>

/** Takes a whole body. @throws {WireRefusal} the first thing wrong with it */
export interface BodyParser<T> {
  (body: unknown, tokens: TokenDecoder): T
  /** `undefined`: it takes none. */
  readonly schema: JsonSchema | undefined
}

/** A parser that is no plain list of fields, with the schema that says what it takes. */
export function bodyParser<T>(
  schema: JsonSchema | undefined,
  parse: (body: unknown, tokens: TokenDecoder) => T,
): BodyParser<T> {
  return Object.assign(parse, { schema })
}

/** The schema of a body that is one of several. */
export function eitherBody(parsers: readonly BodyParser<unknown>[]): JsonSchema {
  return { anyOf: parsers.flatMap(({ schema }) => schema ?? []) }
}

/**
 * A body's parser: the required keys, then the optional ones, then those of which one must be there; each kind in
 * alphabetical order, the first thing wrong wins (Onezone REST, order of checks, step 11). A part that is left out
 * has no keys.
 */
export function bodyOf<Required = {}, Optional = {}, AtLeastOne = {}>(
  schema: Partial<BodySchema<Required, Optional, AtLeastOne>>,
): BodyParser<Body<Required, Optional, AtLeastOne>> {
  const required = fieldsInOrder(schema.required)
  const optional = fieldsInOrder(schema.optional)
  const atLeastOne = fieldsInOrder(schema.atLeastOne)

  return bodyParser(schemaOf({ required, optional, atLeastOne }), (body, tokens) => {
    if (!isJsonObject(body)) throw new WireRefusal(malformedData)
    const parsed: Record<string, unknown> = {}
    for (const [key, parse] of required) {
      if (body[key] === undefined) throw new WireRefusal(missingRequiredValue(key))
      parsed[key] = parse(key, body[key], tokens)
    }
    takePresent(body, optional, parsed, tokens)
    const taken = takePresent(body, atLeastOne, parsed, tokens)
    if (atLeastOne.length > 0 && taken === 0) {
      throw new WireRefusal(missingAtLeastOneValue(atLeastOne.map(([key]) => key)))
    }
    // Every key was put there by the parser that the schema's type names for it.
    return parsed as Body<Required, Optional, AtLeastOne>
  })
}

/** For operations that take no body, whatever was sent. */
export const noBody: BodyParser<undefined> = bodyParser(undefined, () => undefined)

type Field = readonly [key: string, parse: ValueParser<unknown>]

function schemaOf(
  fields: Readonly<Record<'required' | 'optional' | 'atLeastOne', readonly Field[]>>,
): JsonSchema {
  const whole = object(schemasOf(fields.required), schemasOf([...fields.optional, ...fields.atLeastOne]))
  return fields.atLeastOne.length === 0
    ? whole
    : { ...whole, anyOf: fields.atLeastOne.map(([key]) => ({ required: [key] })) }
}

function schemasOf(fields: readonly Field[]): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(fields.map(([key, { schema }]) => [key, schema]))
}

function fieldsInOrder(fields: object | undefined): readonly Field[] {
  // `Fields` maps keys to value parsers and to nothing else.
  const entries = Object.entries(fields ?? {}) as Field[]
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function takePresent(
  body: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  parsed: Record<string, unknown>,
  tokens: TokenDecoder,
): number {
  let taken = 0
  for (const [key, parse] of fields) {
    if (body[key] === undefined) continue
    parsed[key] = parse(key, body[key], tokens)
    taken += 1
  }
  return taken
}
