import { describe, expect, test } from 'bun:test'
import { CLOSED, RawClient, rawRequest } from '../../testing/raw-connection.ts'
import { ADMINISTRATOR } from '../../testing/server-process.ts'
import { PASSWORD, unique, v1 } from '../../testing/v1-client.ts'
import { onEachDatabase, type World } from './world.ts'

interface Json extends Readonly<Record<string, unknown>> {
  readonly id: string
  readonly tenant_id: string
  readonly x_auth_token: string
  readonly items: readonly Json[]
}

interface Answered {
  readonly status: number
  readonly json: Json
}

/** What the real clients send with every request, byte for byte (Prisma SD-WAN, exact traffic). */
const ALWAYS = [
  ['User-Agent', 'python-requests/2.34.0 (CGX SDK v6.6.2b1)'],
  ['Accept-Encoding', 'gzip, deflate'],
  ['Accept', 'application/json'],
  ['Connection', 'keep-alive'],
] as const

type Header = readonly [name: string, value: string]

/** The legacy client: it counts 200 as success, and keeps the cookies that it is given. */
class RealClient {
  readonly #raw: RawClient
  /** Sent with every call. */
  credential: Header | undefined
  #isQuoting = false

  constructor(world: World) {
    this.#raw = new RawClient(world.port)
  }

  /** Some clients write the value of a cookie in quotes. */
  quoteCookies(): this {
    this.#isQuoting = true
    return this
  }

  async ask(method: string, path: string, body?: unknown, extra: readonly Header[] = []): Promise<Answered> {
    const isWrite = body !== undefined
    const headers: Header[] = [
      ...ALWAYS,
      ...extra,
      ...(this.credential === undefined ? [] : [this.credential]),
    ]
    if (isWrite) headers.push(['Content-Type', 'application/json'])
    if (method === 'DELETE') headers.push(['Content-Length', '0'])
    return this.send(rawRequest(method, path, headers, isWrite ? JSON.stringify(body) : undefined))
  }

  async send(request: Uint8Array): Promise<Answered> {
    const answer = await this.#raw.exchange(request)
    if (answer === CLOSED) throw new Error('the server hung up')
    const cookie = answer.headers.get('set-cookie')
    if (cookie !== undefined) this.#keep(cookie)
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    return { status: answer.status, json: JSON.parse(answer.body) }
  }

  /** As the jar does it: over plain HTTP one that asks for TLS would not be sent again, and an aged one is dropped. */
  #keep(cookie: string): void {
    expect(cookie).not.toContain('Secure')
    const [, value = ''] = /^AUTH_TOKEN=([^;]*); Path=\/(?:;|$)/.exec(cookie) ?? []
    const quoted = this.#isQuoting ? `"${value}"` : value
    this.credential = /Max-Age=0/.test(cookie) ? undefined : ['Cookie', `AUTH_TOKEN=${quoted}`]
  }

  close(): void {
    this.#raw.close()
  }
}

/** What every client takes out of a token before it sends anything. */
function regionOf(token: string): string | undefined {
  const hyphen = token.indexOf('-')
  const pairs = decodeURIComponent(token.slice(hyphen + 1)).split('&')
  const parts = pairs.map((pair) => pair.split('=')).filter((pair) => pair.length === 2)
  return Object.fromEntries(parts)['region']
}

