import type { Call } from '../dialects/dialect.ts'
import { clientAddress, isTrustedPeer, UNKNOWN_ADDRESS } from './client-address.ts'
import type { Cidr } from './cidr.ts'
import type { Deadlines } from './deadlines.ts'
import { parseForwardedHostName, parseHostName } from './host-name.ts'
import type { HttpLimits } from './limits.ts'
import { announcedLength, readBody, type AnnouncedLength } from './request-body.ts'
import type { Target } from './request-target.ts'

/** What the calls of one listener have in common. */
export interface CallSurroundings {
  readonly limits: HttpLimits
  readonly trustedProxies: readonly Cidr[]
  readonly bodyDeadlines: Deadlines
}

const NOTHING = new Uint8Array(0)

/** A request of the listener. What not every route asks for is worked out when it is asked for. */
export class HttpCall implements Call {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly headers: Headers
  /** What the headers say; the body itself may still turn out longer, shorter or slower. */
  readonly announcedBytes: AnnouncedLength
  readonly #request: Request
  readonly #server: Bun.Server<undefined>
  readonly #surroundings: CallSurroundings
  readonly #query: string
  #body: Promise<Uint8Array> | undefined
  #isBodyTaken = false

  constructor(
    requestId: string,
    target: Target,
    request: Request,
    server: Bun.Server<undefined>,
    surroundings: CallSurroundings,
  ) {
    this.requestId = requestId
    this.method = request.method
    this.path = target.path
    this.#query = target.query
    this.headers = request.headers
    this.announcedBytes = announcedLength(request.headers)
    this.#request = request
    this.#server = server
    this.#surroundings = surroundings
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.#query)
  }

  get clientAddress(): string {
    const { trustedProxies } = this.#surroundings
    if (trustedProxies.length === 0) return clientAddress(this.#peer, null, trustedProxies)
    return clientAddress(this.#peer, this.headers.get('x-forwarded-for'), trustedProxies)
  }

  get host(): string {
    const forwarded = this.#forwardedHost
    const name =
      forwarded === null ? parseHostName(this.headers.get('host') ?? '') : parseForwardedHostName(forwarded)
    return name ?? ''
  }

  /** No `Host` header is HTTP/1.0's right; two, or one that is none, are answered 400 (RFC 9112, 3.2). */
  get hasValidHost(): boolean {
    const header = this.headers.get('host')
    return header === null || header === '' || parseHostName(header) !== undefined
  }

  get hasBody(): boolean {
    return this.announcedBytes !== 0
  }

  readBody(): Promise<Uint8Array> {
    this.#body ??= this.#read()
    return this.#body
  }

  /** Whether bytes of this request may still come that nobody is going to look at. */
  get hasLeftOver(): boolean {
    if (this.#isBodyTaken || this.announcedBytes === 0) return false
    // A body within the limit that nobody asked for is discarded by the runtime, and the connection serves on.
    return (
      this.#body !== undefined ||
      this.announcedBytes === 'unknown' ||
      this.announcedBytes > this.#surroundings.limits.maxBodyBytes
    )
  }

  async #read(): Promise<Uint8Array> {
    if (!this.hasBody) return NOTHING
    const { limits, bodyDeadlines } = this.#surroundings
    const body = await readBody(this.#request, this.announcedBytes, limits.maxBodyBytes, bodyDeadlines)
    this.#isBodyTaken = true
    return body
  }

  get #peer(): string {
    // Null once the client is gone; then nobody hears the answer, and no address is a good one.
    return this.#server.requestIP(this.#request)?.address ?? UNKNOWN_ADDRESS
  }

  get #forwardedHost(): string | null {
    const { trustedProxies } = this.#surroundings
    if (trustedProxies.length === 0) return null
    const forwarded = this.headers.get('x-forwarded-host')
    return forwarded !== null && isTrustedPeer(this.#peer, trustedProxies) ? forwarded : null
  }
}
