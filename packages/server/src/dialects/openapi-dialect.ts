import type { Answer, Dialect } from './dialect.ts'
import { type ApiDescription, type OpenApi, openApiDocument } from './openapi-document.ts'

const EVERYTHING = '/openapi.json'

/**
 * Serves the OpenAPI documents: `/openapi.json` with all APIs in it, `/openapi/<name>.json` with one.
 * @param apis by the name in the path
 */
export function openApiDialect(
  info: { readonly title: string; readonly version: string },
  apis: Readonly<Record<string, ApiDescription>>,
): Dialect {
  const documents = new Map<string, () => OpenApi>([
    [EVERYTHING, () => openApiDocument(info, Object.values(apis))],
    ...Object.entries(apis).map(([name, api]): [string, () => OpenApi] => [
      `/openapi/${name}.json`,
      () => documentOf(api),
    ]),
  ])
  // Made when first asked for: most servers are never asked.
  const answers = new Map<string, Answer>()
  const answerTo = (path: string): Answer | undefined => {
    const known = answers.get(path)
    const document = known === undefined ? documents.get(path) : undefined
    if (document === undefined) return known
    const answer = documentAnswer(path, document())
    answers.set(path, answer)
    return answer
  }

  return {
    name: 'openapi',
    owns: (path) => documents.has(path),
    answer: ({ method, path }) => {
      const answer = method === 'GET' ? answerTo(path) : undefined
      return Promise.resolve(answer ?? { status: 405, headers: { allow: 'GET' }, routePath: path })
    },
    answerBug: () => ({ status: 500 }),
    answerUnavailable: (retryAfterSeconds) => ({
      status: 503,
      headers: { 'retry-after': String(retryAfterSeconds) },
    }),
  }
}

export function documentOf(api: ApiDescription): OpenApi {
  const { title, version, description } = api
  return openApiDocument({ title, version, description }, [api])
}

function documentAnswer(path: string, document: OpenApi): Answer {
  return {
    status: 200,
    // It holds nothing but what everybody may know, and viewers of such documents run on other origins.
    headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
    body: JSON.stringify(document),
    operationId: 'get_openapi',
    routePath: path,
  }
}
