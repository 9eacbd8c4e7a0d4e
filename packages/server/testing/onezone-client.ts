import { checkAgainstDocument } from './onezone-document.ts'

/** Who a request speaks as. */
export type Caller =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'nobody' }

export interface OnezoneAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body; `undefined` when there is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined
}

/** An answer that a test did not expect; the message names the call and the body. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'
}

type AnswerCheck = typeof checkAgainstDocument

export const ONEZONE_BASE = '/api/v3/onezone'

/** The calls of the Onezone API that tests make over and over. Each method throws {@link UnexpectedAnswer} unless it succeeds. */
export class OnezoneClient {
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #check: AnswerCheck

  /** @param check what each answer has to bear; a benchmark has no time for it */
  constructor(url: string, caller: Caller, check: AnswerCheck = checkAgainstDocument) {
    this.#url = `${url}${ONEZONE_BASE}`
    this.#headers = headersOf(caller)
    this.#check = check
  }

  /**
   * Any call, whatever its outcome, as long as it is one that the API's document has.
   * @param path below the API's base
   * @throws what `fetch` throws when there is no answer
   */
  async request(method: string, path: string, body?: unknown): Promise<OnezoneAnswer> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    this.#check(method, `${this.#url}${path}`, { status: answer.status, headers: answer.headers, text })
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    }
  }

  async createNamedToken(
    user: string,
    token: { readonly name: string } & Readonly<Record<string, unknown>>,
  ): Promise<{ id: string; token: string }> {
    const json = await this.#expect(201, 'POST', `${ofUser(user)}/tokens/named`, token)
    return { id: String(json['tokenId']), token: String(json['token']) }
  }

  async createTemporaryToken(user: string, validUntil: number): Promise<string> {
    const caveats = [{ type: 'time', validUntil }]
    return String((await this.#expect(201, 'POST', `${ofUser(user)}/tokens/temporary`, { caveats }))['token'])
  }

  async listNamedTokens(user: string): Promise<readonly string[]> {
    return strings((await this.#expect(200, 'GET', `${ofUser(user)}/tokens/named`))['tokens'])
  }

  /** The token's resource; `undefined` when there is none. */
  async findNamedToken(id: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const answer = await this.request('GET', `/tokens/named/${id}`)
    return answer.status === 404 ? undefined : this.#require(200, `GET token ${id}`, answer)
  }

  /** @returns the new user's id */
  async createUser(user: { readonly username?: string; readonly password?: string }): Promise<string> {
    const answer = await this.request('POST', '/users', user)
    this.#require(201, 'POST /users', answer)
    return (answer.headers.get('location') ?? '').split('/').at(-1) ?? ''
  }

  async listUsers(): Promise<readonly string[]> {
    return strings((await this.#expect(200, 'GET', '/users'))['users'])
  }

  /** `accepted`, or the id of the error that the token is refused with. */
  async verdict(token: string): Promise<string> {
    return verdictOf(await this.request('POST', '/tokens/verify_access_token', { token }))
  }

  /** @returns the answer's body, `{}` when it has none */
  async #expect(
    status: number,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Readonly<Record<string, unknown>>> {
    return this.#require(status, `${method} ${path}`, await this.request(method, path, body))
  }

  #require(status: number, call: string, answer: OnezoneAnswer): Readonly<Record<string, unknown>> {
    if (answer.status === status) return answer.json ?? {}
    throw new UnexpectedAnswer(`${call}: ${answer.status} instead of ${status}: ${answer.text}`)
  }
}

/** What an answer of `verify_access_token` says: `accepted`, or the id of the error. */
export function verdictOf(answer: { readonly status: number; readonly json: unknown }): string {
  if (answer.status === 200) return 'accepted'
  // Safe: read with a default at every step; an answer of another shape shows as its status.
  const { error } = (answer.json ?? {}) as { readonly error?: { readonly id?: string } }
  return error?.id ?? `status ${answer.status}`
}

/** @param user a user's id, or `self` for the caller */
function ofUser(user: string): string {
  return user === 'self' ? '/user' : `/users/${user}`
}

function strings(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value
  throw new UnexpectedAnswer(`not a list of ids: ${JSON.stringify(value)}`)
}

function headersOf(caller: Caller): Readonly<Record<string, string>> {
  switch (caller.kind) {
    case 'token':
      return { 'x-auth-token': caller.token }
    case 'password':
      return {
        authorization: `Basic ${Buffer.from(`${caller.username}:${caller.password}`).toString('base64')}`,
      }
    case 'nobody':
      return {}
  }
}
