import { describe, expect, test } from 'bun:test'
import { type Answer, type Call, type Dialect } from '../../src/dialects/dialect.ts'
import { maskPath } from '../../src/http/mask-path.ts'
import { RequestIds } from '../../src/http/request-ids.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import { connectTo, head, JSON_TYPE, listen, testDialect } from './support/listener.ts'

async function get(answer: Answer | ((call: Call) => Promise<Answer>), path = '/test') {
  const listener = listen({ answer: typeof answer === 'function' ? answer : async () => answer })
  const connection = await connectTo(listener)
  const { body, headers, status } = answerOf(await connection.exchange(head(`GET ${path}`)))
  return { listener, body, headers, status, line: listener.lines().at(-1) }
}

function answerOf<Exchanged>(exchanged: Exchanged): Exclude<Exchanged, 'closed'> {
  if (exchanged === 'closed') throw new Error('closed without an answer')
  return exchanged as Exclude<Exchanged, 'closed'>
}

/** Owns what begins so, and answers its name. */
function named(name: string, prefix: string): Dialect {
  const answer = { status: 200, body: name, headers: { 'content-type': 'text/plain' } }
  return { ...testDialect(async () => answer), owns: (path) => path.startsWith(prefix) }
}

describe('a request', () => {
  test('is answered by the first dialect that owns its path', async () => {
    const listener = listen({
      dialects: [named('first', '/a/b'), named('second', '/a'), named('third', '/a/b')],
    })
    const bodies = await Promise.all(
      ['/a/b/c', '/a/c'].map(async (path) => (await fetch(listener.url + path)).text()),
    )
    expect(bodies).toEqual(['first', 'second'])
  })

  test('reaches its dialect as it was sent: method, path still encoded, query, headers', async () => {
    const { body } = await get(
      async ({ method, path, query, headers }) => ({
        status: 200,
        headers: JSON_TYPE,
        body: JSON.stringify([method, path, [...query], headers.get('host')]),
      }),
      '/test/a%2Fb//c?x=1&x=%20&y',
    )
    expect(JSON.parse(body)).toEqual([
      'GET',
      '/test/a%2Fb//c',
      [
        ['x', '1'],
        ['x', ' '],
        ['y', ''],
      ],
      'zone.example',
    ])
  })

  test.each(['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE'])(
    'of %s reaches its dialect',
    async (method) => {
      const listener = listen({ answer: async (call) => ({ status: 405, headers: { allow: call.method } }) })
      const connection = await connectTo(listener)
      const answer = await connection.exchange(head(`${method} /test`), { isHead: method === 'HEAD' })
      expect(answerOf(answer).headers.get('allow')).toBe(method)
    },
  )

  test('with a body that is asked for twice gets the same one twice', async () => {
    const listener = listen({
      async answer(call) {
        return { status: (await call.readBody()) === (await call.readBody()) ? 200 : 500 }
      },
    })
    expect((await fetch(`${listener.url}/test`, { method: 'POST', body: 'x' })).status).toBe(200)
  })
})

describe('an answer', () => {
  test('has the headers that its dialect gave, and the request id', async () => {
    const { headers, line } = await get({ status: 200, headers: { ...JSON_TYPE, 'x-own': 'a' }, body: '{}' })
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('x-own')).toBe('a')
    expect(line?.['requestId']).toBe(headers.get('x-request-id'))
  })

  test('that says what others say, too, has its own request id, and ends its own connection only', async () => {
    const { promise: allThere, resolve } = Promise.withResolvers<void>()
    let there = 0
    const listener = listen({
      async answer(call) {
        there += 1
        if (there === 5) resolve()
        await allThere
        // The body that is left over ends the connection.
        return { status: call.hasBody ? 413 : 200, headers: JSON_TYPE, body: '{}' }
      },
    })
    const requests = [head('GET /test'), head('GET /test'), head('POST /test', 'Transfer-Encoding: chunked')]
    const answers = await Promise.all(
      [...requests, head('GET /test'), head('GET /test')].map(async (request) =>
        answerOf(await (await connectTo(listener)).exchange(request)),
      ),
    )
    const ids = answers.map(({ headers }) => headers.get('x-request-id'))
    expect(new Set(ids).size).toBe(5)
    expect(new Set(listener.lines().map((line) => line['requestId']))).toEqual(new Set(ids))
    expect(answers.map(({ headers }) => headers.get('connection') === 'close')).toEqual([
      false,
      false,
      true,
      false,
      false,
    ])
  })

  test.each([
    ['text', '{"a":"é"}'],
    ['bytes', new TextEncoder().encode('{"a":"é"}')],
  ])('of %s without a content type goes out without one', async (_, body) => {
    const answer = await get({ status: 401, body })
    expect(answer.headers.has('content-type')).toBe(false)
    expect(answer.body).toBe('{"a":"é"}')
  })

  test('without a body has none, and no content type', async () => {
    const { headers, body } = await get({ status: 404 })
    expect(headers.get('content-length')).toBe('0')
    expect(headers.has('content-type')).toBe(false)
    expect(body).toBe('')
  })
})

