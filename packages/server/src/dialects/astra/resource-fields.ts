import type { JsonSchema } from '../json-schema.ts'

/** One part of a dotted path; with `[*]` every element of the array there. */
export interface PathStep {
  readonly key: string
  readonly isEach: boolean
}

/** How a value is compared: as it is written, or as the moment that it stands for. */
export type LeafKind = 'text' | 'instant'

/** What the parameters of a list may name of its items, taken from the schema that the items are documented with. */
export class ResourceFields {
  readonly #schema: JsonSchema

  constructor(schema: JsonSchema) {
    this.#schema = schema
  }

  has(name: string): boolean {
    return memberOf(this.#schema, name) !== undefined
  }

  /** Objects and arrays have no order. */
  isOrdered(name: string): boolean {
    return kindOf(memberOf(this.#schema, name)) !== undefined
  }

  /** `undefined`: the items have no such path, or what it leads to is no single value. */
  leafKind(path: readonly PathStep[]): LeafKind | undefined {
    let schema: JsonSchema | undefined = this.#schema
    for (const { key, isEach } of path) {
      const member: JsonSchema | undefined = schema && memberOf(schema, key)
      schema = isEach ? elementOf(member) : member
    }
    return kindOf(schema)
  }
}

function memberOf({ properties }: JsonSchema, key: string): JsonSchema | undefined {
  return isSchema(properties) && Object.hasOwn(properties, key) ? schemaOf(properties[key]) : undefined
}

function elementOf(schema: JsonSchema | undefined): JsonSchema | undefined {
  return schema?.['type'] === 'array' ? schemaOf(schema['items']) : undefined
}

function kindOf(schema: JsonSchema | undefined): LeafKind | undefined {
  if (schema === undefined) return undefined
  if (schema['format'] === 'date-time') return 'instant'
  return schema['type'] === 'string' || typeof schema['const'] === 'string' ? 'text' : undefined
}

function schemaOf(value: unknown): JsonSchema | undefined {
  return isSchema(value) ? value : undefined
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The values that a path leads to in an item, in its order; none where a member is absent. */
export function valuesAt(item: unknown, path: readonly PathStep[]): readonly string[] {
  let found: unknown[] = [item]
  for (const { key, isEach } of path) {
    found = found.flatMap((value) => {
      const member = isSchema(value) && Object.hasOwn(value, key) ? value[key] : undefined
      return isEach ? (Array.isArray(member) ? member : []) : [member]
    })
  }
  return found.filter((value) => typeof value === 'string')
}
