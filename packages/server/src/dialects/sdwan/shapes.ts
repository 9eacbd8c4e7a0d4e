import { arrayOf, type JsonSchema, named, object } from '../json-schema.ts'

// What all answers have in common, for the document (Prisma SD-WAN, system fields).

const text: JsonSchema = { type: 'string' }
const nothing: JsonSchema = { type: 'null' }
const count: JsonSchema = { type: 'integer', minimum: 0 }

/** Of what stands at the top of an answer. */
const envelope = { _status_code: text, _request_id: text, _content_length: text }
const nothingToSay = { _error: nothing, _warning: nothing, _info: nothing, _debug: nothing }
const system = { _etag: count, _schema: count, _created_on_utc: count, _updated_on_utc: count }

/**
 * An object of the API with its system fields, alone or within a list.
 * @param required schemas of the fields that are always there
 */
export function objectShape(
  name: string,
  required: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  return named(name, object({ ...required, ...system, ...nothingToSay }, { ...optional, ...envelope }))
}

/** An object with more fields than another one has. @param required schemas of those that are always there */
export function widerShape(
  name: string,
  { properties, required: known }: JsonSchema,
  required: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  const keys = [...new Set([...Object.values(Object(known)), ...Object.keys(required)])]
  return { title: name, type: 'object', properties: { ...Object(properties), ...required }, required: keys }
}

/** What is answered where there is no object: some facts at the top of an answer. */
export function factsShape(
  name: string,
  required: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  return named(name, object({ ...required, ...envelope }, { ...optional, ...nothingToSay }))
}

/** A list in its envelope. @param item a schema with a name */
export function listShape(item: JsonSchema): JsonSchema {
  return named(
    `${String(item['title'])}List`,
    object({ count, items: arrayOf(item), id: nothing, ...system, ...envelope }, { tenant_id: text }),
  )
}

export const errorShape = named(
  'SdwanError',
  object({
    _error: arrayOf(named('SdwanErrorItem', object({ code: text, message: text }))),
    ...envelope,
  }),
)
