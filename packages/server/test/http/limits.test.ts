import { describe, expect, test } from 'bun:test'
import { parseCidr } from '../../src/http/cidr.ts'
import { CLOSED } from '../../testing/raw-connection.ts'
import {
  answerWithBody,
  connectTo,
  head,
  listen,
  type Listener,
  type ListenerOptions,
} from './support/listener.ts'

const LOCAL_PROXY = [parseCidr('127.0.0.1')].filter((cidr) => cidr !== undefined)
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

async function exchange(pieces: readonly string[], limits = {}) {
  const connection = await connectTo(listen({ limits }))
  const answer = await connection.exchange(pieces)
  if (answer === CLOSED) throw new Error('closed without an answer')
  return { ...answer, connection }
}

function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}

const LAST_CHUNK = '0\r\n\r\n'

describe('a body', () => {
  const limits = { maxBodyBytes: 100 }

  test.each([
    ['of exactly the limit is read', [head('POST /test', 'Content-Length: 100') + 'x'.repeat(100)], 100],
    [
      'of exactly the limit in chunks is read',
      [
        head('POST /test', 'Transfer-Encoding: chunked'),
        chunk('x'.repeat(60)),
        chunk('x'.repeat(40)),
        LAST_CHUNK,
      ],
      100,
    ],
    [
      'in chunks that is empty is read as empty',
      [head('POST /test', 'Transfer-Encoding: chunked'), LAST_CHUNK],
      0,
    ],
    ['of no bytes is none', [head('POST /test', 'Content-Length: 0')], 0],
    ['that is not announced is none', [head('POST /test')], 0],
  ])('%s', async (_, pieces, bytes) => {
    const { status, body } = await exchange(pieces, limits)
    expect(status).toBe(200)
    expect(JSON.parse(body).bytes).toBe(bytes)
  })

  test('that announces too much is refused before it comes, and the connection ends', async () => {
    const { status, body, connection } = await exchange([head('POST /test', 'Content-Length: 101')], limits)
    expect({ status, body }).toEqual({ status: 413, body: 'too_large' })
    expect(connection.isOpen).toBe(false)
  })

  test('that announces far too much is refused by the runtime', async () => {
    const { status, body, connection } = await exchange([head('POST /test', 'Content-Length: 401')], limits)
    expect({ status, body }).toEqual({ status: 413, body: '' })
    expect(connection.isOpen).toBe(false)
  })

  test('in chunks is refused as soon as it is too large, though it goes on', async () => {
    const pieces = [
      head('POST /test', 'Transfer-Encoding: chunked'),
      chunk('x'.repeat(60)),
      chunk('x'.repeat(41)),
    ]
    const { status, body, connection } = await exchange(pieces, limits)
    expect({ status, body }).toEqual({ status: 413, body: 'too_large' })
    expect(connection.isOpen).toBe(false)
  })

  test('that does not arrive in time is refused as too slow, and the connection ends', async () => {
    const pieces = [head('POST /test', 'Content-Length: 100'), 'x']
    const { status, body, connection } = await exchange(pieces, { bodyTimeoutSeconds: 0.2 })
    expect({ status, body }).toEqual({ status: 408, body: 'too_slow' })
    expect(connection.isOpen).toBe(false)
  })

  test('in chunks that does not end in time is refused as too slow', async () => {
    const pieces = [head('POST /test', 'Transfer-Encoding: chunked'), chunk('x')]
    expect((await exchange(pieces, { bodyTimeoutSeconds: 0.2 })).status).toBe(408)
  })

  test('that the client cuts off is refused as cut off, and other connections are served on', async () => {
    const reasons: unknown[] = []
    const { promise: refused, resolve } = Promise.withResolvers<void>()
    const listener = listen({
      async answer(call) {
        const body = await call.readBody().catch((error: unknown) => error)
        reasons.push(body instanceof Error ? body.message : 'read')
        if (body instanceof Error) resolve()
        return { status: 200 }
      },
    })
    const half = await connectTo(listener)
    const whole = await connectTo(listener)
    void half.exchange([head('POST /test', 'Content-Length: 100'), 'x'])
    expect(await whole.exchange(`${head('POST /test', 'Content-Length: 1')}x`)).toMatchObject({ status: 200 })
    half.close()
    await refused
    expect(reasons).toEqual(['read', 'cut_off'])
  })

  test('within the limit that nobody reads leaves the connection usable', async () => {
    const connection = await connectTo(listen({ answer: async () => ({ status: 204 }) }))
    const first = await connection.exchange([head('POST /test', 'Content-Length: 5'), 'xxxxx'])
    const second = await connection.exchange(head('GET /test'))
    expect([first, second]).toMatchObject([{ status: 204 }, { status: 204 }])
  })

  test("in chunks that nobody reads ends the connection: its length is anybody's guess", async () => {
    const connection = await connectTo(listen({ answer: async () => ({ status: 204 }) }))
    await connection.exchange([head('POST /test', 'Transfer-Encoding: chunked'), chunk('x')])
    expect(connection.isOpen).toBe(false)
  })
})

