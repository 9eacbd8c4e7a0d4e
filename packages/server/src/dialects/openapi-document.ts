import type { JsonSchema } from './json-schema.ts'

/** One API as its document shows it. Everything is data: a dialect makes it of its route table. */
export interface ApiDescription {
  readonly title: string
  /** The release of the API, not of this program. */
  readonly version: string
  readonly description: string
  readonly sections: readonly ApiSection[]
  /** By name, as OpenAPI writes them; unique among the APIs of an installation. */
  readonly securitySchemes: Readonly<Record<string, JsonSchema>>
  /** Parameters that every operation takes, by the name of their component. */
  readonly headers: Readonly<Record<string, JsonSchema>>
  readonly operations: readonly DocumentedOperation[]
}

export interface ApiSection {
  readonly name: string
  readonly description: string
}

export interface DocumentedOperation {
  readonly method: string
  /** The whole path; `{id}` stands for one segment. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly section: string
  /** Whether it answers callers without credentials. */
  readonly isPublic: boolean
  /** Its own parameters, beside those of the path and of all operations. */
  readonly query?: readonly QueryParameter[]
  /** `undefined`: it takes no body. */
  readonly body: JsonSchema | undefined
  /** Of its body; absent: `application/json`. */
  readonly bodyContentType?: string
  readonly responses: readonly DocumentedResponse[]
}

export interface QueryParameter {
  readonly name: string
  readonly description: string
  readonly schema: JsonSchema
}

export interface DocumentedResponse {
  readonly status: number
  readonly description: string
  /** Of its JSON; `undefined`: it has no body. */
  readonly schema?: JsonSchema | undefined
  /** Of its body; absent: `application/json`. */
  readonly contentType?: string
  /** What its headers mean, by their names. */
  readonly headers?: Readonly<Record<string, string>>
  /** A response of many operations stands once among the components, under this name. */
  readonly component?: string
}

/** A document of OpenAPI 3.1, or a part of one. */
export type OpenApi = { readonly [key: string]: unknown }

/**
 * The document of one API, or of several that do not collide.
 * @throws {RangeError} when two schemas or two operations share a name
 */
export function openApiDocument(info: OpenApi, apis: readonly ApiDescription[]): OpenApi {
  const components = new Components()
  const operations = apis.flatMap((api) => api.operations.map((operation) => ({ api, operation })))
  const names = new Set<string>()
  const paths: Record<string, Record<string, unknown>> = {}
  for (const { api, operation } of operations) {
    if (names.has(operation.operationId)) throw new RangeError(`two operations are ${operation.operationId}`)
    names.add(operation.operationId)
    const item = (paths[operation.path] ??= { parameters: parametersOf(operation.path, api) })
    item[operation.method.toLowerCase()] = operationObject(operation, api, components)
  }
  return {
    openapi: '3.1.1',
    info,
    servers: [{ url: '/' }],
    tags: apis.flatMap(({ sections }) => sections),
    paths,
    components: {
      schemas: components.schemas,
      responses: components.responses,
      parameters: Object.assign({}, ...apis.map(({ headers }) => headers)),
      securitySchemes: Object.assign({}, ...apis.map(({ securitySchemes }) => securitySchemes)),
    },
  }
}

/** The names in a path's braces, in their order. */
export function parameterNames(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
}

function parametersOf(path: string, { headers }: ApiDescription): readonly OpenApi[] {
  return [
    ...parameterNames(path).map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...Object.keys(headers).map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ]
}

function operationObject(
  operation: DocumentedOperation,
  { securitySchemes }: ApiDescription,
  components: Components,
): OpenApi {
  const { operationId, summary, description, section, isPublic, query = [], responses } = operation
  const credentials = Object.keys(securitySchemes).map((name) => ({ [name]: [] }))
  return {
    tags: [section],
    summary,
    description,
    operationId,
    security: isPublic ? [{}, ...credentials] : credentials,
    ...(query.length > 0 && { parameters: query.map((parameter) => ({ in: 'query', ...parameter })) }),
    ...requestBodyOf(operation, components),
    responses: Object.fromEntries(
      responses.map((response) => [String(response.status), components.referResponse(response)]),
    ),
  }
}

function requestBodyOf({ body, bodyContentType }: DocumentedOperation, components: Components): OpenApi {
  return body === undefined
    ? {}
    : { requestBody: { content: contentOf(components.refer(body), bodyContentType) } }
}

function contentOf(schema: JsonSchema, contentType = 'application/json'): OpenApi {
  return { [contentType]: { schema } }
}

/** What stands once and is referred to. */
class Components {
  readonly schemas: Record<string, JsonSchema> = {}
  readonly responses: Record<string, OpenApi> = {}

  /** The same schema with every named one in it replaced by a reference. */
  refer(schema: JsonSchema): JsonSchema {
    const { title } = schema
    const referred = mapSchemas(schema, (inner) => this.refer(inner))
    if (typeof title !== 'string') return referred
    const known = this.schemas[title]
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(referred)) {
      throw new RangeError(`two schemas are ${title}`)
    }
    this.schemas[title] = referred
    return { $ref: `#/components/schemas/${title}` }
  }

  referResponse(response: DocumentedResponse): OpenApi {
    const { component } = response
    if (component === undefined) return this.#responseObject(response)
    this.responses[component] ??= this.#responseObject(response)
    return { $ref: `#/components/responses/${component}` }
  }

  #responseObject({ description, schema, contentType, headers = {} }: DocumentedResponse): OpenApi {
    const described = Object.entries(headers).map(([name, meaning]) => [
      name,
      { description: meaning, schema: { type: 'string' } },
    ])
    return {
      description,
      ...(described.length > 0 && { headers: Object.fromEntries(described) }),
      ...(schema !== undefined && { content: contentOf(this.refer(schema), contentType) }),
    }
  }
}

/** Keywords under which schemas stand: one, a list of them, or one for each key. */
const WITH_SCHEMA = new Set(['items', 'additionalProperties'])
const WITH_LIST = new Set(['anyOf', 'oneOf', 'allOf'])
const WITH_MAP = new Set(['properties'])

/** @param change applied to each schema directly inside */
export function mapSchemas(schema: JsonSchema, change: (inner: JsonSchema) => JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (WITH_SCHEMA.has(keyword) && isSchema(value)) return [keyword, change(value)]
      if (WITH_LIST.has(keyword) && Array.isArray(value))
        return [keyword, value.map((inner) => (isSchema(inner) ? change(inner) : inner))]
      if (WITH_MAP.has(keyword) && isSchema(value)) {
        return [
          keyword,
          Object.fromEntries(
            Object.entries(value).map(([key, inner]) => [key, isSchema(inner) ? change(inner) : inner]),
          ),
        ]
      }
      return [keyword, value]
    }),
  )
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
