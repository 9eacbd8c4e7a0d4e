import { afterAll, beforeAll, expect, test } from 'bun:test'
import { basic } from '../jeton/support/start-jeton.ts'
import { type Installation, startTwo } from '../onezone/installations.ts'
import { ADMIN } from '../onezone/zone.ts'

type Headers = Readonly<Record<string, string>>

let installation: Installation
beforeAll(async () => {
  installation = await startTwo()
}, 60_000)
afterAll(() => installation.stop())

const admin = basic(ADMIN.username, ADMIN.password)
const OPERATORS = '/sdwan/v2.2/api/operators'

async function call(node: number, method: string, path: string, headers: Headers, body?: string) {
  const response = await fetch(`${installation.urls[node]}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as Record<string, string> }
}

async function createClient(node: number) {
  const json = { ...admin, 'content-type': 'application/json' }
  const client = JSON.stringify({ name: 'nightly', audience: 'sdwan', roles: ['tenant_viewonly'] })
  const made = await call(node, 'POST', '/v1/clients', json, client)
  expect(made.status).toBe(201)
  return { id: made.json['clientId'] ?? '', secret: made.json['clientSecret'] ?? '' }
}

function askBearer(node: number, { id, secret }: { id: string; secret: string }) {
  const form = { ...basic(id, secret), 'content-type': 'application/x-www-form-urlencoded' }
  return call(node, 'POST', '/auth/v1/oauth2/access_token', form, 'grant_type=client_credentials')
}

async function givenBearer(node: number, client: { id: string; secret: string }): Promise<Headers> {
  const { status, json } = await askBearer(node, client)
  expect(status).toBe(200)
  return { authorization: `Bearer ${json['access_token']}` }
}

test('a bearer of one node, whose profile was asked for at another, is good at both', async () => {
  const bearer = await givenBearer(0, await createClient(1))
  for (const node of [0, 1]) expect((await call(node, 'GET', OPERATORS, bearer)).status).toBe(403)
  expect((await call(1, 'GET', '/sdwan/v2.1/api/profile', bearer)).status).toBe(200)
  for (const node of [0, 1]) expect((await call(node, 'GET', OPERATORS, bearer)).status).toBe(200)
})

test('when one node says that a client is deleted, no node takes its bearers, nor its secret', async () => {
  const client = await createClient(0)
  const bearers = [await givenBearer(0, client), await givenBearer(1, client)]
  for (const bearer of bearers) {
    for (const node of [0, 1]) {
      expect((await call(node, 'GET', '/sdwan/v2.1/api/profile', bearer)).status).toBe(200)
      expect((await call(node, 'GET', OPERATORS, bearer)).status).toBe(200)
    }
  }
  expect((await call(0, 'DELETE', `/v1/clients/${client.id}`, admin)).status).toBe(204)
  for (const node of [1, 0]) {
    for (const bearer of bearers) expect((await call(node, 'GET', OPERATORS, bearer)).status).toBe(401)
    expect((await askBearer(node, client)).status).toBe(401)
  }
  expect((await call(1, 'DELETE', `/v1/clients/${client.id}`, admin)).status).toBe(404)
})
