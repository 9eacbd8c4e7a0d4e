import type { JsonSchema } from '../json-schema.ts'
import { parameterNames } from '../openapi-document.ts'
import { routes } from './routes.ts'
import { type SectionName, sectionOf } from './sections.ts'
import { API_RELEASE } from './zone-routes.ts'

export type { JsonSchema } from '../json-schema.ts'
export { sections } from './sections.ts'

/** The release of Onezone whose API this is. */
export const apiRelease = API_RELEASE

/** One operation of the Onezone API as command lines name it. */
export interface OnezoneOperation {
  /** The operation id in camel case: `deleteNamedTokensOfUser`. */
  readonly name: string
  readonly method: string
  /** The whole path; `{id}` stands for one segment. */
  readonly path: string
  readonly parameters: readonly string[]
  readonly section: SectionName
  readonly summary: string
  /** `undefined`: it takes no body. */
  readonly body: JsonSchema | undefined
  readonly isPublic: boolean
}

export const operations: readonly OnezoneOperation[] = routes.map((route) => ({
  name: camelCase(route.operationId),
  method: route.method,
  path: route.routePath,
  parameters: parameterNames(route.path),
  section: sectionOf(route.path),
  summary: route.summary,
  body: route.body.schema,
  isPublic: route.callers === 'anyone',
}))

function camelCase(operationId: string): string {
  return operationId.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
