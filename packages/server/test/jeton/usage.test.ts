import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { UnixSeconds } from '../../src/ambient.ts'
import type { NamedToken } from '../../src/authority/named-token.ts'
import { createUser } from '../../src/directory/users.ts'
import { givenTenant, givenToken } from '../store/samples.ts'
import { basic, PASSWORD, startJeton } from './support/start-jeton.ts'

let jeton: Awaited<ReturnType<typeof startJeton>>
let token: NamedToken

beforeAll(async () => {
  jeton = await startJeton()
  token = await givenToken(jeton.store, lineOfAda())
  await createUser(jeton.deps, { tenantId: jeton.tenant.id, username: 'bob', password: PASSWORD })
})
afterAll(() => jeton.stop())

function lineOfAda() {
  const { tenant, ada } = jeton
  return { tenantId: tenant.id, audience: 'onezone', subject: { kind: 'user', id: ada.id } } as const
}

function getUsage(id: string, headers: Readonly<Record<string, string>> = basic('ada')): Promise<Response> {
  return fetch(`${jeton.url}/v1/tokens/${id}/usage`, { headers })
}

describe('GET /v1/tokens/{id}/usage', () => {
  test('says that a token was never used, and then when and how often', async () => {
    const unused = await getUsage(token.id)
    expect([unused.status, await unused.json()]).toEqual([200, { lastUsedAt: null, uses: 0 }])
    const { tenantId, audience } = token.line
    const lastUsedAt = 1_800_000_000 as UnixSeconds
    const found = await jeton.store.reads.verification.findNamed(tenantId, audience, token.id)
    const serial = found?.token.serial ?? 0
    await jeton.store.usage.record([{ serial, lastUsedAt, uses: 3 }], 'at_once')
    const used = await getUsage(token.id)
    expect(await used.json()).toEqual({ lastUsedAt: '2027-01-15T08:00:00Z', uses: 3 })
  })

  test('tells those who manage tokens too', async () => {
    expect((await getUsage(token.id, basic('admin'))).status).toBe(200)
  })

  test('one and the same 404 for a token that is not there and for one that is somebody else’s', async () => {
    const answers = await Promise.all([
      getUsage('nothing'),
      getUsage(token.id, basic('bob')),
      getUsage('nothing', basic('bob')),
    ])
    for (const answer of answers) {
      const { instance: _, ...problem } = (await answer.json()) as Record<string, unknown>
      expect([answer.status, problem]).toEqual([
        404,
        { type: 'urn:jeton:problem:not-found', title: 'There is no such thing.', status: 404 },
      ])
    }
  })

  test('404 for another tenant’s administrator', async () => {
    const { id: tenantId } = await givenTenant(jeton.store)
    const { id } = await createUser(jeton.deps, { tenantId, username: 'guest', password: PASSWORD })
    await jeton.store.atomically(({ users }) => users.changePrivileges(id, ['oz_tokens_manage'], []))
    expect((await getUsage(token.id, basic('guest'))).status).toBe(404)
  })

  test('401 for nobody', async () => {
    expect((await getUsage(token.id, {})).status).toBe(401)
  })
})