describe('a bug', () => {
  const canary = 'CanaryOfASecret17'

  test('is answered in the form of its dialect, with the reference that the log has', async () => {
    const { status, body, listener, headers } = await get(() => Promise.reject(new Error('it broke')))
    const { reference } = JSON.parse(body)
    expect(status).toBe(500)
    expect(reference).toMatch(/^[0-9a-f]{10}$/)
    expect(listener.lines()[0]).toMatchObject({
      level: 'error',
      reference,
      requestId: headers.get('x-request-id'),
      dialect: 'test',
      error: { name: 'Error', message: 'it broke' },
    })
  })

  test.each<[string, () => unknown]>([
    ['of a JSON parser', () => JSON.parse(`${canary} {`)],
    [
      'that quotes',
      () => {
        throw new TypeError(`no such key "${canary}"`)
      },
    ],
    [
      'that does not quote',
      () => {
        throw new Error(`no such key ${canary}`)
      },
    ],
    [
      'with a cause',
      () => {
        throw new Error('failed', { cause: new Error(canary) })
      },
    ],
    [
      'with a code',
      () => {
        throw Object.assign(new Error('failed'), { code: `${canary} x` })
      },
    ],
    [
      'that looks like a frame of a stack',
      () => {
        throw new Error(`a\n    at ${canary} (/x.ts:1:1)`)
      },
    ],
  ])('%s leaves the value out of the log, and shows where it was', async (_, broken) => {
    const { listener } = await get(async () => {
      broken()
      return { status: 200 }
    })
    expect(listener.lines()[0]).toMatchObject({ level: 'error', msg: 'a request met a bug' })
    expect(listener.logText()).not.toContain(canary)
    expect(listener.logText()).toContain('pipeline.test.ts')
  })

  test('that is thrown as no error is told by its type alone', async () => {
    const { listener } = await get(() => Promise.reject(canary))
    expect(listener.lines()[0]).toMatchObject({ error: { name: 'thrown string' } })
    expect(listener.logText()).not.toContain(canary)
  })

  test('while answering a bug still is an answer', async () => {
    const dialect = testDialect(() => Promise.reject(new Error('first')))
    const broken: Dialect = {
      ...dialect,
      answerBug: () => {
        throw new Error('second')
      },
    }
    const listener = listen({ dialects: [broken] })
    expect((await fetch(`${listener.url}/test`)).status).toBe(500)
  })

  test('does not count as in flight for ever', async () => {
    const listener = listen({
      limits: { maxRequestsInFlight: 1 },
      answer: () => Promise.reject(new Error('it broke')),
    })
    const statuses = [await fetch(`${listener.url}/test`), await fetch(`${listener.url}/test`)].map(
      (a) => a.status,
    )
    expect(statuses).toEqual([500, 500])
  })
})

describe('the access log', () => {
  test('tells who did what, by the path of the route', async () => {
    const { line, headers } = await get({
      status: 204,
      operationId: 'delete_named_token',
      actorId: 'u1',
      routePath: '/tokens/named/{id}',
    })
    expect(line).toEqual({
      level: 'info',
      time: expect.any(Number),
      requestId: headers.get('x-request-id'),
      method: 'GET',
      path: '/tokens/named/{id}',
      status: 204,
      durationMs: expect.any(Number),
      operationId: 'delete_named_token',
      actorId: 'u1',
      clientAddress: '127.0.0.1',
      msg: 'request',
    })
  })

  test('has a line for what no dialect has seen, too', async () => {
    const { line } = await get({ status: 200 }, '/nowhere')
    expect(line).toMatchObject({ path: '/nowhere', status: 404 })
  })

  test('has nothing of query, headers and body', async () => {
    const listener = listen()
    await fetch(`${listener.url}/test/CANARY1?a=CANARY2`, {
      method: 'POST',
      body: 'CANARY3',
      headers: { 'x-auth-token': 'CANARY4', referer: 'CANARY5' },
    })
    expect(listener.lines()).toHaveLength(1)
    expect(listener.logText()).not.toContain('CANARY')
  })

  test('is silent when it is switched off', async () => {
    const listener = listen({ accessLog: false })
    await fetch(`${listener.url}/test`)
    expect(listener.logText()).toBe('')
  })

  test.each([
    ['/api/v3/onezone/tokens/named', '/api/v3/onezone/tokens/named'],
    ['/v2.12/api/usr/', '/v2.12/api/usr/'],
    ['/tokens/named/4c71496ba3dff0052c04c697b12fe157ch9a1f', '/tokens/named/*'],
    ['/users/Bob/x', '/users/*/x'],
    ['/MDAxY2xvY2F00aW9uIG9uZXpvbmUK', '/*'],
    ['/a%20b', '/*'],
    [`/${'a'.repeat(33)}`, '/*'],
    [`/${'a/'.repeat(40)}`, `/${'a/'.repeat(12)}…`],
    ['', ''],
  ])('shows %s as %s when no route is known', (path, shown) => {
    expect(maskPath(path)).toBe(shown)
  })
})

test('request ids are UUIDv4s, each another', () => {
  const ids = new RequestIds(systemAmbient)
  const drawn = Array.from({ length: 1000 }, () => ids.next())
  expect(new Set(drawn).size).toBe(1000)
  for (const id of drawn) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
  // All four variants, so none of their bits stands still.
  expect(new Set(drawn.map((id) => id[19])).size).toBe(4)
})
