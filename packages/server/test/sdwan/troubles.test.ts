import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Call } from '../../src/dialects/dialect.ts'
import { CODES } from '../../src/dialects/sdwan/codes.ts'
import type { SdwanDeps } from '../../src/dialects/sdwan/deps.ts'
import { sdwanDialect } from '../../src/dialects/sdwan/index.ts'
import { requestIdOf } from '../../src/dialects/sdwan/request-id.ts'
import { routes } from '../../src/dialects/sdwan/routes.ts'
import { CLOSED, type RawAnswer, RawClient, rawRequest } from '../../testing/raw-connection.ts'
import { startNode } from '../../testing/start-node.ts'
import { type NewToken, onEachDatabase, type World, worldOf } from './world.ts'

describe('a node whose disk is nearly full', () => {
  let world: World
  let token: NewToken
  let isFull = false
  beforeAll(async () => {
    world = await worldOf(await startNode('SQLite', { isStoreNearlyFull: () => isFull }))
    token = await world.admin.newToken()
    isFull = true
  })
  afterAll(() => world.stop())

  test('makes no token more, and says when to ask again', async () => {
    const { codes, headers, status } = await world.admin.ask('POST', world.admin.tokens, { body: {} })
    expect([codes, status, headers.get('retry-after')]).toEqual([['STORE_FULL'], 503, '1'])
  })

  test('goes on letting in, showing and revoking', async () => {
    const { admin } = world
    expect((await world.logIn('admin')).status).toBe(200)
    expect((await admin.ask('GET', admin.tokens)).json.count).toBe(1)
    expect((await admin.ask('DELETE', `${admin.tokens}/${token.id}`)).status).toBe(200)
    expect((await admin.ask('GET', '/v2.0/api/logout')).status).toBe(200)
  })
})

onEachDatabase((world) => {
  let client: RawClient | undefined
  afterAll(() => client?.close())
  const raw = async (request: Uint8Array): Promise<RawAnswer> => {
    client ??= new RawClient(world().port)
    const answer = await client.exchange(request)
    if (answer === CLOSED) throw new Error('the server hung up')
    return answer
  }

  /** Each once: its versions and paths differ in nothing here. */
  const reads = routes.filter(
    ({ isUnified, path, method }) => method === 'GET' && /^\/v2\.[01]\/api/.test(path) && !isUnified,
  )
  test('no GET looks at what a body holds, or at what type it is said to have', async () => {
    const { admin } = world()
    for (const { path } of reads.filter((route) => !/log(?:in|out)$/.test(route.path))) {
      const at = path.replace('{tenant_id}', admin.tenant).replace('{operator_id}', admin.id)
      const plain = await admin.ask('GET', at)
      for (const body of [undefined, '{"broken', '\xff']) {
        const headers = [
          ['X-Auth-Token', admin.token],
          ['Content-Type', 'application/json'],
        ] as const
        const { status } = await raw(rawRequest('GET', at, headers, body))
        expect([at, status]).toEqual([at, plain.status])
      }
    }
  })

  test('no DELETE does either', async () => {
    const { admin } = world()
    for (const body of [undefined, '{"broken']) {
      const { id } = await admin.newToken()
      const headers = [
        ['X-Auth-Token', admin.token],
        ['Content-Type', 'application/json'],
      ] as const
      const { status } = await raw(rawRequest('DELETE', `${admin.tokens}/${id}`, headers, body))
      expect(status).toBe(200)
    }
  })

  test('the path of a tenant at the unified base is the same with and without a slash at its end', async () => {
    const { admin } = world()
    const [bare, slashed] = [
      await admin.ask('GET', '/sdwan/v2.12/api'),
      await admin.ask('GET', '/sdwan/v2.12/api/'),
    ]
    expect([bare.status, bare.json.id]).toEqual([200, admin.tenant])
    expect(slashed.json.id).toBe(bare.json.id)
  })
})

describe('what is nobody’s fault', () => {
  const ambient = { nowMillis: () => 1_795_378_801_000 }
  // Neither looks at anything else that the dialect is wired with.
  const dialect = sdwanDialect({ ambient } as SdwanDeps)
  const call = { requestId: '5e0c7a94-2b6d-4f13-8d70-1c9b3e5f7a24' } as Call

  test('a bug is told with the reference to its line in the log, and no word of what broke', () => {
    const answer = dialect.answerBug(call, 'k7d2')
    expect(answer.status).toBe(500)
    expect(JSON.parse(answer.body as string)).toEqual({
      _error: [{ code: 'INTERNAL_ERROR', message: `${CODES.INTERNAL_ERROR[1]} Reference: k7d2` }],
      _status_code: '500',
      _request_id: requestIdOf(ambient, call.requestId),
      _content_length: '0',
    })
  })

  test('a node that stops, or is busy, says when to ask again', () => {
    const answer = dialect.answerUnavailable(3, call)
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '3' } })
    expect(JSON.parse(answer.body as string)).toMatchObject({ _error: [{ code: 'SERVICE_UNAVAILABLE' }] })
  })
})

describe('the id of a request', () => {
  const at = { nowMillis: () => 1_795_378_801_000 }
  test('is 38 digits that begin with the time, and follows from the id in the log', () => {
    const id = requestIdOf(at, '5e0c7a94-2b6d-4f13-8d70-1c9b3e5f7a24')
    expect(id).toMatch(/^1795378801000[0-9]{25}$/)
    expect(requestIdOf(at, '5e0c7a94-2b6d-4f13-8d70-1c9b3e5f7a24')).toBe(id)
    expect(requestIdOf(at, '5e0c7a94-2b6d-4f13-8d70-1c9b3e5f7a25')).not.toBe(id)
    expect(requestIdOf(at, '00000000-0000-4000-8000-000000000000')).toMatch(/^1795378801000[0-9]{25}$/)
  })
})

describe('the table of codes', () => {
  test.each(Object.entries(CODES))('has a message for %s that clients can show', (_, [status, message]) => {
    expect([400, 401, 403, 404, 405, 408, 413, 500, 503]).toContain(status)
    expect(message).toMatch(/^[A-Za-z_].*\.$/)
  })
})
