import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { askSdwan, type SdwanAnswer } from '../../testing/sdwan-client.ts'
import type { TestNode } from '../../testing/start-node.ts'
import { PASSWORD, v1 } from '../../testing/v1-client.ts'
import { type Person, startTwo, type World } from './world.ts'

const ROUNDS = 5

describe('of two nodes on one PostgreSQL, the other', () => {
  let first: World
  let second: TestNode
  let stop: (() => Promise<void>) | undefined
  let someone: Person
  beforeAll(async () => {
    const two = await startTwo()
    first = two.first
    second = two.second
    stop = () => two.stop()
    someone = await first.person('tenant_network_admin')
  }, 60_000)
  afterAll(() => stop?.())

  /** At the second node, which remembers what it finds good. */
  const there = (token: string, path = '/v2.1/api/profile', method = 'GET'): Promise<SdwanAnswer> =>
    askSdwan(second.url, token, method, path)
  const known = async (token: string): Promise<string> => {
    expect((await there(token)).status).toBe(200)
    return token
  }
  const operatorOf = ({ tenant, id }: Person): string => `/v2.2/api/tenants/${tenant}/operators/${id}`

  const ends: readonly (readonly [string, (id: string) => Promise<SdwanAnswer>])[] = [
    ['of the legacy path', (id) => someone.ask('DELETE', `${someone.tokens}/${id}`)],
    [
      'of the unified path',
      (id) => someone.ask('DELETE', `/sdwan/v2.0/api/operators/${someone.id}/authtokens/${id}`),
    ],
    [
      'of its session',
      (id) => first.admin.ask('DELETE', `${operatorOf(someone).replace('v2.2', 'v2.0')}/sessions/${id}`),
    ],
  ]
  test.each(ends)('refuses a token the moment that its deletion %s is answered', async (_, end) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, text } = await someone.newToken()
      await known(text)
      expect((await end(id)).status).toBe(200)
      expect((await there(text)).codes).toEqual(['NOT_AUTHENTICATED'])
    }
  })

  test('refuses a session the moment that its logout is answered', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const token = await known((await first.logIn(someone.email)).json.x_auth_token)
      expect((await askSdwan(first.url, token, 'GET', '/v2.0/api/logout')).status).toBe(200)
      expect((await there(token)).codes).toEqual(['NOT_AUTHENTICATED'])
    }
  })

  test('refuses all of an operator the moment that he is disabled, and takes it again when he is enabled', async () => {
    const { text, id } = await someone.newToken()
    const set = (disabled: boolean) => first.admin.ask('PATCH', operatorOf(someone), { body: { disabled } })
    for (let round = 0; round < ROUNDS; round += 1) {
      await known(text)
      expect((await set(true)).status).toBe(200)
      expect((await there(text)).codes).toEqual(['NOT_AUTHENTICATED'])
      expect((await set(false)).status).toBe(200)
    }
    await known(text)
    await someone.ask('DELETE', `${someone.tokens}/${id}`)
  })

  test('refuses what a role no longer permits the moment that it is changed, of tokens too', async () => {
    const { admin } = first
    const roles = `/v2.1/api/tenants/${admin.tenant}/roles`
    const value = 'GET+/api/tenants/[tenant_id]/operators/[operator_id]/authtokens'
    const made = (
      await admin.ask('POST', roles, { body: { name: 'reads_tokens', permissions: [{ value }] } })
    ).json
    const body = { roles: [{ name: 'tenant_viewonly' }], custom_roles: [{ id: made.id }] }
    const { id, text: token } = await admin.newToken(body)
    let etag = 1
    const put = async (denied: readonly object[]) => {
      const whole = { name: 'reads_tokens', permissions: [], disallow_permissions: denied, _etag: etag }
      const answer = await admin.ask('PUT', `${roles}/${made.id}`, { body: whole })
      expect(answer.status).toBe(200)
      etag += 1
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      expect((await there(token, admin.tokens)).status).toBe(200)
      await put([{ value }])
      expect((await there(token, admin.tokens)).codes).toEqual(['NOT_PERMITTED'])
      await put([])
    }
    await admin.ask('DELETE', `${admin.tokens}/${id}`)
  })

  test('knows at once that the profile of a new access token was asked for', async () => {
    const { admin } = first
    const body = { name: 'ci', audience: 'sdwan', roles: ['tenant_viewonly'] }
    const client = (await v1(first.url, 'admin', 'POST', '/v1/clients', body)) as Readonly<
      Record<string, string>
    >
    for (let round = 0; round < ROUNDS; round += 1) {
      const answer = await fetch(`${first.url}/auth/v1/oauth2/access_token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client['clientId']}:${client['clientSecret']}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: `tsg_id:${admin.tenant}` }),
      })
      const { access_token: bearer } = (await answer.json()) as { access_token: string }
      const ask = (url: string, path: string) =>
        askSdwan(url, undefined, 'GET', path, { headers: { authorization: `Bearer ${bearer}` } })
      expect((await ask(second.url, '/sdwan/v2.12/api')).codes).toEqual(['PROFILE_REQUIRED'])
      expect((await ask(first.url, '/sdwan/v2.1/api/profile')).status).toBe(200)
      expect((await ask(second.url, '/sdwan/v2.12/api')).status).toBe(200)
    }
  })

  test('refuses the sessions of a password the moment that its change is answered', async () => {
    const who = await first.person('tenant_viewonly')
    const other = await known((await first.logIn(who.email)).json.x_auth_token)
    const body = { oldPassword: PASSWORD, password: 'An0ther-one!!', repeatPassword: 'An0ther-one!!' }
    const path = `/v2.0/api/tenants/${who.tenant}/accounts/password/change`
    expect((await who.ask('POST', path, { body })).status).toBe(200)
    expect((await there(other)).codes).toEqual(['NOT_AUTHENTICATED'])
    expect((await there(who.token)).status).toBe(200)
  })
})
