import { afterEach } from 'bun:test'
import { systemAmbient } from '../../../src/ambient-system.ts'
import { type Answer, BodyRefused, type Call, type Dialect } from '../../../src/dialects/dialect.ts'
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from '../../../src/http/limits.ts'
import { type HttpOptions, type HttpServer, startHttp } from '../../../src/http/start-http.ts'
import { createLog } from '../../../src/log.ts'
import { RawConnection } from '../../../testing/raw-connection.ts'

export interface Listener extends HttpServer {
  readonly url: string
  /** The log's lines so far, parsed. */
  readonly lines: () => readonly Record<string, unknown>[]
  readonly logText: () => string
}

export interface ListenerOptions extends Partial<Omit<HttpOptions, 'limits' | 'dialects'>> {
  readonly limits?: Partial<HttpLimits>
  readonly dialects?: readonly Dialect[]
  /** What the one dialect answers, when none are given. Reads the body and tells what it was, otherwise. */
  readonly answer?: (call: Call) => Promise<Answer>
}

const opened: { close: () => unknown }[] = []

afterEach(async () => {
  for (const thing of opened.splice(0)) await thing.close()
})

/** A real listener on a free port, closed after the test. */
export function listen({ limits, answer, ...options }: ListenerOptions = {}): Listener {
  const written: string[] = []
  const sink = { write: (line: string) => written.push(line), flushSync: () => undefined }
  const server = startHttp({
    dialects: [testDialect(answer)],
    ambient: systemAmbient,
    log: createLog({ ambient: systemAmbient, level: 'info', sink }),
    accessLog: true,
    host: '127.0.0.1',
    port: 0,
    trustedProxies: [],
    stopTimeoutSeconds: 0,
    ...options,
    limits: { ...DEFAULT_HTTP_LIMITS, ...limits },
  })
  opened.push({ close: () => server.stop() })
  return {
    ...server,
    url: `http://127.0.0.1:${server.port}`,
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    logText: () => written.join(''),
  }
}

/** A connection to it, closed after the test. */
export async function connectTo({ port }: HttpServer): Promise<RawConnection> {
  const connection = await RawConnection.open(port)
  opened.push(connection)
  return connection
}

/** The head of a request, with a Host and what else is given. */
export function head(requestLine: string, ...headers: readonly string[]): string {
  return [`${requestLine} HTTP/1.1`, 'Host: zone.example', ...headers, '', ''].join('\r\n')
}

/** A dialect that owns every path below `/test`. */
export function testDialect(answer: (call: Call) => Promise<Answer> = answerWithBody): Dialect {
  return {
    name: 'test',
    owns: (path) => path.startsWith('/test'),
    answer,
    answerBug: (_, reference) => ({ status: 500, body: JSON.stringify({ reference }), headers: JSON_TYPE }),
    answerUnavailable: (seconds) => ({ status: 503, headers: { 'retry-after': String(seconds) } }),
  }
}

export const JSON_TYPE = { 'content-type': 'application/json' }

/** Tells what the body was, or why it could not be had. */
export async function answerWithBody(call: Call): Promise<Answer> {
  try {
    const body = await call.readBody()
    return {
      status: 200,
      headers: JSON_TYPE,
      body: JSON.stringify({ bytes: body.length, hasBody: call.hasBody }),
    }
  } catch (error) {
    if (error instanceof BodyRefused) return { status: REFUSED[error.reason], body: error.reason }
    throw error
  }
}

const REFUSED = { too_large: 413, too_slow: 408, no_room: 503, cut_off: 400 } as const