function twice(header: string): readonly string[] {
  return [header, header]
}

describe('the head of a request', () => {
  test.each<[string, string, number]>([
    [
      'with a header value of 4096 bytes is taken',
      head('GET /test', `X-Auth-Token: ${'a'.repeat(4096)}`),
      200,
    ],
    ['with one more is answered 431', head('GET /test', `X-Auth-Token: ${'a'.repeat(4097)}`), 431],
    [
      'with duplicates that are too long together is answered 431',
      head('GET /test', `X: ${'a'.repeat(2048)}`, `X: ${'a'.repeat(2048)}`),
      431,
    ],
    ['with a path of 8192 bytes is taken', head(`GET /test${'a'.repeat(8187)}`), 200],
    ['with a longer one is answered 414', head(`GET /test${'a'.repeat(8188)}`), 414],
    ['with a query that makes it too long is answered 414', head(`GET /test?${'a'.repeat(8188)}`), 414],
    ['with two hosts is answered 400', head('GET /test', 'Host: other.example'), 400],
    ['with one length twice is answered 400', head('POST /test', ...twice('Content-Length: 2')) + 'ab', 400],
    ['with no bytes twice is answered 400', head('POST /test', ...twice('Content-Length: 0')), 400],
    ['with a host that is none is answered 400', 'GET /test HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
    ['with an empty host is taken', 'GET /test HTTP/1.1\r\nHost: \r\n\r\n', 200],
    [
      'that asks for a tunnel is answered 400',
      'CONNECT a.example:1 HTTP/1.1\r\nHost: a.example:1\r\n\r\n',
      400,
    ],
    ['of a path that nobody owns is answered 404', head('GET /other'), 404],
    ['in absolute form is answered by its path', head('GET http://elsewhere.example:99/test?x=1'), 200],
  ])('%s', async (_, request, status) => {
    const answer = await exchange([request])
    expect(answer.status).toBe(status)
    expect(answer.headers.get('x-request-id')).toMatch(UUID)
    if (status !== 200) expect(answer.body).toBe('')
  })

  test('with one length twice ends the connection, however much is announced', async () => {
    const huge = head('POST /test', ...twice('Content-Length: 1000000000'))
    const { status, connection } = await exchange([huge], { maxBodyBytes: 500_000_000 })
    expect(status).toBe(400)
    expect(connection.isOpen).toBe(false)
  })

  /** What the runtime answers before we see it; no request id, and the connection ends. */
  test.each([
    [
      'more than 16 KiB of headers',
      head('GET /test', ...Array.from({ length: 10 }, (_, i) => `X-${i}: ${'a'.repeat(2000)}`)),
      431,
    ],
    ['no host in HTTP/1.1', 'GET /test HTTP/1.1\r\n\r\n', 400],
    ['two lengths', head('POST /test', 'Content-Length: 1', 'Content-Length: 2'), 400],
    ['a length and chunks', head('POST /test', 'Content-Length: 1', 'Transfer-Encoding: chunked'), 400],
    ['a length below zero', head('POST /test', 'Content-Length: -1'), 400],
    ['a folded header', head('GET /test', 'X-Auth-Token: a', ' b'), 400],
    ['a space before a colon', head('GET /test', 'X-Auth-Token : a'), 400],
    ['no HTTP at all', '\u0016\u0003\u0001\r\n\r\n', 400],
  ])('with %s is refused by the runtime', async (_, request, status) => {
    const answer = await exchange([request])
    expect(answer.status).toBe(status)
    expect(answer.connection.isOpen).toBe(false)
  })

  test('with an unknown method has its connection closed', async () => {
    const connection = await connectTo(listen())
    expect(await connection.exchange(head('FOO /test'))).toBe(CLOSED)
  })
})

/** A listener whose dialect takes the body and answers once it is told to. */
function listenAndHold(options: Pick<ListenerOptions, 'limits' | 'trustedProxies'>) {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const listener = listen({
    ...options,
    async answer(call) {
      const answer = await answerWithBody(call)
      if (answer.status !== 200) return answer
      arrive()
      await released
      return answer
    },
  })
  return { listener, arrived, release }
}

async function ask(listener: Listener, pieces: string | readonly string[]) {
  return (await connectTo(listener)).exchange(pieces)
}

describe('when as many requests are in flight as may be', () => {
  test('the next is answered 503, with a body or without, and served once one has ended', async () => {
    const { listener, arrived, release } = listenAndHold({ limits: { maxRequestsInFlight: 1 } })
    const first = ask(listener, head('GET /test'))
    await arrived
    for (const next of [head('GET /test'), `${head('POST /test', 'Content-Length: 1')}x`]) {
      const refused = await ask(listener, next)
      expect(refused).toMatchObject({ status: 503 })
      expect(refused === CLOSED ? undefined : refused.headers.get('retry-after')).toBe('1')
    }
    release()
    expect(await first).toMatchObject({ status: 200 })
    expect(await ask(listener, head('GET /test'))).toMatchObject({ status: 200 })
  })

  const large = 'x'.repeat(70_000)
  test.each([
    ['announces it', head('POST /test', `Content-Length: ${large.length}`) + large],
    ['sends it in chunks', head('POST /test', 'Transfer-Encoding: chunked') + chunk(large) + LAST_CHUNK],
  ])('and large, one more that %s is answered 503, small ones are served', async (_, request) => {
    const { listener, arrived, release } = listenAndHold({ limits: { maxLargeRequestsInFlight: 1 } })
    const first = ask(listener, request)
    await arrived
    const refused = await connectTo(listener)
    expect(await refused.exchange(request)).toMatchObject({ status: 503, body: 'no_room' })
    expect(refused.isOpen).toBe(false)
    release()
    for (const small of [
      head('GET /test'),
      head('POST /test', 'Transfer-Encoding: chunked') + chunk('x') + LAST_CHUNK,
    ]) {
      expect(await ask(listener, small)).toMatchObject({ status: 200 })
    }
    expect(await first).toMatchObject({ status: 200 })
    expect(await ask(listener, request)).toMatchObject({ status: 200 })
  })

  test('and large, those of one client are no more than a quarter', async () => {
    const { listener, arrived, release } = listenAndHold({
      limits: { maxLargeRequestsInFlight: 4 },
      trustedProxies: LOCAL_PROXY,
    })
    const of = (client: string) =>
      head('POST /test', `X-Forwarded-For: ${client}`, `Content-Length: ${large.length}`) + large
    const first = ask(listener, of('2001:db8::1'))
    await arrived
    expect(await ask(listener, of('2001:db8::2'))).toMatchObject({ status: 503 })
    const other = ask(listener, of('2001:db8:0:1::1'))
    release()
    expect([await first, await other]).toMatchObject([{ status: 200 }, { status: 200 }])
  })
})

describe('while bodies are held back', () => {
  const heldBack = (client: string) => head('POST /test', `X-Forwarded-For: ${client}`, 'Content-Length: 2')

  /** Holds back as many bodies as there may be, of so many clients, and waits until the node has seen them. */
  async function holdBack(clients: readonly string[]) {
    const listener = listen({ limits: { maxRequestsInFlight: 8 }, trustedProxies: LOCAL_PROXY })
    const held = []
    for (const client of clients) {
      const connection = await connectTo(listener)
      held.push(connection.exchange(heldBack(client)))
      await ask(listener, head('GET /test'))
    }
    return { listener, held }
  }
  const FOUR_CLIENTS = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'].flatMap((ip) => [ip, ip])

  test('requests without a body are served', async () => {
    const { listener } = await holdBack(FOUR_CLIENTS)
    expect(await ask(listener, head('GET /test'))).toMatchObject({ status: 200 })
  })

  test('as many as may be, the next body takes the place of the oldest', async () => {
    const { listener, held } = await holdBack(FOUR_CLIENTS)
    expect(await ask(listener, `${heldBack('192.0.2.9')}ab`)).toMatchObject({ status: 200 })
    expect(await held[0]).toMatchObject({ status: 408 })
  })

  test.each([
    ['an address', '192.0.2.2', '192.0.2.2'],
    ['an IPv6 block', '2001:db8::1', '2001:db8::2'],
  ])('by %s that has its share, its next body takes the place of its own oldest', async (_, one, same) => {
    const { listener, held } = await holdBack(['192.0.2.1', one, one])
    expect(await ask(listener, `${heldBack(same)}ab`)).toMatchObject({ status: 200 })
    expect(await held[1]).toMatchObject({ status: 408 })
    expect(await Promise.race([held[0], held[2], Promise.resolve('still waiting')])).toBe('still waiting')
  })
})

test('connections between two requests are closed when there are too many', async () => {
  const listener = listen({ limits: { maxConnections: 1 } })
  const connection = await connectTo(listener)
  await connection.exchange(head('GET /test'))
  // Waits for an answer that never comes: the connection ends instead.
  expect(await connection.exchange('')).toBe(CLOSED)
  expect(listener.lines().at(-1)).toMatchObject({ msg: 'too many connections; idle ones closed', closed: 1 })
})
