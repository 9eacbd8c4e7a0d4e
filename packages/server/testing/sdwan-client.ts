import type { SdwanCode } from '../src/dialects/sdwan/codes.ts'
import { sdwanApi } from '../src/dialects/sdwan/openapi.ts'
import { routes } from '../src/dialects/sdwan/routes.ts'
import { DocumentChecker } from './document-checker.ts'

const checker = new DocumentChecker({
  api: sdwanApi(),
  routes,
  base: '',
  isTypeFine: (sent, documented) =>
    documented === 'application/json' && sent === 'application/json; charset=utf-8',
  ofNoOperation: [401, 403, 404, 405],
})

export const sdwanDocument = checker.document

export interface SdwanAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body, its numbers as JavaScript has them. */
  readonly json: SdwanBody
  /** Of `_error`, in their order; empty for a success. */
  readonly codes: readonly SdwanCode[]
}

/** What tests read out of bodies; which of it is there depends on the operation. */
export interface SdwanBody extends Readonly<Record<string, unknown>> {
  readonly id: string
  readonly x_auth_token: string
  readonly tenant_id: string
  readonly session_key_c: string
  readonly items: readonly SdwanBody[]
  readonly roles: readonly { readonly name: string }[]
  readonly count: number
  readonly _error?: readonly { readonly code: SdwanCode; readonly message: string }[] | null
}

export interface SdwanAsk {
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is. */
  readonly rawBody?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * One call; its answer has to be one that the document allows for, and a refusal one that clients can show.
 * @param token sent as a header of its own; `undefined`: without it
 */
export async function askSdwan(
  url: string,
  token: string | undefined,
  method: string,
  path: string,
  { body, rawBody, headers = {} }: SdwanAsk = {},
): Promise<SdwanAnswer> {
  const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body))
  const answer = await fetch(url + path, {
    method,
    headers: { ...(token !== undefined && { 'x-auth-token': token }), ...headers },
    ...(sent !== undefined && { body: sent }),
  })
  const text = await answer.text()
  const { status } = answer
  checker.check(method, url + path, { status, headers: answer.headers, text })
  const json: SdwanBody = JSON.parse(text)
  const errors = status === 200 ? [] : (json._error ?? [])
  if (status !== 200 && (errors.length === 0 || errors.some(({ code, message }) => !code || !message))) {
    throw new Error(`${method} ${path}: ${status}: no client shows that: ${text}`)
  }
  return { status, headers: answer.headers, text, json, codes: errors.map(({ code }) => code) }
}
