import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemAmbient } from '../../src/ambient-system.ts'
import { openKeyRing } from '../../src/authority/key-ring.ts'
import { hmacSha256 } from '../../src/hmac.ts'
import { openStore } from '../../src/store/open-store.ts'
import { ONEZONE_BASE, OnezoneClient } from '../../testing/onezone-client.ts'
import { CLOSED, type RawAnswer, RawClient, rawRequest } from '../../testing/raw-connection.ts'
import { newPlace, type ServerPlace } from '../../testing/server-place.ts'
import { type ServerProcess, startServer } from '../../testing/server-process.ts'
import { type Operation, operations } from './operations.ts'

const random = (bytes: number): string => Buffer.from(systemAmbient.randomBytes(bytes)).toString('hex')

/** Secrets that stand nowhere else: wherever one of them turns up, it leaked. */
const adminPassword = `Canary-${random(12)}`
const userPassword = `Canary-${random(12)}`
const mistypedPassword = `Canary-${random(12)}`
const masterKey = Buffer.from(systemAmbient.randomBytes(32))

let place: ServerPlace
let server: ServerProcess
let log = ''
/** Every answer that refuses something. */
const refusals: RawAnswer[] = []
/** By what it is, every spelling to look for. */
const canaries = new Map<string, string>()
/** Sent by the test, hence allowed in the answers to whoever sent it, and never in the log. */
const tokens = new Map<string, string>()

beforeAll(async () => {
  place = await newPlace()
  server = await startServer({
    ...place.options,
    environment: {
      JETON_ADMIN_PASSWORD: adminPassword,
      JETON_MASTER_KEY: masterKey.toString('base64'),
      JETON_LOG_LEVEL: 'debug',
    },
  })
  await useTheServer()
  await server.stop()
  log = server.output()
  await collectSecrets()
}, 60_000)
afterAll(async () => {
  await server.kill9()
  await place.remove()
})

test('the log tells of the requests, so that a search in it means something', () => {
  expect(log.match(/"msg":"request"/g)?.length ?? 0).toBeGreaterThan(operations.length)
  expect(refusals.length).toBeGreaterThan(operations.length)
  expect([...canaries.keys()]).toContain('the secret of a token in hex')
})

test('no password, token, secret or key is in the log', () => {
  const found = [...canaries, ...tokens].filter(([, canary]) => log.includes(canary)).map(([what]) => what)
  expect(found).toEqual([])
})

test('no refusal quotes a password, a secret or a key', () => {
  const quoting = refusals.flatMap(({ status, body }) =>
    [...canaries].filter(([, canary]) => body.includes(canary)).map(([what]) => `${status}: ${what}`),
  )
  expect(quoting).toEqual([])
})

test('no refusal quotes a token', () => {
  const quoting = refusals.flatMap(({ status, body }) =>
    [...tokens].filter(([, token]) => body.includes(token)).map(([what]) => `${status}: ${what}`),
  )
  expect(quoting).toEqual([])
})

async function useTheServer(): Promise<void> {
  const admin = new OnezoneClient(server.url, {
    kind: 'password',
    username: 'admin',
    password: adminPassword,
  })
  const named = await admin.createNamedToken('self', { name: 'canary' })
  const temporary = await admin.createTemporaryToken('self', Math.floor(Date.now() / 1000) + 86_400)
  await admin.createUser({ username: 'canary-user', password: userPassword })
  tokens.set('a named token', named.token)
  tokens.set('a temporary token', temporary)
  canaries.set('the administrator’s password', adminPassword)
  canaries.set('a user’s password', userPassword)
  canaries.set('a mistyped password', mistypedPassword)
  canaries.set('a Basic credential', basic('admin', adminPassword))
  canaries.set('a mistyped Basic credential', basic('admin', mistypedPassword))

  const client = new RawClient(server.port)
  for (const request of requests(named.token, temporary)) {
    const answer = await client.exchange(request)
    if (answer === CLOSED)
      throw new Error(`closed without an answer: ${request.toString('latin1').slice(0, 200)}`)
    if (answer.status >= 400) refusals.push(answer)
  }
  client.close()
}

