import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Call } from '../../src/dialects/dialect.ts'
import type { AstraDeps } from '../../src/dialects/astra/deps.ts'
import { astraDialect } from '../../src/dialects/astra/index.ts'
import { routes } from '../../src/dialects/astra/routes.ts'
import { startNode } from '../../testing/start-node.ts'
import { type Fixture, makeFixture } from './fixture.ts'
import { TOKEN, type World, worldOf } from './world.ts'

describe('a node whose disk is nearly full', () => {
  let world: World
  let fixture: Fixture
  let isFull = false
  beforeAll(async () => {
    world = await worldOf(await startNode('SQLite', { isStoreNearlyFull: () => isFull }))
    fixture = await makeFixture(world)
    isFull = true
  })
  afterAll(() => world.stop())

  test.each(
    routes.filter(({ method }) => method === 'POST').map((route) => [route.operationId, route] as const),
  )('%s is problem 24, and says when to ask again', async (_, route) => {
    const body = { ...BODIES[route.kind], type: route.media.type, version: route.media.version }
    const answer = await fixture.callerOf(route).askAt('POST', fixture.pathOf(route), { body })
    expect([answer.problem, answer.status, answer.headers.get('retry-after')]).toEqual([24, 503, '1'])
  })

  test('goes on reading, changing and revoking', async () => {
    const { member, tokenId } = fixture
    const at = `/core/v1/users/${member.id}/tokens/${tokenId}`
    expect((await member.ask('GET', at)).status).toBe(200)
    expect((await member.ask('PUT', at, { body: { ...TOKEN, name: 'renamed' } })).status).toBe(204)
    expect((await member.ask('DELETE', at)).status).toBe(204)
  })
})

const BODIES: Readonly<Record<string, object>> = {
  account: { name: 'x' },
  user: { email: 'x@example.org' },
  group: { authProvider: 'ldap', authID: 'cn=x' },
  roleBinding: { accountID: '00000000-0000-0000-0000-000000000000', role: 'viewer' },
  credential: { name: 'x', keyStore: { word: 'YQ==' } },
  token: { name: 'x' },
}

describe('what is nobody’s fault', () => {
  // Neither looks at what the dialect is wired with.
  const dialect = astraDialect({} as AstraDeps)
  const call = { requestId: '5e0c7a94-2b6d-4f13-8d70-1c9b3e5f7a24' } as Call

  test('a bug is problem 34, with the id of the request and no word of what broke', () => {
    const answer = dialect.answerBug(call, 'secret reference')
    expect(answer).toMatchObject({ status: 500, headers: { 'content-type': 'application/problem+json' } })
    expect(JSON.parse(answer.body as string)).toEqual({
      type: 'https://astra.netapp.io/problems/34',
      title: 'Internal server error',
      detail: 'The server was unable to process this request.',
      status: '500',
      correlationID: call.requestId,
    })
  })

  test('a node that stops, or is busy, is problem 24', () => {
    const answer = dialect.answerUnavailable(3, call)
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '3' } })
    expect(JSON.parse(answer.body as string)).toMatchObject({
      type: 'https://astra.netapp.io/problems/24',
      status: '503',
      correlationID: call.requestId,
    })
  })
})
