import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type AstraAnswer, askAstra } from '../../testing/astra-client.ts'
import type { TestNode } from '../../testing/start-node.ts'
import { type Fixture, makeFixture } from './fixture.ts'
import { type Person, ROLE_BINDING, startTwo, TOKEN, USER, type World } from './world.ts'

const ROUNDS = 5

describe('of two nodes on one PostgreSQL, the other', () => {
  let first: World
  let second: TestNode
  let stop: (() => Promise<void>) | undefined
  let fixture: Fixture
  beforeAll(async () => {
    const two = await startTwo()
    first = two.first
    second = two.second
    stop = () => two.stop()
    fixture = await makeFixture(first)
  }, 60_000)
  afterAll(() => stop?.())

  /** At the second node, which remembers what it finds good. */
  const there = (token: string, path = '/core/v1/users', method = 'GET'): Promise<AstraAnswer> =>
    askAstra(second.url, token, method, `/${first.account}${path}`)
  const newToken = async (): Promise<{ id: string; token: string }> => {
    const { member } = fixture
    const made = await member.ask('POST', `/core/v1/users/${member.id}/tokens`, {
      body: { ...TOKEN, name: 'x' },
    })
    expect((await there(made.json.token)).status).toBe(200)
    return made.json
  }

  test('refuses a token the moment that its deletion is answered, on either path, and through its credential', async () => {
    const { member, group } = fixture
    const { admin } = first
    for (let round = 0; round < ROUNDS; round += 1) {
      const [one, two, three] = [await newToken(), await newToken(), await newToken()]
      await member.ask('DELETE', `/core/v1/users/${member.id}/tokens/${one.id}`)
      expect((await there(one.token)).problem).toBe(4)
      await admin.ask('DELETE', `/core/v1/groups/${group}/users/${member.id}/tokens/${two.id}`)
      expect((await there(two.token)).problem).toBe(4)
      const filter = encodeURIComponent(`name eq '${three.id}'`)
      const [side] = (await admin.ask('GET', `/core/v1/credentials?filter=${filter}`)).json.items
      await admin.ask('DELETE', `/core/v1/credentials/${side?.id}`)
      expect((await there(three.token)).problem).toBe(4)
    }
  })

  const removed: readonly (readonly [string, (who: Person) => Promise<AstraAnswer>])[] = [
    ['he is deleted', ({ id }) => first.admin.ask('DELETE', `/core/v1/users/${id}`)],
    [
      'his last role is taken from him',
      async ({ id }) => {
        const [binding] = (await first.admin.ask('GET', `/core/v1/users/${id}/roleBindings`)).json.items
        return first.admin.ask('DELETE', `/core/v1/users/${id}/roleBindings/${binding?.id}`)
      },
    ],
  ]
  test.each(removed)('refuses all tokens of a user the moment it is answered that %s', async (_, remove) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const who = await first.person('member')
      expect((await there(who.token)).status).toBe(200)
      expect((await remove(who)).status).toBe(204)
      expect((await there(who.token)).problem).toBe(4)
    }
  })

  test('knows at once who is disabled, what his role is, and that an account is shut', async () => {
    const { admin } = first
    const who = await first.person('viewer')
    const asksFor = async (path: string): Promise<number | undefined> =>
      (await there(who.token, path)).problem
    const [binding] = (await admin.ask('GET', `/core/v1/users/${who.id}/roleBindings`)).json.items
    for (let round = 0; round < ROUNDS; round += 1) {
      const set = (isEnabled: string) =>
        admin.ask('PUT', `/core/v1/users/${who.id}`, { body: { ...USER, isEnabled } })
      await set('false')
      expect(await asksFor('/core/v1/users')).toBe(14)
      await set('true')
      expect(await asksFor('/core/v1/users')).toBeUndefined()
      const put = (role: string) =>
        admin.ask('PUT', `/core/v1/roleBindings/${binding?.id}`, { body: { ...ROLE_BINDING, role } })
      await put('admin')
      expect(await asksFor('/core/v1/credentials')).toBeUndefined()
      await put('viewer')
      expect(await asksFor('/core/v1/credentials')).toBe(11)
    }
    const other = await first.otherTenant()
    const list = () => askAstra(second.url, other.token, 'GET', `/${other.account}/core/v1/users`)
    expect((await list()).status).toBe(200)
    await other.ask('DELETE', '')
    expect((await list()).problem).toBe(11)
  })

  test('goes on with a page that the first one began', async () => {
    const { admin } = first
    const { json } = await admin.ask('GET', '/core/v1/users?limit=1')
    const next = await there(
      admin.token,
      `/core/v1/users?limit=1&continue=${encodeURIComponent(json.metadata.continue ?? '')}`,
    )
    expect(next.status).toBe(200)
    expect(next.json.items[0]?.id).not.toBe(json.items[0]?.id)
  })
})
