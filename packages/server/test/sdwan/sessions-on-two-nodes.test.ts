import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { askSdwan, type SdwanAnswer } from '../../testing/sdwan-client.ts'
import type { TestNode } from '../../testing/start-node.ts'
import { PASSWORD } from '../../testing/v1-client.ts'
import { type Person, startTwo, type World } from './world.ts'

const ROUNDS = 3

/** What the test of the other node does not do through tokens: sessions, and what hangs on their operator. */
describe('of two nodes on one PostgreSQL, the other', () => {
  let first: World
  let second: TestNode
  let stop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const two = await startTwo()
    first = two.first
    second = two.second
    stop = () => two.stop()
  }, 60_000)
  afterAll(() => stop?.())

  /** At the second node, which remembers what it finds good. */
  const there = (token: string, path = '/v2.1/api/profile', method = 'GET'): Promise<SdwanAnswer> =>
    askSdwan(second.url, token, method, path)
  const known = async (token: string): Promise<string> => {
    expect((await there(token)).status).toBe(200)
    return token
  }
  const session = async ({ email }: Person): Promise<string> =>
    known((await first.logIn(email)).json.x_auth_token)
  const operatorOf = ({ tenant, id }: Person): string => `/v2.2/api/tenants/${tenant}/operators/${id}`

  const ends: readonly (readonly [string, (who: Person, token: string) => Promise<SdwanAnswer>])[] = [
    [
      'an administrator ends it',
      async (who, token) => {
        const { session_id: id } = (await there(token)).json
        const path = `/v2.0/api/tenants/${who.tenant}/operators/${who.id}/sessions/${String(id)}`
        return first.admin.ask('DELETE', path)
      },
    ],
    [
      'its operator logs in elsewhere alone',
      ({ email }) => first.logIn(email, { body: { email, password: PASSWORD, logout_others: true } }),
    ],
    [
      'an administrator sets another password',
      (who) => {
        const linked = { provider_key: 'password', provider_value: `${PASSWORD} again` }
        return first.admin.ask('PATCH', operatorOf(who), { body: { linked_accounts: [linked] } })
      },
    ],
  ]
  test.each(ends)('refuses a session the moment that it is answered that %s', async (_, end) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const who = await first.person('tenant_viewonly')
      const token = await session(who)
      expect((await end(who, token)).status).toBe(200)
      expect((await there(token)).codes).toEqual(['NOT_AUTHENTICATED'])
    }
  })

  test('refuses sessions and tokens of an operator the moment that it is answered that he is deleted', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const who = await first.person('tenant_network_admin')
      const [login, { text }] = [await session(who), await who.newToken()]
      await known(text)
      expect((await first.admin.ask('DELETE', operatorOf(who))).status).toBe(200)
      for (const token of [login, text]) {
        expect((await there(token)).codes).toEqual(['NOT_AUTHENTICATED'])
      }
    }
  })

  test('permits a session what its operator’s roles permit, the moment that these are changed', async () => {
    const who = await first.person('tenant_super')
    const token = await session(who)
    const reads = () => there(token, `/v2.1/api/tenants/${who.tenant}/roles`)
    const set = async (...names: readonly string[]) => {
      const body = { roles: names.map((name) => ({ name })) }
      expect((await first.admin.ask('PATCH', operatorOf(who), { body })).status).toBe(200)
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      expect((await reads()).status).toBe(200)
      await set()
      expect((await reads()).codes).toEqual(['NOT_PERMITTED'])
      await set('tenant_super')
    }
  })
})
