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

    async function call(method: string, path: string, headers: Headers = admin, body?: unknown) {
      const response = await fetch(`${node.url}${path}`, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as Json, text }
    }

    const wordOf = ({ json }: { json: Json }) => String(json['type']).split(':').at(-1)
    const newClient = (more: Json = {}) => ({
      name: 'nightly',
      audience: 'sdwan',
      roles: ['tenant_viewonly'],
      ...more,
    })
    const create = (more: Json = {}, headers: Headers = admin) =>
      call('POST', '/v1/clients', headers, newClient(more))
    const listed = async (headers: Headers = admin) =>
      (await call('GET', '/v1/clients', headers)).json['clients'] as readonly Json[]

    /** Somebody who may make users, and is that in the SD-WAN API. */
    async function givenOperator(...sdwan: readonly string[]): Promise<Headers> {
      const username = `user-${randomUUID().slice(0, 8)}`
      const user = { username, email: `${username}@example.org`, password: PASSWORD, roles: { sdwan } }
      const { status, json } = await call('POST', '/v1/users', admin, user)
      expect(status).toBe(201)
      const privileges = `/api/v3/onezone/users/${String(json['onezoneId'])}/privileges`
      expect((await call('PATCH', privileges, admin, { grant: ['oz_users_create'] })).status).toBe(204)
      return basic(username)
    }

    describe('POST /v1/clients', () => {
      test('makes a client, whose secret is shown this once', async () => {
        const name = `nightly ${randomUUID()}`
        const { status, json } = await create({ name, roles: ['tenant_network_admin'] })
        expect(status).toBe(201)
        const { clientId } = json
        expect(json).toEqual({
          id: clientId,
          clientId: expect.stringMatching(/^[0-9A-Za-z]+$/),
          clientSecret: expect.stringMatching(/^[0-9A-Za-z]{32,}$/),
        })
        const found = (await listed()).find((client) => client['id'] === clientId)
        expect(found).toEqual({
          id: clientId,
          clientId,
          name,
          audience: 'sdwan',
          roles: ['tenant_network_admin'],
          operatorId: expect.stringMatching(/^\d+$/),
        })
      })

      test('takes a name that another one has', async () => {
        expect((await create()).status).toBe(201)
        expect((await create()).status).toBe(201)
      })

      test.each([
        ['no name', { name: undefined }, ['#/name']],
        ['an empty name', { name: '' }, ['#/name']],
        ['a name of 129 characters', { name: 'a'.repeat(129) }, ['#/name']],
        ['a name with a line break', { name: 'a\nb' }, ['#/name']],
        ['no audience', { audience: undefined }, ['#/audience']],
        ['another audience', { audience: 'onezone' }, ['#/audience']],
        ['no roles', { roles: undefined }, ['#/roles']],
        ['an empty list of roles', { roles: [] }, ['#/roles']],
        ['roles that are no list', { roles: 'tenant_viewonly' }, ['#/roles']],
        ['a role that there is not', { roles: ['king'] }, ['#/roles']],
        ['a role that no operator of a tenant has', { roles: ['support_root'] }, ['#/roles']],
        ['an unknown key', { secret: 'hunter2' }, ['#']],
        ['nothing right', { name: 1, audience: 2, roles: 3 }, ['#/name', '#/audience', '#/roles']],
      ])('400 for %s', async (_, change, pointers) => {
        const { status, json, text } = await create(change)
        expect(status).toBe(400)
        const errors = json['errors'] as readonly { pointer: string }[]
        expect(errors.map(({ pointer }) => pointer)).toEqual(pointers)
        expect(text).not.toContain('hunter2')
      })

      test('401 without credentials', async () => {
        expect((await create({}, {})).status).toBe(401)
      })

      test.each([
        ['who is no operator', []],
        ['who may only look', ['tenant_viewonly']],
        ['who looks after the network', ['tenant_network_admin']],
      ])('403 for one %s', async (_, roles) => {
        const answer = await create({}, await givenOperator(...roles))
        expect([answer.status, wordOf(answer)]).toEqual([403, 'forbidden'])
      })

      test('403 for a role that the caller could not give, and makes none', async () => {
        const iam = await givenOperator('tenant_iam_admin')
        const name = `greedy ${randomUUID()}`
        const answer = await create({ name, roles: ['tenant_super'] }, iam)
        expect([answer.status, wordOf(answer)]).toEqual([403, 'forbidden'])
        expect((await listed()).filter((client) => client['name'] === name)).toEqual([])
        expect((await create({}, iam)).status).toBe(201)
      })
    })

    describe('GET /v1/clients', () => {
      test('shows no secret, and none of another tenant', async () => {
        const { json: client } = await create()
        const onezoneDomain = `${randomUUID().slice(0, 8)}.example.org`
        const username = `user-${randomUUID().slice(0, 8)}`
        const administrator = { username, email: `${username}@example.org`, password: PASSWORD }
        await call('POST', '/v1/tenants', admin, { name: 'Acme', onezoneDomain, administrator })
        expect(await listed(basic(username))).toEqual([])
        const { text } = await call('GET', '/v1/clients')
        expect(text).toContain(String(client['clientId']))
        expect(text).not.toContain(String(client['clientSecret']))
        const foreign = await call('DELETE', `/v1/clients/${String(client['id'])}`, basic(username))
        expect([foreign.status, wordOf(foreign)]).toEqual([404, 'not-found'])
      })

      test('403 for one who may only look', async () => {
        expect((await call('GET', '/v1/clients', await givenOperator('tenant_viewonly'))).status).toBe(403)
      })
    })

    describe('DELETE /v1/clients/{id}', () => {
      test('takes the client away, once', async () => {
        const { json } = await create()
        const path = `/v1/clients/${String(json['id'])}`
        expect((await call('DELETE', path)).status).toBe(204)
        const again = await call('DELETE', path)
        expect([again.status, wordOf(again)]).toEqual([404, 'not-found'])
        expect((await listed()).map(({ id }) => id)).not.toContain(json['id'])
      })

      test('404 for an id that nobody can have', async () => {
        for (const id of ['a%00b', 'a%ffb', '..%2f', 'x'.repeat(2000)]) {
          expect((await call('DELETE', `/v1/clients/${id}`)).status).toBe(404)
        }
      })

      test('403 for one who may only look', async () => {
        const { json } = await create()
        const viewer = await givenOperator('tenant_viewonly')
        expect((await call('DELETE', `/v1/clients/${String(json['id'])}`, viewer)).status).toBe(403)
        expect((await listed()).map(({ id }) => id)).toContain(json['id'])
      })
    })
  })
}
