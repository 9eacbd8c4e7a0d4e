import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { DATABASES, startNode, type TestNode } from '../../testing/start-node.ts'
import { ADMINISTRATOR } from '../../testing/server-process.ts'
import { basic } from '../jeton/support/start-jeton.ts'

type Headers = Readonly<Record<string, string>>
type Fields = Readonly<Record<string, string>>

const PATH = '/auth/v1/oauth2/access_token'
const GRANT = { grant_type: 'client_credentials' }

for (const database of DATABASES) {
  describe(`on ${database}`, () => {
    let node: TestNode
    let tenantId: string
    let client: { id: string; clientId: string; clientSecret: string }
    /** How long attempts were kept waiting. */
    const delays: number[] = []
    const admin = basic(ADMINISTRATOR.username, ADMINISTRATOR.password)

    beforeAll(async () => {
      const delay = async (millis: number) => {
        delays.push(millis)
      }
      node = await startNode(database, { delay })
      const me = (await (await fetch(`${node.url}/v1/me`, { headers: admin })).json()) as {
        tenant: { sdwanTenantId: string }
      }
      tenantId = me.tenant.sdwanTenantId
      client = await createClient()
    }, 60_000)
    afterAll(() => node.stop())
    beforeEach(() => {
      delays.length = 0
    })

    async function createClient(roles: readonly string[] = ['tenant_viewonly']) {
      const response = await fetch(`${node.url}/v1/clients`, {
        method: 'POST',
        headers: { ...admin, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'nightly', audience: 'sdwan', roles }),
      })
      expect(response.status).toBe(201)
      return (await response.json()) as typeof client
    }

    async function ask(body: string | Uint8Array<ArrayBuffer>, headers: Headers = {}, method = 'POST') {
      const response = await fetch(`${node.url}${PATH}`, {
        method,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        ...(method === 'POST' && { body }),
      })
      // RFC 6749, 5.1 and 5.2: of every answer.
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('content-type')).toStartWith('application/json')
      return {
        status: response.status,
        headers: response.headers,
        json: (await response.json()) as Readonly<Record<string, unknown>>,
      }
    }

    const asClient = () => basic(client.clientId, client.clientSecret)
    const form = (fields: Fields) => new URLSearchParams(fields).toString()
    const grant = (fields: Fields = {}, headers: Headers = asClient()) =>
      ask(form({ ...GRANT, ...fields }), headers)

    async function profile(bearer: unknown): Promise<number> {
      const authorization = `Bearer ${String(bearer)}`
      const response = await fetch(`${node.url}/sdwan/v2.1/api/profile`, { headers: { authorization } })
      return response.status
    }

    describe('a bearer', () => {
      test('is given for a client’s id and secret, for a quarter of an hour', async () => {
        const { status, json } = await grant({ scope: `tsg_id:${tenantId} email profile` })
        expect(status).toBe(200)
        expect(json).toEqual({
          access_token: expect.stringMatching(/^[0-9a-f]{64}-c%3D/),
          token_type: 'Bearer',
          expires_in: 900,
          scope: `tsg_id:${tenantId} email profile`,
        })
        expect(await profile(json['access_token'])).toBe(200)
      })

      test('is another one each time, and the one before stays good', async () => {
        const [first, second] = [await grant(), await grant()]
        expect(first.json['access_token']).not.toBe(second.json['access_token'])
        for (const { json } of [first, second]) expect(await profile(json['access_token'])).toBe(200)
      })

      test('is given for id and secret in the body as well', async () => {
        const { clientId: client_id, clientSecret: client_secret } = client
        const { status, json } = await grant({ client_id, client_secret }, {})
        expect(status).toBe(200)
        expect(await profile(json['access_token'])).toBe(200)
      })

      test('is given to who form-encodes what is in Basic', async () => {
        const encoded = client.clientId.replaceAll(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
        expect((await grant({}, basic(encoded, client.clientSecret))).status).toBe(200)
      })

      test('is given to who names himself in the body too', async () => {
        expect((await grant({ client_id: client.clientId })).status).toBe(200)
      })

      test('is dead when the client is deleted, and there is no other', async () => {
        const { clientId, clientSecret } = await createClient()
        const headers = basic(clientId, clientSecret)
        const { json } = await grant({}, headers)
        expect(await profile(json['access_token'])).toBe(200)
        const gone = await fetch(`${node.url}/v1/clients/${clientId}`, { method: 'DELETE', headers: admin })
        expect(gone.status).toBe(204)
        expect(await profile(json['access_token'])).toBe(401)
        expect((await grant({}, headers)).json['error']).toBe('invalid_client')
      })
    })

    describe('the scope', () => {
      test.each([
        ['of nothing', () => '', undefined],
        ['of the tenant', () => `tsg_id:${tenantId}`, () => `tsg_id:${tenantId}`],
        ['of words without meaning here', () => 'profile email', () => 'profile email'],
        ['of a word that nobody knows', () => `root tsg_id:${tenantId}`, () => `tsg_id:${tenantId}`],
      ])('%s is granted as far as it is known', async (_, scope, granted) => {
        const { status, json } = await grant({ scope: scope() })
        expect(status).toBe(200)
        expect(json['scope']).toBe(granted?.())
      })

      test.each([
        ['of another tenant', () => `tsg_id:9${tenantId}`],
        ['of no number', () => 'tsg_id:acme'],
        ['of nothing behind the colon', () => 'tsg_id:'],
        ['of two tenants', () => `tsg_id:${tenantId} tsg_id:17`],
      ])('%s is invalid_scope', async (_, scope) => {
        const { status, json } = await grant({ scope: scope() })
        expect([status, json['error']]).toEqual([400, 'invalid_scope'])
      })
    })

    describe('invalid_client', () => {
      test.each([
        ['without credentials', () => ({})],
        ['for a wrong secret', () => basic(client.clientId, 'x'.repeat(64))],
        ['for an unknown client', () => basic('nobody', client.clientSecret)],
        ['for the administrator’s password', () => admin],
        ['for an id in other letters', () => basic(client.clientId.toUpperCase() + 'A', client.clientSecret)],
        ['for an id with a NUL in it', () => basic('a%00b', client.clientSecret)],
        ['for a broken escape', () => basic('100%', client.clientSecret)],
        ['for letters beyond ASCII', () => basic('clïent', client.clientSecret)],
        ['for an id of a kilobyte', () => basic('a'.repeat(1024), client.clientSecret)],
        ['for a bearer', () => ({ authorization: 'Bearer abc' })],
        ['for what is no base64', () => ({ authorization: 'Basic !!!' })],
        ['for two credentials', () => ({ authorization: `${asClient()['authorization']}, Basic YTpi` })],
      ])('401 %s, and nothing tells which', async (_, headers) => {
        const { status, headers: answered, json } = await grant({}, headers())
        expect(status).toBe(401)
        expect(json).toEqual({
          error: 'invalid_client',
          error_description: 'Send the id and the secret of a client with Basic authentication.',
        })
        expect(answered.get('www-authenticate')).toBe('Basic realm="Jeton", charset="UTF-8"')
      })

      test('401 for an id in the body without a secret', async () => {
        const { status, json } = await grant({ client_id: client.clientId }, {})
        expect([status, json['error']]).toEqual([401, 'invalid_client'])
      })

      test('is said later and later to who guesses', async () => {
        const { clientId } = await createClient()
        for (let guess = 0; guess < 8; guess++) await grant({}, basic(clientId, `guess${guess}`))
        expect(delays.length).toBeGreaterThan(0)
        expect(delays).toEqual(delays.toSorted((a, b) => a - b))
      })
    })

    describe('invalid_request', () => {
      test.each([
        ['without a grant type', () => form({ scope: 'email' })],
        ['for one that is empty', () => form({ grant_type: '' })],
        ['for a parameter twice', () => `${form(GRANT)}&grant_type=client_credentials`],
        ['for another client in the body', () => form({ ...GRANT, client_id: 'another' })],
        ['for the secret in both places', () => form({ ...GRANT, client_secret: client.clientSecret })],
        ['for bytes that are no UTF-8', () => Uint8Array.from([0xff, 0xfe])],
      ])('400 %s', async (_, body) => {
        const { status, json } = await ask(body(), asClient())
        expect([status, json['error']]).toEqual([400, 'invalid_request'])
      })

      test.each(['application/json', 'text/plain', 'multipart/form-data'])('400 for %s', async (type) => {
        const body = JSON.stringify(GRANT)
        const { status, json } = await ask(body, { ...asClient(), 'content-type': type })
        expect([status, json['error']]).toEqual([400, 'invalid_request'])
      })

      test('413 for a body of 20 kilobytes', async () => {
        const { status, json } = await grant({ scope: 'a'.repeat(20_000) })
        expect([status, json['error']]).toEqual([413, 'invalid_request'])
      })

      test('405 for GET, with the method that it takes', async () => {
        const { status, headers } = await ask('', asClient(), 'GET')
        expect([status, headers.get('allow')]).toEqual([405, 'POST'])
      })
    })

    test.each(['password', 'authorization_code', 'refresh_token', 'Client_Credentials'])(
      'the grant type %s is unsupported_grant_type',
      async (grant_type) => {
        const { status, json } = await ask(form({ grant_type }), asClient())
        expect([status, json['error']]).toEqual([400, 'unsupported_grant_type'])
      },
    )
  })
}
