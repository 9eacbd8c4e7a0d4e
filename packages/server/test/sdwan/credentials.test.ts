import { describe, expect, test } from 'bun:test'
import type { Ambient } from '../../src/ambient.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import { askSdwan, type SdwanAnswer } from '../../testing/sdwan-client.ts'
import { v1 } from '../../testing/v1-client.ts'
import { onEachDatabase, type Person } from './world.ts'

let aheadMillis = 0
/** The clock of the machine, which can be put forward. */
const ambient: Ambient = {
  ...systemAmbient,
  now: () => Math.floor((systemAmbient.nowMillis() + aheadMillis) / 1000) as ReturnType<Ambient['now']>,
  nowMillis: () => systemAmbient.nowMillis() + aheadMillis,
}
/** So that a test can come from any address. */
const flags = { 'trusted-proxies': '127.0.0.0/8,::1/128' }

onEachDatabase(
  (world) => {
    const PROFILE = '/v2.1/api/profile'
    const profile = (headers: Record<string, string>): Promise<SdwanAnswer> =>
      askSdwan(world().url, undefined, 'GET', PROFILE, { headers })
    const isGood = async (token: string): Promise<boolean> =>
      (await profile({ 'x-auth-token': token })).status === 200

    describe('a credential', () => {
      const carriers: readonly (readonly [string, (token: string) => Record<string, string>])[] = [
        ['X-Auth-Token', (token) => ({ 'X-Auth-Token': token })],
        ['a cookie', (token) => ({ cookie: `AUTH_TOKEN=${token}` })],
        ['a cookie in quotes', (token) => ({ cookie: `AUTH_TOKEN="${token}"` })],
        ['a cookie among others', (token) => ({ cookie: `a=b; AUTH_TOKEN=${token}; XAUTH_TOKEN=c` })],
        ['Authorization: Bearer', (token) => ({ authorization: `Bearer ${token}` })],
        ['authorization: bearer', (token) => ({ authorization: `bearer ${token}` })],
      ]
      test.each(carriers)('is taken from %s, at both paths', async (_, headersOf) => {
        const { admin, url } = world()
        const static_ = await admin.newToken()
        for (const token of [admin.token, static_.text]) {
          expect((await profile(headersOf(token))).json.id).toBe(admin.id)
          const unified = await askSdwan(url, undefined, 'GET', '/sdwan/v2.1/api/profile', {
            headers: headersOf(token),
          })
          expect(unified.json.id).toBe(admin.id)
        }
        await admin.ask('DELETE', `${admin.tokens}/${static_.id}`)
      })

      test('of the cookie counts while it is good, and that of the header when it is not', async () => {
        const { admin } = world()
        const viewer = await world().person('tenant_viewonly')
        const both = (cookie: string) =>
          profile({ cookie: `AUTH_TOKEN=${cookie}`, 'x-auth-token': admin.token })
        expect((await both(viewer.token)).json.id).toBe(viewer.id)
        await viewer.ask('GET', '/v2.0/api/logout')
        expect((await both(viewer.token)).json.id).toBe(admin.id)
        expect((await both('')).json.id).toBe(admin.id)
      })

      test('of two headers that differ is that of X-Auth-Token while it is good', async () => {
        const { admin } = world()
        const viewer = await world().person('tenant_viewonly')
        const both = (token: string) =>
          profile({ 'x-auth-token': token, authorization: `Bearer ${viewer.token}` })
        expect((await both(admin.token)).json.id).toBe(admin.id)
        expect((await both(`${admin.token}0`)).json.id).toBe(viewer.id)
      })

      const none: readonly (readonly [string, Record<string, string>])[] = [
        ['nothing', {}],
        ['an empty header', { 'x-auth-token': '' }],
        ['what is no token', { 'x-auth-token': 'hello' }],
        ['a token of nobody', { 'x-auth-token': `${'0'.repeat(64)}-c%3D${'0'.repeat(20)}%26region%3D0` }],
        ['4000 characters', { 'x-auth-token': 'a'.repeat(4000) }],
        ['a password', { authorization: `Basic ${btoa('admin:correct horse battery staple')}` }],
        ['a broken cookie', { cookie: 'AUTH_TOKEN="' }],
        ['another cookie', { cookie: 'auth_token=x' }],
      ]
      test.each(none)('is not %s', async (_, headers) => {
        const { codes, headers: told } = await profile(headers)
        expect([codes, told.get('www-authenticate')]).toEqual([['NOT_AUTHENTICATED'], 'Bearer'])
      })

      test('that is sent twice is none: nobody knows which was meant', async () => {
        const { token } = world().admin
        expect((await profile({ 'x-auth-token': `${token}, ${token}` })).codes).toEqual(['NOT_AUTHENTICATED'])
      })

      test('is a whole one: neither less nor more of it gets in', async () => {
        const { token } = world().admin
        const [secret = '', rest = ''] = token.split('-')
        for (const text of [
          secret,
          token.slice(0, -1),
          `${token}1`,
          ` ${token}x`,
          `${secret.toUpperCase()}-${rest}`,
        ])
          expect(await isGood(text)).toBe(false)
      })
    })

    describe('nobody gets in', () => {
      test('with a token or a session that has been ended', async () => {
        const { admin } = world()
        const { id, text } = await admin.newToken()
        expect(await isGood(text)).toBe(true)
        await admin.ask('DELETE', `${admin.tokens}/${id}`)
        expect(await isGood(text)).toBe(false)
        const viewer = await world().person('tenant_viewonly')
        const sessions = `/v2.0/api/tenants/${viewer.tenant}/operators/${viewer.id}/sessions`
        const [session] = (await admin.ask('GET', sessions)).json.items
        await admin.ask('DELETE', `${sessions}/${session?.id}`)
        expect(await isGood(viewer.token)).toBe(false)
      })

      test('with a token from the moment on when it expires, to the millisecond', async () => {
        const { admin } = world()
        const expires = ambient.nowMillis() + 3_600_000
        const { id, text } = await admin.newToken({ expires_utc_ms: expires })
        expect(await isGood(text)).toBe(true)
        const now = ambient.nowMillis()
        aheadMillis += expires - now - 60_000
        expect(await isGood(text)).toBe(true)
        aheadMillis += 60_001
        expect(await isGood(text)).toBe(false)
        aheadMillis = 0
        expect(await isGood(text)).toBe(true)
        await admin.ask('DELETE', `${admin.tokens}/${id}`)
      })

      test('with a token of an operator who is disabled, until he is enabled again', async () => {
        const { admin } = world()
        const someone = await world().person('tenant_network_admin')
        const { text } = await someone.newToken()
        const path = `/v2.2/api/tenants/${someone.tenant}/operators/${someone.id}`
        const set = (disabled: boolean) => admin.ask('PATCH', path, { body: { disabled } })
        expect((await set(true)).status).toBe(200)
        for (const token of [text, someone.token]) expect(await isGood(token)).toBe(false)
        expect((await set(false)).status).toBe(200)
        expect(await isGood(text)).toBe(true)
      })

      test('with a token of an operator who is deleted', async () => {
        const { admin } = world()
        const someone = await world().person('tenant_network_admin')
        const { text } = await someone.newToken()
        expect(await isGood(text)).toBe(true)
        const path = `/v2.2/api/tenants/${someone.tenant}/operators/${someone.id}`
        expect((await admin.ask('DELETE', path)).status).toBe(200)
        for (const token of [text, someone.token]) expect(await isGood(token)).toBe(false)
      })

      test.each(['onezone', 'astra'])('with a token of the audience %s', async (audience) => {
        const body = { audience, name: `for-${audience}` }
        const made = (await v1(world().url, 'admin', 'POST', '/v1/me/tokens', body)) as { token: string }
        for (const headers of [{ 'x-auth-token': made.token }, { authorization: `Bearer ${made.token}` }])
          expect((await profile(headers)).codes).toEqual(['NOT_AUTHENTICATED'])
      })

      test('from another address than a token or a session was made from, unless its operator allows it', async () => {
        const { admin, url } = world()
        const someone = await world().person('tenant_network_admin')
        const from = (address: string, token: string) =>
          askSdwan(url, token, 'GET', PROFILE, { headers: { 'x-forwarded-for': address } })
        const at = { 'x-forwarded-for': '192.0.2.7' }
        const made = await someone.ask('POST', someone.tokens, { body: {} })
        const login = await world().logIn(someone.email, { headers: at })
        const [token, session] = [made.json.x_auth_token, login.json.x_auth_token]
        expect((await from('192.0.2.8', token)).codes).toEqual(['NOT_AUTHENTICATED'])
        expect((await from('192.0.2.8', session)).codes).toEqual(['NOT_AUTHENTICATED'])
        expect((await from('192.0.2.7', session)).status).toBe(200)
        expect(await isGood(token)).toBe(true)
        const path = `/v2.2/api/tenants/${someone.tenant}/operators/${someone.id}`
        const set = (lock: boolean) => admin.ask('PATCH', path, { body: { enable_session_ip_lock: lock } })
        expect((await set(false)).status).toBe(200)
        expect((await from('192.0.2.8', token)).status).toBe(200)
        expect((await set(true)).status).toBe(200)
        expect((await from('192.0.2.8', token)).codes).toEqual(['NOT_AUTHENTICATED'])
      })
    })

    describe('who brings no good credential', () => {
      const paths = [
        '/v2.1/api/nothing',
        '/sdwan/v2.1/api/nothing',
        '/v2.99/api/profile',
        '/sdwan',
        '/v2.1/api',
      ]
      test.each(paths)('is not told whether there is %s', async (path) => {
        expect((await askSdwan(world().url, undefined, 'GET', path)).codes).toEqual(['NOT_AUTHENTICATED'])
        expect((await world().admin.ask('GET', path)).codes).toEqual(['PATH_NOT_FOUND'])
      })

      test('is not told either which methods a path takes', async () => {
        expect((await askSdwan(world().url, undefined, 'PUT', PROFILE)).codes).toEqual(['NOT_AUTHENTICATED'])
        const { codes, headers } = await world().admin.ask('PUT', PROFILE)
        expect([codes, headers.get('allow')]).toEqual([['METHOD_NOT_ALLOWED'], 'GET'])
      })
    })

    test('what an operator sees of another’s token in the log of his sessions is no secret', async () => {
      const someone: Person = await world().person('tenant_network_admin')
      const { text } = await someone.newToken()
      const sessions = `/v2.0/api/tenants/${someone.tenant}/operators/${someone.id}/sessions`
      const told = (await world().admin.ask('GET', sessions)).text
      expect(told).not.toContain(text.split('-')[0] ?? '')
      expect(told).toContain('"type":"token"')
    })
  },
  { surroundings: { ambient }, flags },
)
