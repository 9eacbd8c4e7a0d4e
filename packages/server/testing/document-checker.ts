import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { JsonSchema } from '../src/dialects/json-schema.ts'
import { documentOf } from '../src/dialects/openapi-dialect.ts'
import { type ApiDescription, mapSchemas } from '../src/dialects/openapi-document.ts'
import { routeTable } from '../src/dialects/route-table.ts'

/** The OpenAPI document of an API, as far as tests read it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly responses: Readonly<Record<string, DocumentResponse>>
  }
}

export interface DocumentOperation {
  readonly operationId: string
  readonly summary: string
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, DocumentResponse | { readonly $ref: string }>>
}

interface DocumentResponse {
  readonly content?: Content
  readonly headers?: Readonly<Record<string, unknown>>
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>

/** An answer that the document does not allow for. */
export class NotAsDocumented extends Error {
  override readonly name = 'NotAsDocumented'
}

export interface CheckedAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface CheckerOptions {
  readonly api: ApiDescription
  readonly routes: readonly { readonly method: string; readonly path: string; readonly routePath: string }[]
  /** What stands before the routes' paths. */
  readonly base: string
  /** Whether an answer may have that content type where the document has the other. */
  readonly isTypeFine: (sent: string | null, documented: string, answer: CheckedAnswer) => boolean
  /** What may be said where there is no operation. */
  readonly ofNoOperation: readonly number[]
}

/** Holds answers and bodies against the document of an API. */
export class DocumentChecker {
  /** As a client reads it: what is not JSON does not survive. */
  readonly document: ApiDocument
  readonly #options: CheckerOptions
  readonly #table: ReturnType<typeof routeTable<CheckerOptions['routes'][number]>>
  readonly #ofNoOperation: ReadonlySet<number>
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false })
  readonly #compiled = new Map<JsonSchema, ValidateFunction>()

  constructor(options: CheckerOptions) {
    this.document = JSON.parse(JSON.stringify(documentOf(options.api)))
    this.#options = options
    this.#table = routeTable(options.routes)
    this.#ofNoOperation = new Set([...options.ofNoOperation, ...OF_LISTENER])
    this.#ajv.addSchema(closed({ properties: this.document.components.schemas }), 'components')
  }

  /**
   * Its status is one of the operation's, its body is what that status has.
   * @param url as it was sent, whole
   * @throws {NotAsDocumented}
   */
  check(method: string, url: string, answer: CheckedAnswer): void {
    const { pathname } = new URL(url)
    const match = this.#table.match(method, pathname.slice(this.#options.base.length))
    const fail = (why: string): never => {
      const { status, text } = answer
      throw new NotAsDocumented(`${method} ${pathname}: ${status}: ${why}: ${text.slice(0, 300)}`)
    }
    if (match.kind !== 'route') {
      const isFine = match.kind === 'unknown_method' && answer.status === 405
      if (!isFine && !this.#ofNoOperation.has(answer.status)) fail('there is no such operation')
      return
    }
    const operation = this.document.paths[match.route.routePath]?.[method.toLowerCase()]
    const complaint =
      operation === undefined
        ? 'the document lacks it'
        : this.#complaintAbout(this.#responseOf(operation, answer), answer)
    if (complaint !== undefined) fail(complaint)
  }

  /** Whether the document takes that body. @returns what is wrong with it, if anything */
  complaintAboutBody(operation: DocumentOperation, body: unknown): string | undefined {
    const schema = operation.requestBody?.content['application/json']?.schema
    return schema === undefined ? 'it takes no body' : this.#validate(schema, body)
  }

  #responseOf(operation: DocumentOperation, { status }: CheckedAnswer): DocumentResponse | undefined {
    const response = operation.responses[String(status)]
    if (response === undefined || !('$ref' in response)) return response
    return this.document.components.responses[response.$ref.split('/').at(-1) ?? '']
  }

  #complaintAbout(response: DocumentResponse | undefined, answer: CheckedAnswer): string | undefined {
    if (response === undefined) return 'the document has no such status there'
    for (const name of ['location', 'retry-after']) {
      const isDeclared = Object.keys(response.headers ?? {}).some((header) => header.toLowerCase() === name)
      if (isDeclared !== answer.headers.has(name))
        return `${name} is ${isDeclared ? 'missing' : 'not declared'}`
    }
    const [content] = Object.entries(response.content ?? {})
    if (content === undefined) return answer.text === '' ? undefined : 'it should have no body'
    const [type, { schema }] = content
    const sent = answer.headers.get('content-type')
    if (sent !== type && !this.#options.isTypeFine(sent, type, answer)) return `it is ${sent} and no ${type}`
    return this.#validate(schema, parsed(answer.text))
  }

  #validate(schema: JsonSchema, value: unknown): string | undefined {
    const known = this.#compiled.get(schema) ?? this.#ajv.compile(withReferences(closed(schema)))
    this.#compiled.set(schema, known)
    return known(value) ? undefined : this.#ajv.errorsText(known.errors, { dataVar: 'body' }).slice(0, 400)
  }
}

/** What every listener may say before it has looked at the path. */
const OF_LISTENER = [400, 404, 414, 431, 503]

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new NotAsDocumented(`not JSON: ${text.slice(0, 300)}`)
  }
}

/** A client has to bear keys that are new to it; our own tests have not. */
function closed(schema: JsonSchema): JsonSchema {
  const isOpen = schema['type'] !== 'object' || 'additionalProperties' in schema || !('properties' in schema)
  const inside = mapSchemas(schema, closed)
  return withReferences(isOpen ? inside : { ...inside, additionalProperties: false })
}

function withReferences(schema: JsonSchema): JsonSchema {
  const { $ref } = schema
  if (typeof $ref !== 'string') return schema
  return { $ref: $ref.replace('#/components/schemas/', 'components#/properties/') }
}
