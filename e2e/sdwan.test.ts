import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ADMINISTRATOR, type ServerProcess, startServer } from '../packages/server/testing/server-process.ts'
import { Person } from './support/run-jeton.ts'

// Each test starts processes, on machines that may be busy with other things.
setDefaultTimeout(60_000)

type Json = Readonly<Record<string, unknown>>
type Headers = Readonly<Record<string, string>>

const PASSWORD = 'correct horse battery staple'
const TOKEN = /^[0-9a-f]{64}-c%3D[0-9a-f]+%26region%3D0$/

const dataFolder = mkdtempSync(join(tmpdir(), 'jeton-e2e-data-'))
let server: ServerProcess
let admin: Person

beforeAll(async () => {
  server = await startServer({ dataFolder })
  admin = person(ADMINISTRATOR.username, ADMINISTRATOR.password)
}, 60_000)

afterAll(async () => {
  await server.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

function person(username: string, password = PASSWORD): Person {
  return new Person({ JETON_URL: server.url, JETON_USERNAME: username, JETON_PASSWORD: password })
}

/** What a program gets that has only HTTP. */
async function call(method: string, path: string, headers: Headers, body?: string) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
  })
  return { status: response.status, json: (await response.json()) as Json }
}

const withToken = (token: string): Headers => ({ 'x-auth-token': token })
const profileOf = (token: string) => call('GET', '/v2.1/api/profile', withToken(token))

async function makeTenant(name: string) {
  const options = ['--domain', `${name}.example.org`, '--admin-username', name]
  const address = ['--admin-email', `${name}@example.org`, '--password-stdin']
  const { tenant } = await admin.json(['tenant', 'create', name, ...options, ...address], PASSWORD)
  return { owner: person(name), tenantId: (tenant as Record<string, string>)['sdwanTenantId'] ?? '' }
}

function makeUser(owner: Person, name: string, ...more: readonly string[]) {
  const options = ['--email', `${name}@example.org`, '--password-stdin']
  return owner.json(['user', 'create', name, ...options, ...more], PASSWORD)
}

