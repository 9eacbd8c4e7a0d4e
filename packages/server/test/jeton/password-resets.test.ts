import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { randomUUID } from 'node:crypto'
import { startNode, type TestNode } from '../../testing/start-node.ts'
import { ADMINISTRATOR } from '../../testing/server-process.ts'
import { basic, PASSWORD } from './support/start-jeton.ts'

type Json = Readonly<Record<string, unknown>>

let node: TestNode
beforeAll(async () => {
  node = await startNode('SQLite')
}, 60_000)
afterAll(() => node.stop())

const admin = basic(ADMINISTRATOR.username, ADMINISTRATOR.password)

async function call(method: string, path: string, headers: Readonly<Record<string, string>>, body?: unknown) {
  const response = await fetch(`${node.url}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, json: (await response.json()) as Json }
}

async function givenOperator(...sdwan: readonly string[]) {
  const username = `user-${randomUUID().slice(0, 8)}`
  const user = { username, email: `${username}@example.org`, password: PASSWORD, roles: { sdwan } }
  const { status, json } = await call('POST', '/v1/users', admin, user)
  expect(status).toBe(201)
  return { username, email: user.email, operatorId: String(json['sdwanOperatorId']) }
}

const give = (operatorId: string, headers = admin) =>
  call('POST', `/v1/operators/${operatorId}/password-resets`, headers)
const reset = (token: unknown, password: string) =>
  call('POST', '/v2.0/api/accounts/password/reset', {}, { token, password, repeatPassword: password })
const logIn = (email: string, password: string) => call('POST', '/v2.0/api/login', {}, { email, password })

describe('POST /v1/operators/{id}/password-resets', () => {
  test('gives a token that sets the password, once', async () => {
    const { email, operatorId } = await givenOperator('tenant_viewonly')
    const { status, json } = await give(operatorId)
    expect(status).toBe(201)
    expect(json).toEqual({
      token: expect.stringMatching(/^[a-zA-Z0-9_-]{1,1000}$/),
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
    expect((await reset(json['token'], 'another password')).status).toBe(200)
    expect((await logIn(email, PASSWORD)).status).toBe(401)
    expect((await logIn(email, 'another password')).status).toBe(200)
    expect((await reset(json['token'], PASSWORD)).status).toBe(400)
  })

  test('gives a token that is no good for who has been given more since', async () => {
    const { email, operatorId } = await givenOperator('tenant_viewonly')
    const { json } = await give(operatorId)
    const { json: session } = await logIn(ADMINISTRATOR.username, ADMINISTRATOR.password)
    const { json: me } = await call('GET', '/v1/me', admin)
    const { sdwanTenantId } = me['tenant'] as { sdwanTenantId: string }
    const path = `/v2.2/api/tenants/${sdwanTenantId}/operators/${operatorId}`
    const promotion = { roles: [{ name: 'tenant_super' }] }
    const headers = { 'x-auth-token': String(session['x_auth_token']) }
    expect((await call('PATCH', path, headers, promotion)).status).toBe(200)
    expect((await reset(json['token'], 'another password')).status).toBe(400)
    expect((await logIn(email, PASSWORD)).status).toBe(200)
  })

  test('403 for one who may not make operators, and for one of whom the operator may more than he', async () => {
    const { operatorId } = await givenOperator('tenant_super')
    for (const role of ['tenant_viewonly', 'tenant_network_admin', 'tenant_iam_admin']) {
      const { username } = await givenOperator(role)
      expect((await give(operatorId, basic(username))).status).toBe(403)
    }
  })

  test('404 for who is no operator, and for one of another tenant', async () => {
    const onezoneDomain = `${randomUUID().slice(0, 8)}.example.org`
    const username = `user-${randomUUID().slice(0, 8)}`
    const administrator = { username, email: `${username}@example.org`, password: PASSWORD }
    await call('POST', '/v1/tenants', admin, { name: 'Acme', onezoneDomain, administrator })
    const { operatorId } = await givenOperator('tenant_viewonly')
    expect((await give(operatorId, basic(username))).status).toBe(404)
    for (const id of [(await givenOperator()).operatorId, 'a%00b', '17']) {
      expect((await give(id)).status).toBe(404)
    }
  })

  test('403 for a client, which has no password', async () => {
    const client = { name: 'nightly', audience: 'sdwan', roles: ['tenant_viewonly'] }
    const { json: made } = await call('POST', '/v1/clients', admin, client)
    const { json } = await call('GET', '/v1/clients', admin)
    const found = (json['clients'] as readonly Json[]).find(({ id }) => id === made['id'])
    expect((await give(String(found?.['operatorId']))).status).toBe(403)
  })
})