onEachDatabase((world) => {
  const answers200 = (answer: Answered): Json => {
    expect([answer.status, answer.json['_error'] ?? null]).toEqual([200, null])
    return answer.json
  }

  describe.each([false, true])('the legacy client, with cookies in quotes: %p,', (isQuoting) => {
    test('logs in, looks around, makes and deletes tokens, and logs out', async () => {
      const client = new RealClient(world())
      if (isQuoting) client.quoteCookies()
      const referer: Header = ['Referer', `${world().url}/v2.0/api/login`]
      const login = { email: world().admin.email, password: PASSWORD }
      const opened = answers200(await client.ask('POST', '/v2.0/api/login', login, [referer]))
      expect(regionOf(opened.x_auth_token)).toBe('0')
      const profile = answers200(await client.ask('GET', '/v2.1/api/profile', undefined, [referer]))
      expect(profile).toMatchObject({
        email: login.email,
        roles: [{ name: 'tenant_super' }],
        token_session: false,
        region: '0',
      })
      const { id, tenant_id: tenantId } = profile
      const tenant = answers200(
        await client.ask('GET', `/v2.12/api/tenants/${tenantId}`, undefined, [referer]),
      )
      // Where one of these is otherwise the client asks at its terminal, or stumbles.
      expect(tenant).toMatchObject({ is_esp: false, address: null, telemetry_region: null })
      expect(typeof tenant['name']).toBe('string')
      for (const path of [
        '/v2.0/api/permissions',
        `/v2.2/api/tenants/${tenantId}/operators`,
        `/v2.0/api/tenants/${tenantId}/operators/${id}/sessions`,
        `/v2.1/api/tenants/${tenantId}/roles`,
        `/v2.0/api/tenants/${tenantId}/permissions`,
        `/v2.0/api/tenants/${tenantId}/base_roles`,
      ])
        answers200(await client.ask('GET', path))
      const all = await client.ask('GET', `/v2.0/api/tenants/${tenantId}/base_permissions`)
      expect([all.status, Array.isArray(all.json)]).toEqual([200, true])

      const tokens = `/v2.1/api/tenants/${tenantId}/operators/${id}/authtokens`
      const wanted = { roles: [{ name: 'tenant_viewonly' }], custom_roles: [], expires_utc_ms: null }
      const made = answers200(await client.ask('POST', tokens, wanted))
      expect(answers200(await client.ask('GET', tokens)).items.map((one) => one.id)).toContain(made.id)
      expect(answers200(await client.ask('GET', `${tokens}/${made.id}`)).x_auth_token).toBeNull()
      expect(answers200(await client.ask('DELETE', `${tokens}/${made.id}`)).id).toBe(made.id)
      expect((await client.ask('GET', `${tokens}/${made.id}`)).status).toBe(404)
      const cookie = client.credential
      answers200(await client.ask('GET', '/v2.0/api/logout'))
      expect(client.credential).toBeUndefined()
      client.credential = cookie
      expect((await client.ask('GET', '/v2.1/api/profile')).status).toBe(401)
      client.close()
    })
  })

  test('the legacy client runs on a static token, and logging out leaves that alive', async () => {
    const { admin } = world()
    const { id, text } = await admin.newToken({ roles: [{ name: 'tenant_network_admin' }] })
    const client = new RealClient(world())
    client.credential = ['X-Auth-Token', text]
    const profile = answers200(await client.ask('GET', '/v2.1/api/profile'))
    expect(profile).toMatchObject({ token_session: true, roles: [{ name: 'tenant_network_admin' }] })
    answers200(await client.ask('GET', `/v2.12/api/tenants/${profile.tenant_id}`))
    answers200(await client.ask('GET', '/v2.0/api/logout'))
    client.credential = ['X-Auth-Token', text]
    answers200(await client.ask('GET', '/v2.1/api/profile'))
    await admin.ask('DELETE', `${admin.tokens}/${id}`)
    expect((await client.ask('GET', '/v2.1/api/profile')).status).toBe(401)
    client.close()
  })

  test('the client of the map asks for the profile, then the maps, and builds its calls from them', async () => {
    const client = new RealClient(world())
    const login = { email: world().admin.email, password: PASSWORD }
    const opened = answers200(await client.ask('POST', '/v2.0/api/login', login))
    client.credential = ['X-Auth-Token', opened.x_auth_token]
    // It names a content type with every call, also where there is no content.
    const typed: Header[] = [['Content-Type', 'application/json']]
    const { id, tenant_id: tenantId } = answers200(
      await client.ask('GET', '/v2.0/api/profile', undefined, typed),
    )
    const maps = answers200(await client.ask('GET', '/v2.0/api/permissions', undefined, typed))
    const versions = maps['resource_version_map'] as Readonly<Record<string, string>>
    const templates = maps['resource_uri_map'] as Readonly<Record<string, string>>
    const uri = (key: string, ...ids: readonly string[]): string => {
      const values = [versions[key] ?? '', ...ids]
      return (templates[key] ?? '').replaceAll('%s', () => values.shift() ?? '')
    }
    for (const path of [
      uri('profile'),
      uri('tenants', tenantId),
      uri('operators_t', tenantId),
      uri('authtokens', tenantId, id),
      uri('sessions_t', tenantId, id),
      uri('roles', tenantId),
      uri('permissions_t', tenantId),
      uri('base_roles', tenantId),
      uri('clients_t', tenantId),
      uri('permissions_clients_d', tenantId, id),
    ])
      answers200(await client.ask('GET', path, undefined, typed))
    const made = answers200(await client.ask('POST', uri('authtokens', tenantId, id), {}))
    answers200(await client.ask('DELETE', `${uri('authtokens', tenantId, id)}/${made.id}`, undefined, typed))
    answers200(await client.ask('GET', uri('logout'), undefined, typed))
    client.close()
  })

  describe('the unified client', () => {
    const grant = async (): Promise<RealClient> => {
      const { admin, url } = world()
      const body = { name: unique('ci'), audience: 'sdwan', roles: ['tenant_super'] }
      const made = (await v1(url, ADMINISTRATOR.username, 'POST', '/v1/clients', body)) as {
        clientId: string
        clientSecret: string
      }
      const answer = await fetch(`${url}/auth/v1/oauth2/access_token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${made.clientId}:${made.clientSecret}`)}` },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          scope: `tsg_id:${admin.tenant} email profile`,
        }),
      })
      const { access_token: bearer } = (await answer.json()) as { access_token: string }
      const client = new RealClient(world())
      client.credential = ['authorization', `Bearer ${bearer}`]
      return client
    }

    test('is refused everything before its profile, and nothing that it may after', async () => {
      const client = await grant()
      for (const path of [
        '/sdwan/v2.12/api',
        '/sdwan/v2.0/api/permissions',
        '/sdwan/v2.0/api/logout',
        '/sdwan/x',
      ]) {
        const { json, status } = await client.ask('GET', path)
        expect([path, status, json['_error']]).toMatchObject([path, 403, [{ code: 'PROFILE_REQUIRED' }]])
      }
      answers200(await client.ask('GET', '/sdwan/v2.1/api/profile'))
      for (const path of [
        '/sdwan/v2.12/api',
        '/sdwan/v2.12/api/',
        '/sdwan/v2.13/api',
        '/sdwan/v2.0/api/permissions',
      ])
        answers200(await client.ask('GET', path))
      client.close()
    })

    test('makes, lists, shows and deletes tokens of its own', async () => {
      const client = await grant()
      const profile = answers200(await client.ask('GET', '/sdwan/v2.1/api/profile'))
      expect(profile.tenant_id).toBe(world().admin.tenant)
      const tokens = `/sdwan/v2.1/api/operators/${profile.id}/authtokens`
      const made = answers200(await client.ask('POST', tokens, { roles: [{ name: 'tenant_viewonly' }] }))
      expect(answers200(await client.ask('GET', tokens)).items.map(({ id }) => id)).toEqual([made.id])
      answers200(await client.ask('GET', `${tokens}/${made.id}`))
      answers200(await client.ask('DELETE', `${tokens}/${made.id}`))
      expect(answers200(await client.ask('GET', tokens)).items).toEqual([])
      answers200(await client.ask('GET', '/sdwan/v2.0/api/logout'))
      expect((await client.ask('GET', '/sdwan/v2.1/api/profile')).status).toBe(401)
      client.close()
    })
  })
})
