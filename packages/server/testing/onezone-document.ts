import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { JsonSchema } from '../src/dialects/json-schema.ts'
import { documentOf } from '../src/dialects/openapi-dialect.ts'
import { mapSchemas } from '../src/dialects/openapi-document.ts'
import { onezoneApi } from '../src/dialects/onezone/openapi.ts'
import { routes } from '../src/dialects/onezone/routes.ts'
import { routeTable } from '../src/dialects/route-table.ts'

/** The OpenAPI document of the Onezone API, as far as tests read it. */
export interface OnezoneDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly responses: Readonly<Record<string, DocumentResponse>>
  }
}

export interface DocumentOperation {
  readonly operationId: string
  readonly summary: string
  readonly requestBody?: { readonly content: JsonContent }
  readonly responses: Readonly<Record<string, DocumentResponse | { readonly $ref: string }>>
}

interface DocumentResponse {
  readonly content?: JsonContent
  readonly headers?: Readonly<Record<string, unknown>>
}

interface JsonContent {
  readonly 'application/json': { readonly schema: JsonSchema }
}

// As a client reads it: what is not JSON does not survive.
export const onezoneDocument: OnezoneDocument = JSON.parse(JSON.stringify(documentOf(onezoneApi())))

/** An answer that the document does not allow for. */
export class NotAsDocumented extends Error {
  override readonly name = 'NotAsDocumented'
}

export interface CheckedAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

const BASE = '/api/v3/onezone'
const table = routeTable(routes)
/** Where there is no operation, and what every listener may say before it has looked at the path. */
const OF_NO_OPERATION = new Set([400, 404, 414, 431, 503])

/**
 * Holds an answer against the document: its status is one of the operation's, its body is what that status has.
 * @param url as it was sent, whole
 * @throws {NotAsDocumented}
 */
export function checkAgainstDocument(method: string, url: string, answer: CheckedAnswer): void {
  const match = table.match(method, new URL(url).pathname.slice(BASE.length))
  const fail = (why: string): never => {
    const { status, text } = answer
    throw new NotAsDocumented(`${method} ${new URL(url).pathname}: ${status}: ${why}: ${text.slice(0, 300)}`)
  }
  if (match.kind === 'unknown_path') {
    if (!OF_NO_OPERATION.has(answer.status)) fail('there is no such operation')
  } else if (match.kind === 'unknown_method') {
    if (answer.status !== 405 && !OF_NO_OPERATION.has(answer.status)) fail('there is no such operation')
  } else {
    const operation = onezoneDocument.paths[match.route.routePath]?.[method.toLowerCase()]
    const complaint =
      operation === undefined
        ? 'the document lacks it'
        : complaintAbout(responseOf(operation, answer), answer)
    if (complaint !== undefined) fail(complaint)
  }
}

/** Whether the document takes that body. @returns what is wrong with it, if anything */
export function complaintAboutBody(operation: DocumentOperation, body: unknown): string | undefined {
  const schema = operation.requestBody?.content['application/json'].schema
  return schema === undefined ? 'it takes no body' : validate(schema, body)
}

function responseOf(operation: DocumentOperation, { status }: CheckedAnswer): DocumentResponse | undefined {
  const response = operation.responses[String(status)]
  if (response === undefined || !('$ref' in response)) return response
  return onezoneDocument.components.responses[response.$ref.split('/').at(-1) ?? '']
}

function complaintAbout(response: DocumentResponse | undefined, answer: CheckedAnswer): string | undefined {
  if (response === undefined) return 'the document has no such status there'
  for (const name of ['location', 'retry-after']) {
    const isDeclared = Object.keys(response.headers ?? {}).some((header) => header.toLowerCase() === name)
    if (isDeclared !== answer.headers.has(name))
      return `${name} is ${isDeclared ? 'missing' : 'not declared'}`
  }
  if (response.content === undefined) return answer.text === '' ? undefined : 'it should have no body'
  // Refused credentials: the one answer with a body that does not say what it is.
  const mayLackType = answer.status === 401 && !answer.headers.has('content-type')
  if (!mayLackType && answer.headers.get('content-type') !== 'application/json') return 'it is not JSON'
  return validate(response.content['application/json'].schema, parsed(answer.text))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new NotAsDocumented(`not JSON: ${text.slice(0, 300)}`)
  }
}

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false })
ajv.addSchema(closed({ properties: onezoneDocument.components.schemas }), 'components')
const compiled = new Map<JsonSchema, ValidateFunction>()

function validate(schema: JsonSchema, value: unknown): string | undefined {
  const known = compiled.get(schema) ?? ajv.compile(withReferences(closed(schema)))
  compiled.set(schema, known)
  return known(value) ? undefined : ajv.errorsText(known.errors, { dataVar: 'body' }).slice(0, 400)
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
