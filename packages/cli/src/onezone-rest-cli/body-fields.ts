import type { JsonSchema } from '@jeton/server/onezone-operations'

/** One key of an operation's body, for help and completion. */
export interface BodyField {
  readonly name: string
  readonly isRequired: boolean
  /** In a few words: `text`, `integer or "infinity"`. */
  readonly type: string
  /** Whether it is written `name==TEXT`; else `name:=JSON`. */
  readonly isText: boolean
}

/** The keys that a body may have, the required ones first. A key of one of several bodies is required when it is in all. */
export function bodyFields(body: JsonSchema): readonly BodyField[] {
  const alternatives = schemas(body['anyOf']).filter((one) => 'properties' in one)
  const bodies = 'properties' in body ? [body] : alternatives
  const names = [...new Set(bodies.flatMap((one) => Object.keys(propertiesOf(one))))]
  return names
    .map((name): BodyField => {
      const schema = bodies.map((one) => propertiesOf(one)[name]).find((found) => found !== undefined) ?? {}
      const isRequired = bodies.every((one) => requiredOf(one).includes(name))
      return { name, isRequired, type: typeOf(schema), isText: isText(schema) }
    })
    .toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired))
}

const MAX_WORDS_SHOWN = 6

function typeOf(schema: JsonSchema): string {
  const { type, enum: words, items, const: word } = schema
  if (word !== undefined) return JSON.stringify(word)
  if (Array.isArray(words)) {
    const shown = words.slice(0, MAX_WORDS_SHOWN).join(', ')
    return words.length > MAX_WORDS_SHOWN ? 'word' : `one of ${shown}`
  }
  if (type === 'array' && isSchema(items)) return `list of ${itemsOf(items)}`
  if (typeof type === 'string') return type === 'string' ? 'text' : type
  const alternatives = schemas(schema['anyOf']).map(typeOf)
  return alternatives.length === 0 || alternatives.length > 3 || alternatives.includes('object')
    ? 'object'
    : alternatives.join(' or ')
}

function itemsOf(items: JsonSchema): string {
  const { title } = items
  return typeof title === 'string'
    ? `${title.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}s`
    : `${typeOf(items)}s`
}

function isText({ type, anyOf }: JsonSchema): boolean {
  return type === 'string' || schemas(anyOf).some(isText)
}

function propertiesOf({ properties }: JsonSchema): Readonly<Record<string, JsonSchema | undefined>> {
  if (!isSchema(properties)) return {}
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, isSchema(schema) ? schema : undefined]),
  )
}

function requiredOf({ required }: JsonSchema): readonly unknown[] {
  return Array.isArray(required) ? required : []
}

function schemas(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? value.filter(isSchema) : []
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
