import type { JsonObject } from '../../authority/named-token.ts'
import { ExactNumber } from '../../exact-json.ts'

/** A line that is not taken, and why. The message never holds a value: it may be a secret in the wrong place. */
export class BadRecord extends Error {
  override readonly name = 'BadRecord'
}

/** One kind of value that a field may have. */
export interface FieldKind<Value> {
  /** Completes "must be …". */
  readonly allowed: string
  /** @returns `undefined` for a value that is not allowed */
  readonly parse: (value: unknown) => Value | undefined
}

/** Reads the fields of one JSON object, and knows which it has that nobody asked for. */
export class Fields {
  readonly #json: JsonObject
  readonly #path: string
  readonly #unread: Set<string>

  /** @param path of the object in its record, with a dot behind; empty for the record itself */
  constructor(json: JsonObject, path = '') {
    this.#json = json
    this.#path = path
    this.#unread = new Set(Object.keys(json))
  }

  /** @throws {BadRecord} */
  required<Value>(name: string, kind: FieldKind<Value>): Value {
    const value = this.optional(name, kind)
    if (value === undefined) throw new BadRecord(`${this.#path}${name} is missing`)
    return value
  }

  /** `null` is as good as nothing. @throws {BadRecord} */
  optional<Value>(name: string, { allowed, parse }: FieldKind<Value>): Value | undefined {
    this.#unread.delete(name)
    const value = Object.hasOwn(this.#json, name) ? this.#json[name] : undefined
    if (value === undefined || value === null) return undefined
    const parsed = parse(value)
    if (parsed === undefined) throw new BadRecord(`${this.#path}${name} must be ${allowed}`)
    return parsed
  }

  /** To be called last: a misspelt field would be lost otherwise. @throws {BadRecord} */
  end(): void {
    for (const name of this.#unread) {
      throw new BadRecord(`${this.#path}${JSON.stringify(name.slice(0, MAX_SHOWN_CHARS))} is no field of it`)
    }
  }
}

const MAX_SHOWN_CHARS = 40

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  )
}
