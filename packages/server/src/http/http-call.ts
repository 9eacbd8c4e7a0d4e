import type { Call } from '../dialects/dialect.ts'
import { clientAddress, isTrustedPeer, UNKNOWN_ADDRESS } from './client-address.ts'
import type { Cidr } from './cidr.ts'
import {
  parseForwardedAuthority,
  parseForwardedHostName,
  parseForwardedScheme,
  parseHostName,
} from './host-name.ts'
import { headerFacts, type HeaderFacts } from './header-facts.ts'
import { type BodyRoom, NO_LENGTH, RequestBody } from './request-body.ts'
import { originParts, type Target } from './request-target.ts'

/** What the calls of one listener have in common. */
export interface CallSurroundings {
  readonly trustedProxies: readonly Cidr[]
  readonly bodyRoom: BodyRoom
}

/** Most requests have none. Nobody changes what a request asks. */
const NO_QUERY = new URLSearchParams()
const NOTHING = Promise.resolve(new Uint8Array(0))

/** A request of the listener. What not every route asks for is worked out when it is asked for. */
export class HttpCall implements Call {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly headers: Headers
  /** What the headers say; the body itself may still turn out longer, shorter or slower. */
  readonly facts: HeaderFacts
  readonly #request: Request
  readonly #server: Bun.Server<undefined>
  readonly #surroundings: CallSurroundings
  readonly #query: string
  /** What the `Host` header says; `undefined` when it is none. */
  readonly #hostName: string | undefined
  #body: RequestBody | undefined
  #clientAddress: string | undefined

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
    this.facts = headerFacts(request.headers)
    this.#hostName = parseHostName(this.facts.host ?? '')
    this.#request = request
    this.#server = server
    this.#surroundings = surroundings
  }

  /** Characters of path and query; the runtime escapes all others, so they are bytes. */
  get urlChars(): number {
    return this.path.length + this.#query.length
  }

  get query(): URLSearchParams {
    return this.#query === '' ? NO_QUERY : new URLSearchParams(this.#query)
  }

  /** Looked up once: while the request runs, the client may go, and his address with him. */
  get clientAddress(): string {
    this.#clientAddress ??= this.#lookUpClient()
    return this.#clientAddress
  }

  get host(): string {
    const forwarded = this.#forwardedHost
    return (forwarded === null ? this.#hostName : parseForwardedHostName(forwarded)) ?? ''
  }

  get origin(): string {
    const [scheme, authority] = originParts(this.#request.url)
    const { trustedProxies } = this.#surroundings
    if (trustedProxies.length === 0 || !isTrustedPeer(this.#peer, trustedProxies))
      return `${scheme}://${authority}`
    const proto = parseForwardedScheme(this.headers.get('x-forwarded-proto') ?? '')
    const host = parseForwardedAuthority(this.headers.get('x-forwarded-host') ?? '')
    return `${proto ?? scheme}://${host ?? authority}`
  }

  /** No `Host` header is HTTP/1.0's right; two, or one that is none, are answered 400 (RFC 9112, 3.2). */
  get hasValidHost(): boolean {
    const { host } = this.facts
    return host === undefined || host === '' || this.#hostName !== undefined
  }

  /** Of the announcement; without a good one nobody can tell where the body ends. */
  get hasValidLength(): boolean {
    return this.facts.announcedBytes !== NO_LENGTH
  }

  get hasBody(): boolean {
    return this.facts.announcedBytes !== 0
  }

  readBody(): Promise<Uint8Array> {
    if (!this.hasBody) return NOTHING
    this.#body ??= new RequestBody(
      this.#request,
      this.facts.announcedBytes,
      this,
      this.#surroundings.bodyRoom,
    )
    return this.#body.bytes
  }

  /** The request has been answered, or is about to be: what it took of the listener's room is another's. */
  release(): void {
    this.#body?.release()
  }

  /** Whether more bytes of this request may come than anybody is going to look at. */
  get hasLeftOver(): boolean {
    if (this.#body !== undefined) return !this.#body.isComplete
    // A body within the limit that nobody asked for is discarded by the runtime, and the connection serves on.
    const { announcedBytes } = this.facts
    return announcedBytes === 'unknown' || announcedBytes > this.#surroundings.bodyRoom.maxBytes
  }

  #lookUpClient(): string {
    const { trustedProxies } = this.#surroundings
    const forwardedFor = trustedProxies.length === 0 ? null : this.headers.get('x-forwarded-for')
    return clientAddress(this.#peer, forwardedFor, trustedProxies)
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