/** Every operation, with secrets wherever a client may put them by mistake, or by design. */
function* requests(named: string, temporary: string): Iterable<Buffer> {
  for (const operation of operations) {
    for (const secret of [named, temporary, mistypedPassword]) yield* requestsWith(operation, secret)
  }
  const me = `${ONEZONE_BASE}/user`
  yield rawRequest('GET', me, [['Authorization', `Basic ${basic('admin', mistypedPassword)}`]])
  yield rawRequest('GET', me, [['Authorization', `Basic ${basic(mistypedPassword, 'x')}`]])
  yield rawRequest('GET', me, [['Authorization', `Basic ${mistypedPassword}`]])
  yield rawRequest('GET', me, [['Authorization', `basic ${basic('admin', adminPassword)}`]])
  yield rawRequest('GET', '/v1/me', [['Authorization', `Basic ${basic('admin', mistypedPassword)}`]])
  for (const path of ['', '/', '/x/', '/console/', '/v1/', `${ONEZONE_BASE}/`]) {
    yield rawRequest('GET', `${path}${named}`)
    yield rawRequest('POST', `${path}/${mistypedPassword}/${temporary}`, [], `{"password":"${userPassword}"`)
  }
  const json = [
    ['Content-Type', 'application/json'],
    ['X-Auth-Token', named],
  ] as const
  yield rawRequest(
    'PATCH',
    `${me}/password`,
    json,
    `{"oldPassword":"${adminPassword}","newPassword":["${userPassword}"]}`,
  )
  yield rawRequest(
    'PATCH',
    `${me}/password`,
    json,
    `{"oldPassword":"${adminPassword}","newPassword":"${userPassword}`,
  )
  yield rawRequest(
    'POST',
    `${ONEZONE_BASE}/users`,
    json,
    `{"username":"canary-user","password":"${mistypedPassword}"}`,
  )
  yield rawRequest(
    'POST',
    `${ONEZONE_BASE}/users`,
    json,
    `{"username":["${mistypedPassword}"],"password":"short"}`,
  )
}

function* requestsWith({ method, path: template, fields }: Operation, secret: string): Iterable<Buffer> {
  const path = template.replaceAll(/\{\w+\}/g, 'unknown')
  const withSecret = template.replaceAll(/\{\w+\}/g, encodeURIComponent(secret))
  const json = ['Content-Type', 'application/json'] as const
  const body = `{${Object.keys(fields ?? {})
    .map((name) => `"${name}":"${secret}"`)
    .join()}}`
  yield rawRequest(method, `${withSecret}?token=${secret}`, [json], body)
  yield rawRequest(method, path, [json, ['X-Auth-Token', `${secret}x`]], body)
  yield rawRequest(method, path, [json, ['Authorization', `Bearer ${secret},`]], `{"token":"${secret}`)
  yield rawRequest(
    method,
    path,
    [json, ['Macaroon', secret], ['X-Onedata-Consumer-Token', secret]],
    `["${secret}"]`,
  )
  yield rawRequest(
    method,
    path,
    [
      ['Cookie', `SID=${secret}`],
      ['Referer', `http://x/${secret}`],
      ['X-Request-Id', secret],
    ],
    body,
  )
  yield rawRequest(
    method,
    path,
    [json, ['Content-Type', secret], ['User-Agent', secret], ['Accept', secret]],
    body,
  )
}

/** What the server never shows to anybody, computed from what it keeps. */
async function collectSecrets(): Promise<void> {
  const store = await (
    await openStore({ kind: 'sqlite', folder: place.options.dataFolder }, systemAmbient)
  ).migrate()
  const tenant = await store.reads.tenants.findDefault()
  const keys = await store.reads.rootKeys.list()
  const ring = openKeyRing(masterKey, keys, systemAmbient, hmacSha256)
  for (const id of tenant === undefined ? [] : await store.reads.tokens.listAll(tenant.id, 'onezone')) {
    const token = tenant && (await store.reads.tokens.find(tenant.id, 'onezone', id))
    if (token === undefined) continue
    const secret = ring.namedSecret(token.line.tenantId, 'onezone', id, token.key)
    canaries.set('the secret of a token in hex', Buffer.from(secret).toString('latin1'))
  }
  await store.close()
  for (const encoding of ['base64', 'hex'] as const)
    canaries.set(`the master key in ${encoding}`, masterKey.toString(encoding))
  for (const { sealed } of keys) canaries.set('a sealed root key', Buffer.from(sealed).toString('base64'))
}

function basic(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`).toString('base64')
}
