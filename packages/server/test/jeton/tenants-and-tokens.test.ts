import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { randomUUID } from 'node:crypto'
import { DATABASES, startNode, type TestNode } from '../../testing/start-node.ts'
import { ADMINISTRATOR } from '../../testing/server-process.ts'
import { basic, PASSWORD } from './support/start-jeton.ts'

type Json = Readonly<Record<string, unknown>>
type Headers = Readonly<Record<string, string>>

for (const database of DATABASES) {
  describe(`on ${database}`, () => {
    let node: TestNode
    beforeAll(async () => {
      node = await startNode(database)
    }, 60_000)
    afterAll(() => node.stop())

    const admin = basic(ADMINISTRATOR.username, ADMINISTRATOR.password)

    async function call(method: string, path: string, headers: Headers, body?: unknown) {
      const response = await fetch(`${node.url}${path}`, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as Json, text }
    }

    /** The word of a problem, and where it points. */
    const problemOf = ({ json }: { json: Json }) => ({
      word: String(json['type']).split(':').at(-1),
      at: ((json['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer),
    })

    const newLogin = () => {
      const username = `user-${randomUUID().slice(0, 8)}`
      return { username, email: `${username}@example.org`, password: PASSWORD }
    }
    const newTenant = (more: Json = {}) => ({
      name: 'Acme',
      onezoneDomain: `${randomUUID().slice(0, 8)}.example.org`,
      administrator: newLogin(),
      ...more,
    })
    const createTenant = (body: unknown, headers: Headers = admin) =>
      call('POST', '/v1/tenants', headers, body)
    const createToken = (body: unknown, headers: Headers = admin) =>
      call('POST', '/v1/me/tokens', headers, body)
    const createUser = (roles: Json, headers: Headers = admin) => {
      const login = newLogin()
      return call('POST', '/v1/users', headers, { ...login, roles }).then((made) => ({ ...made, login }))
    }

    describe('POST /v1/me/tokens', () => {
      test('gives a token of the Onezone, which speaks for the caller there', async () => {
        const { status, json } = await createToken({ audience: 'onezone', name: 'first token' })
        expect(status).toBe(201)
        expect(json).toEqual({ id: expect.any(String), token: expect.any(String) })
        const asked = { 'x-auth-token': String(json['token']) }
        const { json: user } = await call('GET', '/api/v3/onezone/user', asked)
        expect(user).toMatchObject({ username: ADMINISTRATOR.username })
        const { json: shown } = await call('GET', `/api/v3/onezone/tokens/named/${String(json['id'])}`, admin)
        expect(shown).toMatchObject({ name: 'first token', token: json['token'], caveats: [] })
      })

      test('gives a token of Astra in the form of its API, known to no other', async () => {
        const { status, json } = await createToken({ audience: 'astra', name: 'first: token' })
        expect(status).toBe(201)
        expect(json).toEqual({
          id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
          token: expect.stringMatching(/^[A-Za-z0-9]{43}=$/),
        })
        const asked = { 'x-auth-token': String(json['token']) }
        expect((await call('GET', '/api/v3/onezone/user', asked)).status).toBe(401)
        const { tenant, user } = (await call('GET', '/v1/me', admin)).json as Record<string, Json>
        const bearer = { authorization: `Bearer ${String(json['token'])}` }
        const path = `/accounts/${String(tenant?.['astraAccountId'])}/core/v1/users/${String(user?.['astraId'])}`
        expect((await call('GET', path, bearer)).json).toMatchObject({ id: user?.['astraId'] })
      })

      test('of the Onezone refuses a name that is taken, of Astra it does not', async () => {
        const name = `twice ${randomUUID().slice(0, 8)}`
        for (const audience of ['onezone', 'astra']) {
          expect((await createToken({ audience, name })).status).toBe(201)
        }
        const again = await createToken({ audience: 'onezone', name })
        expect([again.status, problemOf(again).word]).toEqual([409, 'name-taken'])
        expect((await createToken({ audience: 'astra', name })).status).toBe(201)
      })

      test.each([
        ['onezone', 'a'],
        ['onezone', 'a'.repeat(129)],
        ['onezone', ' led by a space'],
        ['onezone', 'a/b'],
        ['astra', ''],
        ['astra', 'a'.repeat(64)],
        ['astra', ' led by a space'],
        ['astra', '<b>bold</b>'],
        ['astra', 'na\u00efve'],
        ['astra', '\ud800'],
        ['astra', '..'],
      ])('400 for a name that %s does not have: %j', async (audience, name) => {
        const answer = await createToken({ audience, name })
        expect(answer.status).toBe(400)
        expect(problemOf(answer).at).toEqual(['#/name'])
      })

      test.each([
        ['no audience', { name: 'ab' }, ['#/audience']],
        ['no name', { audience: 'astra' }, ['#/name']],
        ['an audience that there is not', { audience: 'moon', name: 'ab' }, ['#/audience']],
        ['a name that is a number', { audience: 'astra', name: 17 }, ['#/name']],
        ['an unknown key', { audience: 'astra', name: 'ab', caveats: [] }, ['#']],
        ['nothing right', { audience: 1, name: 2, x: 3 }, ['#/audience', '#/name', '#']],
      ])('400 for %s', async (_, body, pointers) => {
        const answer = await createToken(body)
        expect(answer.status).toBe(400)
        expect(problemOf(answer)).toEqual({ word: 'invalid-body', at: pointers })
      })

      test('gives a token of SD-WAN that may what the caller may, and is known to no other API', async () => {
        const { status, json } = await createToken({ audience: 'sdwan', name: 'first token' })
        expect(status).toBe(201)
        expect(json).toEqual({
          id: expect.stringMatching(/^\d{17}$/),
          token: expect.stringMatching(/^[0-9a-f]{64}-c%3D[0-9a-f]+%26region%3D0$/),
        })
        const asked = { 'x-auth-token': String(json['token']) }
        expect((await call('GET', '/api/v3/onezone/user', asked)).status).toBe(401)
        const { user } = (await call('GET', '/v1/me', admin)).json as Record<string, Json>
        expect((await call('GET', '/v2.1/api/profile', asked)).json).toMatchObject({
          id: user?.['sdwanOperatorId'],
          token_session: true,
          roles: [{ name: 'tenant_super' }],
        })
      })

      test('of SD-WAN needs no name, for its tokens have none', async () => {
        expect((await createToken({ audience: 'sdwan' })).status).toBe(201)
        const answer = await createToken({ audience: 'sdwan', name: 17 })
        expect([answer.status, problemOf(answer).at]).toEqual([400, ['#/name']])
      })

      test('501 for jeton, which has no tokens yet', async () => {
        const answer = await createToken({ audience: 'jeton', name: 'ab' })
        expect([answer.status, problemOf(answer).word]).toEqual([501, 'not-implemented'])
      })

      test.each([
        ['one who is no operator', []],
        ['one who may only look', ['tenant_viewonly']],
      ])('403 for a token of SD-WAN, to %s', async (_, sdwan) => {
        const { status, login } = await createUser({ sdwan })
        expect(status).toBe(201)
        const refused = await createToken({ audience: 'sdwan', name: 'ab' }, basic(login.username))
        expect([refused.status, problemOf(refused).word]).toEqual([403, 'forbidden'])
      })

      test('403 for a token of SD-WAN, to one who could not log in there from here', async () => {
        const { login, json } = await createUser({ sdwan: ['tenant_network_admin'] })
        const one = () => createToken({ audience: 'sdwan' }, basic(login.username))
        expect((await one()).status).toBe(201)
        const { token } = (await createToken({ audience: 'sdwan' })).json
        const asked = { 'x-auth-token': String(token) }
        const path = `/sdwan/v2.2/api/operators/${String(json['sdwanOperatorId'])}`
        const change = { ipv4_list: [{ ipv4: '192.0.2.0/24' }] }
        expect((await call('PATCH', path, asked, change)).status).toBe(200)
        const refused = await one()
        expect([refused.status, problemOf(refused).word]).toEqual([403, 'forbidden'])
      })

      test('409 for one token of SD-WAN too many', async () => {
        const { login } = await createUser({ sdwan: ['tenant_network_admin'] })
        const one = () => createToken({ audience: 'sdwan', name: 'ab' }, basic(login.username))
        for (let made = 0; made < 10; made++) expect((await one()).status).toBe(201)
        const refused = await one()
        expect([refused.status, problemOf(refused).word]).toEqual([409, 'token-not-possible'])
      })

      test('401 without credentials', async () => {
        expect((await createToken({ audience: 'astra', name: 'ab' }, {})).status).toBe(401)
      })

      test('403 for a token of Astra, to a user without a role there', async () => {
        const { login } = await createUser({})
        const asked = basic(login.username)
        expect((await createToken({ audience: 'astra', name: 'ab' }, asked)).status).toBe(403)
        expect((await createToken({ audience: 'onezone', name: 'ab' }, asked)).status).toBe(201)
      })
    })

    describe('POST /v1/users with a role of Astra', () => {
      test.each(['viewer', 'member', 'admin', 'owner'])('makes a user who is %s there', async (role) => {
        const { status, login } = await createUser({ astra: role, sdwan: [] })
        expect(status).toBe(201)
        const token = await createToken({ audience: 'astra', name: 'ab' }, basic(login.username))
        expect(token.status).toBe(201)
      })

      test('403, and makes nobody, for a role that the caller may not give', async () => {
        const { login, json } = await createUser({ astra: 'member' })
        const privileges = `/api/v3/onezone/users/${String(json['onezoneId'])}/privileges`
        const granted = { grant: ['oz_users_create'] }
        expect((await call('PATCH', privileges, admin, granted)).status).toBe(204)
        const creator = basic(login.username)
        for (const role of ['viewer', 'owner']) {
          const refused = await createUser({ astra: role }, creator)
          expect([refused.status, problemOf(refused).word]).toEqual([403, 'forbidden'])
          expect((await call('GET', '/v1/me', basic(refused.login.username))).status).toBe(401)
        }
        expect((await createUser({}, creator)).status).toBe(201)
      })

      test('400 for a role that there is not', async () => {
        const answer = await createUser({ astra: 'king' })
        expect([answer.status, problemOf(answer).at]).toEqual([400, ['#/roles']])
      })
    })

    describe('POST /v1/users with roles of SD-WAN', () => {
      const logIn = (email: string) => call('POST', '/v2.0/api/login', {}, { email, password: PASSWORD })

      test('makes an operator with these roles, and without any nobody who could log in there', async () => {
        const roles = ['tenant_network_admin', 'tenant_security_admin']
        const { status, json, login } = await createUser({ astra: 'viewer', sdwan: roles })
        expect(status).toBe(201)
        const { json: session } = await logIn(login.email)
        const asked = { 'x-auth-token': String(session['x_auth_token']) }
        expect((await call('GET', '/v2.1/api/profile', asked)).json).toMatchObject({
          id: json['sdwanOperatorId'],
          email: login.email,
          roles: roles.map((name) => ({ name })),
          token_session: false,
        })
        const nobody = await createUser({ astra: 'viewer', sdwan: [] })
        expect((await logIn(nobody.login.email)).status).toBe(401)
      })

      test('403, and makes nobody, for roles that the caller may not give', async () => {
        const creators = ['tenant_viewonly', 'tenant_network_admin', 'tenant_iam_admin', undefined]
        for (const role of creators) {
          const { login, json } = await createUser({ sdwan: role === undefined ? [] : [role] })
          const privileges = `/api/v3/onezone/users/${String(json['onezoneId'])}/privileges`
          expect((await call('PATCH', privileges, admin, { grant: ['oz_users_create'] })).status).toBe(204)
          const refused = await createUser({ sdwan: ['tenant_super'] }, basic(login.username))
          expect([refused.status, problemOf(refused).word]).toEqual([403, 'forbidden'])
          expect((await call('GET', '/v1/me', basic(refused.login.username))).status).toBe(401)
          const asked = await createUser({ sdwan: ['tenant_viewonly'] }, basic(login.username))
          expect(asked.status).toBe(role === 'tenant_iam_admin' ? 201 : 403)
          expect((await createUser({}, basic(login.username))).status).toBe(201)
        }
      })

      test.each([
        ['that there is not', ['king']],
        ['that the vendor keeps to himself', ['support_root']],
        ['that is no text', [17]],
        ['outside a list', 'tenant_viewonly'],
      ])('400, and makes nobody, for a role %s', async (_, sdwan) => {
        const answer = await createUser({ sdwan })
        expect([answer.status, problemOf(answer).at]).toEqual([400, ['#/roles']])
        expect((await call('GET', '/v1/me', basic(answer.login.username))).status).toBe(401)
      })

      test('400, and makes nobody, for a password that the tenant does not take of operators', async () => {
        const body = newTenant()
        await createTenant(body)
        const owner = basic(body.administrator.username)
        const { token } = (await createToken({ audience: 'sdwan' }, owner)).json
        const asked = { 'x-auth-token': String(token) }
        const change = { password_policy: { enable_two_numbers: true } }
        expect((await call('PATCH', '/sdwan/v2.12/api', asked, change)).status).toBe(200)
        const refused = await createUser({ sdwan: ['tenant_viewonly'] }, owner)
        expect([refused.status, problemOf(refused).word]).toEqual([400, 'unfit-password'])
        expect((await call('GET', '/v1/me', basic(refused.login.username))).status).toBe(401)
        expect((await createUser({}, owner)).status).toBe(201)
      })

      test('refuses a role that stands alone beside another, and makes nobody', async () => {
        const answer = await createUser({ sdwan: ['tenant_super', 'tenant_viewonly'] })
        expect(answer.status).toBe(400)
        expect((await call('GET', '/v1/me', basic(answer.login.username))).status).toBe(401)
      })
    })

    describe('POST /v1/tenants', () => {
      test('makes a tenant and its administrator, whom every API knows there', async () => {
        const body = newTenant()
        const { status, json } = await createTenant(body)
        expect(status).toBe(201)
        const { administrator } = body
        const login = basic(administrator.username)
        expect(json).toEqual({
          tenant: (await call('GET', '/v1/me', login)).json['tenant'],
          administrator: (await call('GET', '/v1/me', login)).json['user'],
        })
        expect(json).toMatchObject({
          tenant: { onezoneDomain: body.onezoneDomain },
          administrator: { username: administrator.username, email: administrator.email },
        })
        const host = { host: body.onezoneDomain }
        const groups = await call('GET', '/api/v3/onezone/groups', { ...login, ...host })
        expect(groups.json).toEqual({ groups: ['admins', 'all_users'] })
        for (const audience of ['astra', 'sdwan']) {
          expect((await createToken({ audience, name: 'ab' }, login)).status).toBe(201)
        }
      })

      test('takes a host that stood for the default tenant a moment ago', async () => {
        const body = newTenant()
        const host = { host: body.onezoneDomain }
        const before = await call('GET', '/api/v3/onezone/user', { ...admin, ...host })
        expect(before.json).toMatchObject({ username: ADMINISTRATOR.username })
        await createTenant(body)
        expect((await call('GET', '/api/v3/onezone/user', { ...admin, ...host })).status).toBe(401)
        const login = basic(body.administrator.username)
        const after = await call('GET', '/api/v3/onezone/user', { ...login, ...host })
        expect(after.json).toMatchObject({ username: body.administrator.username })
      })

      test.each([
        ['domain', 'domain-taken'],
        ['username', 'username-taken'],
        ['e-mail address', 'email-taken'],
      ])('409 for a taken %s, and makes neither tenant nor user', async (what, word) => {
        const { onezoneDomain, administrator } = newTenant()
        await createTenant(newTenant({ onezoneDomain, administrator }))
        const body = newTenant()
        const { username, email } = administrator
        const taken = {
          domain: { onezoneDomain },
          username: { administrator: { ...body.administrator, username } },
          'e-mail address': { administrator: { ...body.administrator, email } },
        }[what]
        const answer = await createTenant({ ...body, ...taken })
        expect([answer.status, problemOf(answer).word]).toEqual([409, word])
        // All of it is free still.
        expect((await createTenant(body)).status).toBe(201)
      })

      test.each([
        ['no name', { name: undefined }, ['#/name']],
        ['an empty name', { name: '' }, ['#/name']],
        ['a name with a line break', { name: 'a\nb' }, ['#/name']],
        ['a name of 129 characters', { name: 'a'.repeat(129) }, ['#/name']],
        ['a domain with a port', { onezoneDomain: 'a.example:443' }, ['#/onezoneDomain']],
        ['a domain in upper case', { onezoneDomain: 'A.example' }, ['#/onezoneDomain']],
        ['an address for a domain', { onezoneDomain: '192.0.2.1' }, ['#/onezoneDomain']],
        ['a label of 64 characters', { onezoneDomain: `${'a'.repeat(64)}.org` }, ['#/onezoneDomain']],
        ['a domain of 256 characters', { onezoneDomain: 'a.'.repeat(127) + 'ab' }, ['#/onezoneDomain']],
        ['no administrator', { administrator: undefined }, ['#/administrator']],
        ['an administrator who is a list', { administrator: [] }, ['#/administrator']],
        ['an empty administrator', { administrator: {} }, ['username', 'email', 'password']],
        ['an administrator with roles', { administrator: { ...newLogin(), roles: {} } }, ['']],
        ['an unknown key', { isDefault: true }, ['#']],
      ])('400 for %s', async (_, change, pointers) => {
        const answer = await createTenant(newTenant(change))
        expect(answer.status).toBe(400)
        const inner = (pointer: string) => (pointer.startsWith('#') ? pointer : `#/administrator/${pointer}`)
        expect(problemOf(answer)).toEqual({
          word: 'invalid-body',
          at: pointers.map((pointer) => inner(pointer).replace(/\/$/, '')),
        })
      })

      test('403 for whoever does not administer the installation', async () => {
        const body = newTenant()
        await createTenant(body)
        const { login: admins } = await createUser({ astra: 'admin' })
        // Owner of an account, but a guest of the installation; and of this one's, but no owner.
        for (const name of [body.administrator.username, admins.username]) {
          const answer = await createTenant('no object at all', basic(name))
          expect([answer.status, problemOf(answer).word]).toEqual([403, 'forbidden'])
        }
      })

      test('401 without credentials', async () => {
        expect((await createTenant(newTenant(), {})).status).toBe(401)
      })

      test('repeats no password, whatever is wrong', async () => {
        const password = 'hunter2'
        const answer = await createTenant(newTenant({ administrator: { password, [password]: password } }))
        expect(answer.text).not.toContain(password)
      })
    })
  })
}
