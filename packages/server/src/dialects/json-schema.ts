/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 takes it. One with a `title` stands once among a document's components. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** @param required schemas of the keys that are always there */
export function object(
  required: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  const keys = Object.keys(required).toSorted()
  return {
    type: 'object',
    properties: { ...required, ...optional },
    ...(keys.length > 0 && { required: keys }),
  }
}

export function arrayOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

/** An object whose keys are ids. */
export function mapOf(values: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties: values }
}

export function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] }
}

/** Exactly this word, or one of these. */
export function words(...allowed: readonly string[]): JsonSchema {
  return allowed.length === 1 ? { const: allowed[0] } : { type: 'string', enum: allowed }
}

/** A schema that a document shows under its name, once, wherever it stands. @param name of letters and digits */
export function named(name: string, schema: JsonSchema): JsonSchema {
  return { title: name, ...schema }
}