test('a tenant, a client, its bearer, and the tokens that it makes: from nothing, with the command line and HTTP', async () => {
  const { owner, tenantId } = await makeTenant('walk')
  const client = await owner.json(['client', 'create', 'nightly', '--role', 'tenant_network_admin'])
  const basic = Buffer.from(`${String(client['clientId'])}:${String(client['clientSecret'])}`).toString(
    'base64',
  )
  const grant = await call(
    'POST',
    '/auth/v1/oauth2/access_token',
    { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    `grant_type=client_credentials&scope=tsg_id:${tenantId}`,
  )
  expect(grant).toMatchObject({ status: 200, json: { token_type: 'Bearer' } })
  const bearer = { authorization: `Bearer ${String(grant.json['access_token'])}` }

  expect((await call('GET', '/sdwan/v2.12/api', bearer)).status).toBe(403)
  const { json: profile } = await call('GET', '/sdwan/v2.1/api/profile', bearer)
  expect((await call('GET', '/sdwan/v2.12/api', bearer)).status).toBe(200)

  const tokens = `/sdwan/v2.1/api/operators/${String(profile['id'])}/authtokens`
  const json = { ...bearer, 'content-type': 'application/json' }
  const made = await call('POST', tokens, json, JSON.stringify({ roles: [{ name: 'tenant_viewonly' }] }))
  expect(made.status).toBe(200)
  const token = String(made.json['x_auth_token'])
  expect((await profileOf(token)).json).toMatchObject({ id: profile['id'], token_session: true })

  const { json: list } = await call('GET', tokens, bearer)
  expect(list).toMatchObject({ count: 1, items: [{ id: made.json['id'], x_auth_token: null }] })
  expect((await call('DELETE', `${tokens}/${String(made.json['id'])}`, bearer)).status).toBe(200)
  expect((await profileOf(token)).status).toBe(401)

  await owner.succeed(['client', 'delete', String(client['clientId'])])
  expect((await call('GET', '/sdwan/v2.1/api/profile', bearer)).status).toBe(401)
  expect(await owner.succeed(['client', 'list'])).toBe('There are no clients.')
})

describe('jeton token create --audience sdwan', () => {
  test('writes a token of the caller and nothing else to standard output', async () => {
    const { exit, out, err } = await admin.jeton(['token', 'create', '--audience', 'sdwan'])
    expect(exit).toBe(0)
    expect(out.trimEnd()).toMatch(TOKEN)
    expect(err).toMatch(/^Created a token, id \d{17}\. /)
    expect((await profileOf(out.trim())).json).toMatchObject({ roles: [{ name: 'tenant_super' }] })
  })

  test('is refused to who is no operator, and given to who is made one', async () => {
    await makeUser(admin, 'plain')
    await makeUser(admin, 'worker', '--sdwan-role', 'tenant_network_admin,tenant_security_admin')
    const refused = await person('plain').jeton(['token', 'create', '--audience', 'sdwan'])
    expect([refused.exit, refused.out]).toEqual([1, ''])
    const token = await person('worker').succeed(['token', 'create', '--audience', 'sdwan'])
    const names = ((await profileOf(token)).json['roles'] as readonly Json[]).map(({ name }) => String(name))
    expect(names.toSorted()).toEqual(['tenant_network_admin', 'tenant_security_admin'])
  })

  test('refuses what such a token cannot have, and sends nothing', async () => {
    const nowhere = new Person({ JETON_URL: 'http://127.0.0.1:1', JETON_USERNAME: 'x', JETON_PASSWORD: 'x' })
    const { exit, err } = await nowhere.jeton([
      'token',
      'create',
      '--audience',
      'sdwan',
      '--expires-in',
      '1h',
    ])
    expect(exit).toBe(2)
    expect(err).toContain('cannot have caveats')
  })
})

describe('jeton role', () => {
  const READ_OPERATORS = 'GET+/api/tenants/[tenant_id]/operators'

  test('makes a role, shows it, changes it and deletes it', async () => {
    const { owner } = await makeTenant('roles')
    expect(await owner.succeed(['role', 'list'])).toBe('There are no custom roles.')
    const created = await owner.json([
      'role',
      'create',
      'reader',
      '--base',
      'tenant_viewonly',
      '--deny',
      READ_OPERATORS,
    ])
    expect(created).toMatchObject({ name: 'reader', roles: [{ name: 'tenant_viewonly' }], _etag: 1 })
    expect(String(created['id'])).toMatch(/^\d{17}$/)

    const shown = await owner.succeed(['role', 'show', 'reader'])
    expect(shown).toMatch(/^base +tenant_viewonly$/m)
    expect(shown).toContain(READ_OPERATORS)
    expect(await owner.succeed(['role', 'list'])).toMatch(/^reader +\d{17} +tenant_viewonly +active$/m)

    const changed = await owner.json([
      'role',
      'set',
      'reader',
      '--description',
      'for dashboards',
      '--disable',
    ])
    expect(changed).toMatchObject({
      description: 'for dashboards',
      disabled: true,
      disallow_permissions: [{ value: READ_OPERATORS }],
      _etag: 2,
    })
    expect(await owner.json(['role', 'set', String(created['id']), '--enable'])).toMatchObject({
      disabled: false,
    })

    expect(await owner.succeed(['role', 'delete', 'reader'])).toBe(
      `Deleted reader, id ${String(created['id'])}.`,
    )
    const { exit, err } = await owner.jeton(['role', 'show', 'reader'])
    expect(exit).toBe(1)
    expect(err).toContain('jeton role list shows them all')
  })

  test('changes what tokens that have the role may do at once', async () => {
    const { owner, tenantId } = await makeTenant('atonce')
    await owner.succeed(['role', 'create', 'reader', '--base', 'tenant_viewonly'])
    const maker = await owner.succeed(['token', 'create', '--audience', 'sdwan'])
    const { json: profile } = await profileOf(maker)
    const operators = `/v2.2/api/tenants/${tenantId}/operators`
    const made = await call(
      'POST',
      `/v2.1/api/tenants/${tenantId}/operators/${String(profile['id'])}/authtokens`,
      withToken(maker),
      JSON.stringify({ roles: [], custom_roles: [{ name: 'reader' }] }),
    )
    const token = withToken(String(made.json['x_auth_token']))
    expect((await call('GET', operators, token)).status).toBe(200)
    await owner.succeed(['role', 'set', 'reader', '--deny', READ_OPERATORS])
    expect((await call('GET', operators, token)).status).toBe(403)
    const { exit, err } = await owner.jeton(['role', 'delete', 'reader'])
    expect(exit).toBe(1)
    expect(err).toStartWith('jeton: The server refused: ')
  })

  test('tells each rule that a role breaks by its code', async () => {
    const { exit, err } = await admin.jeton([
      'role',
      'create',
      'odd',
      '--allow',
      '/api/no/such/call',
      '--json',
    ])
    expect(exit).toBe(1)
    const { error } = JSON.parse(err) as { error: { refusal: Json } }
    expect(error.refusal).toMatchObject({ status: 400, id: 'PERMISSIONS_INVALID_PERMISSION_VALUES' })
  })

  test('works with a token in JETON_TOKEN, which lives on', async () => {
    const token = await admin.succeed(['token', 'create', '--audience', 'sdwan'])
    const holder = new Person({ JETON_URL: server.url, JETON_TOKEN: token })
    expect(await holder.json(['role', 'list'])).toEqual({ roles: [] })
    expect((await profileOf(token)).status).toBe(200)
  })

  test('leaves no session behind', async () => {
    const { owner, tenantId } = await makeTenant('quiet')
    const token = await owner.succeed(['token', 'create', '--audience', 'sdwan'])
    await owner.succeed(['role', 'list'])
    const { json: profile } = await profileOf(token)
    const path = `/v2.0/api/tenants/${tenantId}/operators/${String(profile['id'])}/sessions`
    const types = ((await call('GET', path, withToken(token))).json['items'] as readonly Json[]).map(
      ({ type }) => type,
    )
    expect(types).not.toContain('login')
  })

  test('is refused to who is no operator, with status 5', async () => {
    await makeUser(admin, 'stranger')
    expect((await person('stranger').jeton(['role', 'list'])).exit).toBe(5)
  })
})

test('neither tokens nor secrets are in the log', async () => {
  const token = await admin.succeed(['token', 'create', '--audience', 'sdwan'])
  const client = await admin.json(['client', 'create', 'logged', '--role', 'tenant_viewonly'])
  await profileOf(token)
  while (!server.output().includes('"operationId":"create_client"')) await Bun.sleep(20)
  for (const secret of [token, token.split('-')[0] ?? '', String(client['clientSecret']), PASSWORD]) {
    expect(server.output()).not.toContain(secret)
  }
})
