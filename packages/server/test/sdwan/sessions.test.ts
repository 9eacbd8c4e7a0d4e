import { describe, expect, test } from 'bun:test'
import { askSdwan, type SdwanAnswer, type SdwanAsk } from '../../testing/sdwan-client.ts'
import { DATABASES, startNode } from '../../testing/start-node.ts'
import { PASSWORD, unique } from '../../testing/v1-client.ts'
import { onEachDatabase, type Person } from './world.ts'

const LOGIN = '/v2.0/api/login'
const PROFILE = '/v2.1/api/profile'

onEachDatabase((world) => {
  const logIn = (ask: SdwanAsk, path = LOGIN): Promise<SdwanAnswer> =>
    askSdwan(world().url, undefined, 'POST', path, ask)
  const isGood = async (token: string): Promise<boolean> =>
    (await askSdwan(world().url, token, 'GET', PROFILE)).status === 200
  const sessionsOf = ({ tenant, id }: Person): string =>
    `/v2.0/api/tenants/${tenant}/operators/${id}/sessions`

  describe('a login', () => {
    test.each([LOGIN, '/sdwan/v2.0/api/login'])('by %s gives a credential, as a cookie too', async (path) => {
      const { admin } = world()
      const { headers, json, status } = await logIn(
        { body: { email: admin.email, password: PASSWORD } },
        path,
      )
      expect(status).toBe(200)
      expect(headers.get('set-cookie')).toBe(
        `AUTH_TOKEN=${json.x_auth_token}; Path=/; HttpOnly; SameSite=Strict`,
      )
      expect(headers.get('cache-control')).toBe('no-store, no-cache')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(await isGood(json.x_auth_token)).toBe(true)
      // None of these: a client without the token of a login would look for it in another region, or at a provider.
      for (const field of ['login_region', 'api_endpoint', 'urlpath', 'requestId'])
        expect(json[field]).toBeUndefined()
    })

    test('takes a username, a form, JSON whatever it is called, and an address in capitals', async () => {
      const { admin } = world()
      const form = new URLSearchParams({ email: admin.email, password: PASSWORD, logout_others: 'false' })
      const rawBody = form.toString()
      const typed = (type: string) => ({ 'content-type': type })
      const all: readonly SdwanAsk[] = [
        { body: { email: 'admin', password: PASSWORD } },
        { body: { email: admin.email.toUpperCase(), password: PASSWORD } },
        { rawBody, headers: typed('application/x-www-form-urlencoded') },
        { rawBody, headers: typed('Application/X-WWW-Form-Urlencoded; charset=utf-8') },
        { body: { email: admin.email, password: PASSWORD }, headers: typed('text/plain') },
        {
          body: { email: admin.email, password: PASSWORD },
          headers: typed('application/x-www-form-urlencoded'),
        },
      ]
      for (const ask of all) expect((await logIn(ask)).status).toBe(200)
    })

    const refused: readonly (readonly [string, SdwanAsk, string])[] = [
      ['a wrong password', { body: { email: 'admin', password: 'wrong' } }, 'LOGIN_FAILED'],
      ['somebody unknown', { body: { email: unique('x'), password: PASSWORD } }, 'LOGIN_FAILED'],
      ['the question for one elsewhere', { body: { email: 'admin', requestId: 'x' } }, 'LOGIN_FAILED'],
      ['no password', { body: { email: 'admin' } }, 'BAD_REQUEST'],
      ['no name', { body: { password: PASSWORD } }, 'BAD_REQUEST'],
      ['an empty name', { body: { email: '', password: PASSWORD } }, 'BAD_REQUEST'],
      ['an empty password', { body: { email: 'admin', password: '' } }, 'BAD_REQUEST'],
      ['a name of 1001 characters', { body: { email: 'a'.repeat(1001), password: PASSWORD } }, 'BAD_REQUEST'],
      ['a password of 1001', { body: { email: 'admin', password: 'p'.repeat(1001) } }, 'BAD_REQUEST'],
      ['a name that is a number', { body: { email: 1, password: PASSWORD } }, 'BAD_REQUEST'],
      ['a password that is a list', { body: { email: 'admin', password: [PASSWORD] } }, 'BAD_REQUEST'],
      ['a request id of 201', { body: { email: 'admin', requestId: 'r'.repeat(201) } }, 'BAD_REQUEST'],
      [
        'others that are a text',
        { body: { email: 'admin', password: PASSWORD, logout_others: 'all' } },
        'BAD_REQUEST',
      ],
      ['what is no JSON', { rawBody: 'email=admin' }, 'INVALID_JSON'],
      ['nothing', { rawBody: '' }, 'BAD_REQUEST'],
      ['bytes that are no text', { rawBody: Uint8Array.of(0x7b, 0xff, 0x7d) }, 'INVALID_JSON'],
    ]
    test.each(refused)('with %s gives none, nor a cookie', async (_, ask, code) => {
      const { codes, headers } = await logIn(ask)
      expect(codes).toEqual([code as never])
      expect(headers.has('set-cookie')).toBe(false)
    })

    test('of who is disabled is told as a wrong password is', async () => {
      const { admin } = world()
      const someone = await world().person('tenant_viewonly')
      const path = `/v2.2/api/tenants/${someone.tenant}/operators/${someone.id}`
      await admin.ask('PATCH', path, { body: { disabled: true } })
      const [his, wrong] = [
        await logIn({ body: { email: someone.email, password: PASSWORD } }),
        await logIn({ body: { email: someone.email, password: 'wrong' } }),
      ]
      expect(his.codes).toEqual(['LOGIN_FAILED'])
      expect(his.json._error).toEqual(wrong.json._error as never)
    })

    test('ends the others, if it is asked to, and static tokens it does not', async () => {
      const someone = await world().person('tenant_network_admin')
      const { text } = await someone.newToken()
      const body = { email: someone.email, password: PASSWORD }
      const second = (await logIn({ body })).json.x_auth_token
      expect([await isGood(someone.token), await isGood(second)]).toEqual([true, true])
      const third = (await logIn({ body: { ...body, logout_others: true } })).json.x_auth_token
      const good = await Promise.all([someone.token, second, third, text].map(isGood))
      expect(good).toEqual([false, false, true, true])
    })

    test('tells anybody where it is done', async () => {
      for (const path of [LOGIN, '/sdwan/v2.0/api/login']) {
        const { json } = await askSdwan(world().url, undefined, 'GET', path)
        expect(json).toMatchObject({ api_endpoint: world().url, login_region: '0' })
      }
    })
  })

  describe('logging out', () => {
    test.each(['/v2.0/api/logout', '/sdwan/v2.0/api/logout'])(
      'by %s ends the session, empties the cookie, and answers with JSON',
      async (path) => {
        const someone = await world().person('tenant_viewonly')
        const { headers, json, status } = await someone.ask('GET', path)
        expect([status, json['_status_code']]).toEqual([200, '200'])
        expect(headers.get('set-cookie')).toStartWith('AUTH_TOKEN=; Path=/; Max-Age=0')
        expect(await isGood(someone.token)).toBe(false)
        expect((await someone.ask('GET', path)).codes).toEqual(['NOT_AUTHENTICATED'])
      },
    )
  })

  describe('sessions', () => {
    test('of an operator are all that he has open, and each is shown alone too', async () => {
      const someone = await world().person('tenant_network_admin')
      const { id } = await someone.newToken()
      const { json } = await someone.ask('GET', sessionsOf(someone))
      expect(json.items.map(({ type }) => String(type)).toSorted()).toEqual(['login', 'token'])
      for (const item of json.items) {
        const {
          _request_id: _,
          _status_code: __,
          _content_length: ___,
          ...shown
        } = (await someone.ask('GET', `${sessionsOf(someone)}/${item.id}`)).json
        expect(shown as unknown).toEqual(item)
        expect(item).toMatchObject({ operator_id: someone.id, client_ip: '127.0.0.1' })
      }
      expect(json.items.find(({ type }) => type === 'token')?.id).toBe(id)
      const unified = await someone.ask('GET', `/sdwan/v2.0/api/operators/${someone.id}/sessions`)
      expect(unified.json.items.map((item) => item.id)).toEqual(json.items.map((item) => item.id))
      expect(unified.json.items[0]).not.toHaveProperty('tenant_id')
    })

    test('that an administrator ends are over, and a token so ended is a token deleted', async () => {
      const { admin } = world()
      const someone = await world().person('tenant_network_admin')
      const { id, text } = await someone.newToken()
      const ended = await admin.ask('DELETE', `${sessionsOf(someone)}/${id}`)
      expect(ended.json).toMatchObject({ id, type: 'token' })
      expect(await isGood(text)).toBe(false)
      expect((await someone.ask('GET', someone.tokens)).json.count).toBe(0)
      for (const method of ['GET', 'DELETE'])
        expect((await admin.ask(method, `${sessionsOf(someone)}/${id}`)).codes).toEqual([
          'RESOURCE_NOT_FOUND',
        ])
    })

    test('of another are nobody’s business but an administrator’s', async () => {
      const [one, other] = [
        await world().person('tenant_network_admin'),
        await world().person('tenant_viewonly'),
      ]
      expect((await one.ask('GET', sessionsOf(other))).codes).toEqual(['NOT_PERMITTED'])
      const iam = await world().person('tenant_iam_admin')
      expect((await iam.ask('GET', sessionsOf(other))).json.count).toBe(1)
    })

    test('of nobody are told by the published code', async () => {
      const { admin } = world()
      const path = sessionsOf({ ...admin, id: '17953788000120044' })
      expect((await admin.ask('GET', path)).codes).toEqual(['OPERATOR_INVALID_SUBJECT_DATA'])
    })
  })

  describe('the profile', () => {
    test.each(['/v2.0/api/profile', PROFILE, '/sdwan/v2.0/api/profile', '/sdwan/v2.1/api/profile'])(
      '%s says who calls, with what, and as what',
      async (path) => {
        const someone = await world().person('tenant_network_admin')
        const { json } = await someone.ask('GET', path)
        expect(json).toMatchObject({
          id: someone.id,
          tenant_id: someone.tenant,
          email: someone.email,
          roles: [{ name: 'tenant_network_admin' }],
          custom_roles: [],
          token_session: false,
          region: '0',
        })
        const made = await someone.newToken({ roles: [{ name: 'tenant_viewonly' }] })
        const byToken = (await askSdwan(world().url, made.text, 'GET', path)).json
        expect(byToken).toMatchObject({
          token_session: true,
          session_id: made.id,
          roles: [{ name: 'tenant_viewonly' }],
        })
        expect(byToken['session_id']).not.toBe(json['session_id'])
      },
    )
  })
})

test('the cookie of a login over TLS is for TLS only', async () => {
  const node = await startNode(DATABASES[0], {}, { 'tls-self-signed': 'true' })
  try {
    const answer = await fetch(`https://127.0.0.1:${node.port}${LOGIN}`, {
      method: 'POST',
      body: JSON.stringify({ email: 'admin', password: PASSWORD }),
      tls: { rejectUnauthorized: false },
    })
    expect(answer.headers.get('set-cookie')).toEndWith('; Path=/; HttpOnly; SameSite=Strict; Secure')
  } finally {
    await node.stop()
  }
})
