import { astraApi } from '../src/dialects/astra/openapi.ts'
import { routes } from '../src/dialects/astra/routes.ts'
import { DocumentChecker } from './document-checker.ts'

const checker = new DocumentChecker({
  api: astraApi(),
  routes,
  base: '/accounts',
  // The type of a resource, where that was asked for.
  isTypeFine: (sent, documented) =>
    documented === 'application/json' && /^application\/astra-\w+(?:\+json)?$/.test(sent ?? ''),
  ofNoOperation: [401, 403],
})

export const astraDocument = checker.document

export interface AstraAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body; `{}` when there is none. */
  readonly json: AstraBody
  /** Of a problem's `type`; `undefined` when it is none. */
  readonly problem: number | undefined
}

/** What tests read out of bodies; which of it is there depends on the operation. */
export interface AstraBody extends Readonly<Record<string, unknown>> {
  readonly id: string
  readonly token: string
  readonly name: string
  readonly items: readonly AstraBody[]
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly labels: readonly { readonly name: string; readonly value: string }[]
    readonly count?: number
    readonly continue?: string
  }
  readonly invalidParams?: readonly { readonly name: string; readonly reason: string }[]
  readonly invalidFields?: readonly { readonly name: string; readonly reason: string }[]
}

export interface AstraAsk {
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is. */
  readonly rawBody?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** One call; its answer has to be one that the document allows for. @param token `undefined`: without credentials */
export async function askAstra(
  url: string,
  token: string | undefined,
  method: string,
  path: string,
  { body, rawBody, headers = {} }: AstraAsk = {},
): Promise<AstraAnswer> {
  const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body))
  const answer = await fetch(`${url}/accounts${path}`, {
    method,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    ...(sent !== undefined && { body: sent }),
  })
  const text = await answer.text()
  const { status } = answer
  checker.check(method, `${url}/accounts${path}`, { status, headers: answer.headers, text })
  const json = text === '' ? {} : JSON.parse(text)
  const problem = /^https:\/\/astra\.netapp\.io\/problems\/([0-9]+)$/.exec(json.type ?? '')?.[1]
  return {
    status,
    headers: answer.headers,
    text,
    json,
    problem: problem === undefined ? undefined : Number(problem),
  }
}
