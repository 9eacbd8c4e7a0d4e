/** One request as the HTTP layer hands it on: what a dialect may know of it, and nothing of the listener. */
export interface Call {
  /** UUIDv4, also in `X-Request-Id` and in every log line of this request. */
  readonly requestId: string
  readonly method: string
  /** The path as it came, still percent-encoded, without the query. */
  readonly path: string
  /** Parsed when first asked for. */
  readonly query: URLSearchParams
  readonly headers: Headers
  /**
   * The client's address behind the trusted proxies; an IPv4 client on an IPv6 socket is written as IPv4. `unknown`
   * when a trusted proxy named no usable address: no IP caveat holds for it.
   */
  readonly clientAddress: string
  /** The request's host, lower case, without port; through trusted proxies only, `X-Forwarded-Host`. Empty when there is none (HTTP/1.0). */
  readonly host: string
  /** Scheme and authority that the client asked, `https://host:port`: where to find what a request has created. */
  readonly origin: string
  /** Whether the request announces a body that is not empty. */
  readonly hasBody: boolean
  /** The whole body; empty when there is none. Asked again, it gives the same. @throws {BodyRefused} */
  readBody(): Promise<Uint8Array>
}

/**
 * Why a body could not be had: over the limit; not finished in time, or before others needed its place; too many large
 * ones already; cut off. Each dialect answers it in its own form (413, 408, 503; nobody is left to read the last).
 */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused'
  readonly reason: 'too_large' | 'too_slow' | 'no_room' | 'cut_off'

  constructor(reason: BodyRefused['reason']) {
    super(reason)
    this.reason = reason
  }
}

export interface Answer {
  readonly status: number
  /** Names in lower case. Exactly these are sent, and `x-request-id`: a body without `content-type` here goes out without one. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Absent: no body at all, and no content type. Texts one after another are sent as they come; when one of them fails,
   * the connection is cut, for the status is gone by then.
   */
  readonly body?: string | Uint8Array | AsyncIterable<string>
  /** For the access log only: which operation it was, who called. Ids, never secrets. */
  readonly operationId?: string
  readonly actorId?: string
  /** For the access log only: the route's path as the table has it, `/tokens/named/{id}`. Absent: the log masks the path. */
  readonly routePath?: string
}

/** The code that speaks one audience's wire format. */
export interface Dialect {
  readonly name: string
  /** Whether a path is this dialect's to answer, known or not. The first dialect of the list that says yes has it. */
  owns(path: string): boolean
  /** Never rejects for what a client sent. A rejection is a bug; the HTTP layer logs it and asks `answerBug`. */
  answer(call: Call): Promise<Answer>
  /** The dialect's form of "something broke here", with a reference that the log line carries too. */
  answerBug(call: Call, reference: string): Answer
  /** The dialect's form of "too busy" and "stopping": 503 with `Retry-After`. */
  answerUnavailable(retryAfterSeconds: number, call: Call): Answer
}
