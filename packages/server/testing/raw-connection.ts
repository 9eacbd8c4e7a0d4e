import { connect, type Socket } from 'node:net'

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  /** By lower-case name; duplicates joined by commas. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** The server closed the connection, or reset it, before a whole answer had come. */
export const CLOSED = 'closed' as const

/** What came is not an HTTP/1.1 answer. */
export class NotHttp extends Error {
  override readonly name = 'NotHttp'
}

const HEADERS_END = '\r\n\r\n'
const STATUS_LINE = /^HTTP\/1\.1 (\d{3})(?: |$)/

interface Waiting {
  readonly hasBody: boolean
  readonly resolve: (answer: RawAnswer | typeof CLOSED) => void
  readonly reject: (reason: unknown) => void
}

/**
 * A keep-alive connection that sends exactly the bytes it is given, one exchange at a time. Unlike `fetch` it neither
 * mends a request nor sends it again, and it is known when each byte left.
 */
export class RawConnection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: Waiting | undefined
  #isOpen = true

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', () => this.#end())
    socket.on('close', () => this.#end())
  }

  static open(port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new RawConnection(socket))
      })
    })
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /**
   * Sends the bytes and waits for one answer.
   * @param pieces sent as separate packets, as far as the system lets them be; none: an answer to what was sent before
   * @throws {NotHttp}
   */
  async exchange(
    pieces: string | Uint8Array | readonly (string | Uint8Array)[],
    { isHead = false }: { readonly isHead?: boolean } = {},
  ): Promise<RawAnswer | typeof CLOSED> {
    if (this.#waiting !== undefined) throw new Error('an exchange is under way on this connection')
    if (!this.#isOpen) return CLOSED
    const { promise, resolve, reject } = Promise.withResolvers<RawAnswer | typeof CLOSED>()
    this.#waiting = { hasBody: !isHead, resolve, reject }
    if (this.#received.length > 0) this.#receive(Buffer.alloc(0))
    const list = typeof pieces === 'string' || pieces instanceof Uint8Array ? [pieces] : pieces
    for (const [index, piece] of list.entries()) {
      // Once round the event loop: the packet before has left, and no answer is waited for.
      if (index > 0) await new Promise((resolve) => setImmediate(resolve))
      this.send(piece)
    }
    return promise
  }

  /** Sends the bytes and waits for nothing: the answer is the next exchange's. */
  send(piece: string | Uint8Array): void {
    if (this.#isOpen) this.#socket.write(piece)
  }

  close(): void {
    this.#socket.destroy()
    this.#end()
  }

  #end(): void {
    this.#isOpen = false
    this.#waiting?.resolve(CLOSED)
    this.#waiting = undefined
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const waiting = this.#waiting
    if (waiting === undefined) return
    try {
      const answer = this.#takeAnswer(waiting.hasBody)
      if (answer === undefined) return
      this.#waiting = undefined
      if (answer.headers.get('connection') === 'close') this.close()
      waiting.resolve(answer)
    } catch (error) {
      this.#waiting = undefined
      waiting.reject(error)
      this.close()
    }
  }

  #takeAnswer(hasBody: boolean): RawAnswer | undefined {
    const headersEnd = this.#received.indexOf(HEADERS_END)
    if (headersEnd === -1) return undefined
    const [statusLine = '', ...lines] = this.#received.toString('latin1', 0, headersEnd).split('\r\n')
    const status = Number(STATUS_LINE.exec(statusLine)?.[1])
    if (Number.isNaN(status))
      throw new NotHttp(`not a status line: ${JSON.stringify(statusLine.slice(0, 80))}`)
    const headers = parseHeaders(lines)
    const bodyFrom = headersEnd + HEADERS_END.length
    const framed = hasBody ? bodyOf(headers, this.#received.subarray(bodyFrom)) : NO_BODY
    if (framed === undefined) return undefined
    this.#received = this.#received.subarray(bodyFrom + framed.wireBytes)
    return { status, headers, body: framed.body.toString('utf8') }
  }
}

interface FramedBody {
  readonly body: Buffer
  /** What it took on the wire. */
  readonly wireBytes: number
}

const NO_BODY: FramedBody = { body: Buffer.alloc(0), wireBytes: 0 }

/** @returns `undefined` as long as it has not come whole */
function bodyOf(headers: ReadonlyMap<string, string>, received: Buffer): FramedBody | undefined {
  if (headers.get('transfer-encoding') === 'chunked') return chunkedBody(received)
  const length = Number(headers.get('content-length') ?? 0)
  return received.length < length ? undefined : { body: received.subarray(0, length), wireBytes: length }
}

/** RFC 9112, 7.1, without trailers, which nobody here sends. */
function chunkedBody(received: Buffer): FramedBody | undefined {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = received.indexOf('\r\n', at)
    if (lineEnd === -1) return undefined
    const size = Number.parseInt(received.toString('latin1', at, lineEnd), 16)
    if (Number.isNaN(size)) throw new NotHttp('a chunk without a size')
    const from = lineEnd + 2
    at = from + size + 2
    if (received.length < at) return undefined
    if (size === 0) return { body: Buffer.concat(chunks), wireBytes: at }
    chunks.push(received.subarray(from, from + size))
  }
}

function parseHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 1) throw new NotHttp(`not a header line: ${JSON.stringify(line.slice(0, 80))}`)
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const known = headers.get(name)
    headers.set(name, known === undefined ? value : `${known}, ${value}`)
  }
  return headers
}

/** A connection that is opened anew when the server has closed it, as it does after an answer that says so. */
export class RawClient {
  readonly #port: number
  #connection: RawConnection | undefined

  constructor(port: number) {
    this.#port = port
  }

  async exchange(
    request: Uint8Array,
    options?: { readonly isHead?: boolean },
  ): Promise<RawAnswer | typeof CLOSED> {
    if (this.#connection?.isOpen !== true) this.#connection = await RawConnection.open(this.#port)
    return this.#connection.exchange(request, options)
  }

  close(): void {
    this.#connection?.close()
  }
}

/** One request of HTTP/1.1 as bytes. Nothing is checked: headers and body may be anything. */
export function rawRequest(
  method: string,
  path: string,
  headers: readonly (readonly [name: string, value: string])[] = [],
  body?: string | Uint8Array,
): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(body)
  if (body !== undefined) lines.push(`Content-Length: ${bytes.length}`)
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes])
}
