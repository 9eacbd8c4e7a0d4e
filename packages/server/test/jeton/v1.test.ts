import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { setPasswordLogin } from '../../src/directory/passwords.ts'
import type { UserId } from '../../src/directory/user.ts'
import { changePrivileges, createUser, setBlocked } from '../../src/directory/users.ts'
import { RawConnection } from '../../testing/raw-connection.ts'
import { basic, PASSWORD, startJeton } from './support/start-jeton.ts'

let jeton: Awaited<ReturnType<typeof startJeton>>
beforeAll(async () => {
  jeton = await startJeton()
})
afterAll(() => jeton.stop())

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const JSON_BODY = { 'content-type': 'application/json' }

function call(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Uint8Array<ArrayBuffer>,
) {
  return fetch(`${jeton.url}${path}`, { method, headers, ...(body !== undefined && { body }) })
}

function createUserCall(body: unknown, headers: Readonly<Record<string, string>> = basic('admin')) {
  return call('POST', '/v1/users', { ...headers, ...JSON_BODY }, JSON.stringify(body))
}

let serial = 0
function newUser(more: Readonly<Record<string, unknown>> = {}) {
  serial += 1
  return { username: `user-${serial}`, email: `user-${serial}@example.org`, password: PASSWORD, ...more }
}

/** A user who may create users, and is known by his password already. */
async function givenCreator() {
  const user = newUser()
  const request = { ...user, tenantId: jeton.tenant.id, privileges: ['oz_users_create'] }
  const caller = await createUser(jeton.deps, request)
  const { authorization = '' } = basic(user.username)
  await call('GET', '/v1/me', { authorization })
  return { caller, authorization }
}

/** Checks the form of a problem and returns its word. */
async function problemOf(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const problem = (await response.json()) as Record<string, unknown>
  expect(problem['status']).toBe(response.status)
  expect(problem['title']).toBeString()
  expect(problem['instance']).toBe(`urn:uuid:${response.headers.get('x-request-id')}`)
  expect(String(problem['type'])).toStartWith('urn:jeton:problem:')
  return String(problem['type']).slice('urn:jeton:problem:'.length)
}

describe('GET /v1/me', () => {
  test('shows the caller and his tenant, with the id of each API', async () => {
    const response = await call('GET', '/v1/me', basic('admin'))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    const me = await response.json()
    expect(me).toEqual({
      user: {
        id: expect.stringMatching(UUID),
        username: 'admin',
        email: 'admin@example.org',
        onezoneId: expect.stringMatching(/^[0-9a-f]{32}ch[0-9a-f]{4}$/),
        astraId: expect.stringMatching(UUID),
        sdwanOperatorId: expect.stringMatching(/^\d+$/),
      },
      tenant: {
        id: jeton.tenant.astraAccountId,
        onezoneDomain: 'localhost',
        astraAccountId: jeton.tenant.astraAccountId,
        sdwanTenantId: jeton.tenant.sdwanTenantId,
      },
    })
  })

  test('knows the caller by e-mail address, whatever its case', async () => {
    const response = await call('GET', '/v1/me', basic('Admin@Example.org'))
    expect(await response.json()).toMatchObject({ user: { username: 'admin' } })
  })

  test('shows what a user does not have as null', async () => {
    const response = await call('GET', '/v1/me', basic('ada'))
    expect(await response.json()).toMatchObject({ user: { username: 'ada', email: null } })
  })

  test('takes a password with colons and letters beyond ASCII, and the scheme in any case', async () => {
    const user = newUser({ password: 'pässwörd:with:colons' })
    await createUserCall(user)
    const { authorization = '' } = basic(user.username, 'pässwörd:with:colons')
    const response = await call('GET', '/v1/me', { authorization: authorization.replace('Basic', 'bAsIc') })
    expect(response.status).toBe(200)
  })

  describe('401', () => {
    test('without credentials', async () => {
      const response = await call('GET', '/v1/me')
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Basic realm="Jeton", charset="UTF-8"')
      expect(await problemOf(response)).toBe('not-authenticated')
    })

    const bad: Record<string, Readonly<Record<string, string>>> = {
      'a wrong password': basic('admin', 'not the password'),
      'an unknown user': basic('nobody'),
      'an id for a name': basic('00000000-0000-4000-8000-000000000000'),
      'a bearer token': { authorization: 'Bearer MDAxabc' },
      'no base64': { authorization: 'Basic !!!' },
      'no colon': { authorization: `Basic ${btoa('admin')}` },
      'bytes that are no UTF-8': { authorization: 'Basic //86/w==' },
      'a name with a NUL': basic('admin\0'),
      'two credentials': {
        authorization: `${basic('admin')['authorization']}, ${basic('ada')['authorization']}`,
      },
    }
    for (const [what, headers] of Object.entries(bad)) {
      test(`for ${what}, with the one answer that bad credentials have`, async () => {
        const response = await call('GET', '/v1/me', headers)
        expect(response.status).toBe(401)
        expect(await problemOf(response)).toBe('bad-credentials')
      })
    }

    test('for a blocked user and for one without password login, with that same answer', async () => {
      const create = () => createUser(jeton.deps, { tenantId: jeton.tenant.id, ...newUser() })
      const [blocked, disabled] = [await create(), await create()]
      await setBlocked(jeton.deps, blocked.id, true)
      await setPasswordLogin(jeton.deps, disabled.id, { isEnabled: false })
      for (const { username = '' } of [blocked, disabled]) {
        const response = await call('GET', '/v1/me', basic(username))
        expect(response.status).toBe(401)
        expect(await problemOf(response)).toBe('bad-credentials')
      }
    })
  })
})

describe('POST /v1/users', () => {
  test('creates a user who can log in at once, by name and by e-mail address', async () => {
    const user = newUser({ fullName: 'Ada Lovelace' })
    const response = await createUserCall(user)
    expect(response.status).toBe(201)
    const ids = (await response.json()) as Record<string, string>
    expect(Object.keys(ids).toSorted()).toEqual(['astraId', 'id', 'onezoneId', 'sdwanOperatorId'])
    for (const name of [user.username, user.email]) {
      const me = await call('GET', '/v1/me', basic(name))
      expect(await me.json()).toMatchObject({ user: { ...ids, username: user.username, email: user.email } })
    }
    expect(await jeton.deps.users.findByUsername(user.username)).toMatchObject({
      user: { fullName: 'Ada Lovelace' },
    })
  })

  test('gives the new user no privileges', async () => {
    const user = newUser()
    await createUserCall(user)
    const response = await createUserCall(newUser(), basic(user.username))
    expect(response.status).toBe(403)
  })

  test('takes roles that ask for nothing', async () => {
    expect((await createUserCall(newUser({ roles: {} }))).status).toBe(201)
  })

  test('401 without credentials, before the body is looked at', async () => {
    const response = await createUserCall('nonsense', {})
    expect(response.status).toBe(401)
    expect(await problemOf(response)).toBe('not-authenticated')
  })

  test('403 without the privilege, before the body is looked at', async () => {
    const response = await createUserCall('nonsense', basic('ada'))
    expect(response.status).toBe(403)
    expect(await problemOf(response)).toBe('forbidden')
  })

  test('401 when the caller is blocked while the body is held back', async () => {
    const { caller, authorization } = await givenCreator()
    const body = JSON.stringify(newUser())
    const connection = await RawConnection.open(jeton.port)
    connection.send(
      `POST /v1/users HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    // Answered after the head has been looked at: one loop serves both connections.
    await call('GET', '/healthz')
    await setBlocked(jeton.deps, caller.id, true)
    expect(await connection.exchange(body)).toMatchObject({ status: 401 })
    connection.close()
  })

  test.each<[number, string, (id: UserId) => Promise<void>]>([
    [401, 'is blocked', (id) => setBlocked(jeton.deps, id, true)],
    [403, 'loses the privilege', (id) => changePrivileges(jeton.deps, id, [], ['oz_users_create'])],
  ])(
    '%d when the caller %s while the password is hashed, and no user is left behind',
    async (status, _, lose) => {
      const { caller, authorization } = await givenCreator()
      jeton.argon2.whileHashing = async () => {
        jeton.argon2.whileHashing = async () => undefined
        await lose(caller.id)
      }
      const user = newUser()
      expect((await createUserCall(user, { authorization })).status).toBe(status)
      expect((await createUserCall(user)).status).toBe(201)
    },
  )

  test('409 for a username that is taken, and for an e-mail address in another case', async () => {
    const user = newUser()
    await createUserCall(user)
    const sameName = await createUserCall(newUser({ username: user.username }))
    expect(sameName.status).toBe(409)
    expect(await problemOf(sameName)).toBe('username-taken')
    const sameEmail = await createUserCall(newUser({ email: user.email.toUpperCase() }))
    expect(sameEmail.status).toBe(409)
    expect(await problemOf(sameEmail)).toBe('email-taken')
  })

  test('507 when the disk is nearly full, and no user is left behind', async () => {
    const user = newUser()
    jeton.state.isStoreNearlyFull = true
    const response = await createUserCall(user)
    const me = await call('GET', '/v1/me', basic('admin'))
    jeton.state.isStoreNearlyFull = false
    expect(response.status).toBe(507)
    expect(await problemOf(response)).toBe('store-full')
    expect(me.status).toBe(200)
    expect(await jeton.deps.users.findByUsername(user.username)).toBeUndefined()
  })

  describe('400 invalid-body names what is wrong', () => {
    const wrong: [what: string, body: Readonly<Record<string, unknown>>, pointer: string][] = [
      ['no username', { username: undefined }, '#/username'],
      ['no e-mail address', { email: undefined }, '#/email'],
      ['no password', { password: undefined }, '#/password'],
      ['a username of one letter', { username: 'a' }, '#/username'],
      ['a username of 33 letters', { username: 'a'.repeat(33) }, '#/username'],
      ['a username that ends with a dot', { username: 'ada.' }, '#/username'],
      ['a username with a letter beyond ASCII', { username: 'adá' }, '#/username'],
      ['a username that is null', { username: null }, '#/username'],
      ['a username that is a number', { username: 17 }, '#/username'],
      ['an e-mail address without a domain', { email: 'ada' }, '#/email'],
      ['an e-mail address with a NUL', { email: 'ada@example.org\0' }, '#/email'],
      ['an e-mail address with half a character', { email: '\ud800@example.org' }, '#/email'],
      ['a password of seven bytes', { password: '1234567' }, '#/password'],
      ['a password of 1025 bytes', { password: 'x'.repeat(1025) }, '#/password'],
      ['a password that is a list', { password: [PASSWORD] }, '#/password'],
      ['a full name of one letter', { fullName: 'A' }, '#/fullName'],
      ['a full name with an angle bracket', { fullName: '<b>Ada</b>' }, '#/fullName'],
      ['a full name that is null', { fullName: null }, '#/fullName'],
      ['roles that are a list', { roles: ['viewer'] }, '#/roles'],
      ['an Astra role that is a list', { roles: { astra: ['viewer'] } }, '#/roles'],
      ['an SD-WAN role that is no list', { roles: { sdwan: 'tenant_super' } }, '#/roles'],
      ['roles at an unknown API', { roles: { moon: 'viewer' } }, '#/roles'],
      ['a key that is unknown', { isAdmin: true }, '#'],
      ['a key with a name from the prototype', { constructor: 1 }, '#'],
    ]
    for (const [what, change, pointer] of wrong) {
      test(`${what}: ${pointer}`, async () => {
        const response = await createUserCall(newUser(change))
        expect(response.status).toBe(400)
        const { errors } = (await response.clone().json()) as {
          errors: { pointer: string; detail: string }[]
        }
        expect(errors.map((fault) => fault.pointer)).toEqual([pointer])
        expect(await problemOf(response)).toBe('invalid-body')
      })
    }

    test('all at once, in the order of the fields', async () => {
      const response = await createUserCall({ fullName: 1, x: 1 })
      const { errors } = (await response.json()) as { errors: { pointer: string }[] }
      expect(errors.map(({ pointer }) => pointer)).toEqual([
        '#/username',
        '#/email',
        '#/password',
        '#/fullName',
        '#',
      ])
    })

    test('without repeating a value', async () => {
      const response = await createUserCall(newUser({ password: 'hunter2', hunter2: 'hunter2' }))
      expect(await response.text()).not.toContain('hunter2')
    })
  })

  describe('400 malformed-body', () => {
    const malformed: Record<string, string | Uint8Array<ArrayBuffer>> = {
      'no body': '',
      'a body cut off': '{"username":"ad',
      'a list': '[]',
      null: 'null',
      'a string': '"ada"',
      'bytes that are no UTF-8': new Uint8Array([0x22, 0xff, 0x22]),
      'a byte order mark': '\ufeff{}',
    }
    for (const [what, body] of Object.entries(malformed)) {
      test(`for ${what}`, async () => {
        const response = await call('POST', '/v1/users', { ...basic('admin'), ...JSON_BODY }, body)
        expect(response.status).toBe(400)
        expect(await problemOf(response)).toBe('malformed-body')
      })
    }
  })

  test('413 above 64 KiB, and above what the listener takes', async () => {
    for (const length of [65_537, 8_000_001]) {
      const body = JSON.stringify(newUser({ fullName: 'x'.repeat(length) }))
      const response = await call('POST', '/v1/users', { ...basic('admin'), ...JSON_BODY }, body)
      expect(response.status).toBe(413)
      expect(await problemOf(response)).toBe('body-too-large')
    }
  })

  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'application/jsonp',
    '',
  ]) {
    test(`415 for the content type '${type}'`, async () => {
      const body = new TextEncoder().encode(JSON.stringify(newUser()))
      const response = await call(
        'POST',
        '/v1/users',
        { ...basic('admin'), ...(type && { 'content-type': type }) },
        body,
      )
      expect(response.status).toBe(415)
      expect(await problemOf(response)).toBe('unsupported-media-type')
    })
  }

  test('takes the content type with the charset that JSON has anyway', async () => {
    const headers = { ...basic('admin'), 'content-type': 'application/json; charset=UTF-8' }
    expect((await call('POST', '/v1/users', headers, JSON.stringify(newUser()))).status).toBe(201)
  })
})

describe('paths and methods', () => {
  for (const path of [
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/me/token',
    '/v1/users/1',
    '/v1/tokens//usage',
    '/v1/tokens/1/usages',
    '/v1/cluster/nodes',
    '/v1/%zz',
    '/v1/me%2f',
    '/v1//me',
  ]) {
    test(`404 for ${path}, with or without credentials`, async () => {
      for (const headers of [{}, basic('admin')]) {
        const response = await call('GET', path, headers)
        expect(response.status).toBe(404)
        expect(await problemOf(response)).toBe('no-such-path')
      }
    })
  }

  test('a slash at the end and an escape that is not needed make no difference', async () => {
    for (const path of ['/v1/me/', '/v1/%6d%65']) {
      expect((await call('GET', path, basic('admin'))).status).toBe(200)
    }
  })

  const others: Record<string, readonly string[]> = {
    '/v1/me': ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    '/v1/users': ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    '/v1/cluster': ['POST', 'DELETE'],
    '/v1/tokens/1/usage': ['POST', 'PATCH', 'DELETE'],
    '/healthz': ['POST', 'DELETE'],
    '/metrics': ['POST', 'DELETE'],
    '/readyz': ['POST', 'DELETE'],
  }
  for (const [path, methods] of Object.entries(others)) {
    test(`405 for ${methods.join(', ')} ${path}, with the methods there are`, async () => {
      for (const method of methods) {
        const response = await call(method, path, basic('admin'))
        expect(response.status).toBe(405)
        expect(response.headers.get('allow')).toBe(path === '/v1/users' ? 'POST' : 'GET')
        expect(await problemOf(response)).toBe('method-not-allowed')
      }
    })
  }

  test('405 for HEAD, which no call here has', async () => {
    expect((await call('HEAD', '/v1/me', basic('admin'))).status).toBe(405)
  })
})

describe('/healthz and /readyz', () => {
  test('say that all is well, to anybody, whatever credentials come along', async () => {
    for (const headers of [{}, basic('admin', 'wrong')]) {
      const health = await call('GET', '/healthz', headers)
      expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }])
      const ready = await call('GET', '/readyz', headers)
      expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }])
    }
  })

  test('a node that reads the store for each verdict is ready, and says why it does', async () => {
    const wasReady = jeton.state.readiness
    jeton.state.readiness = { isReady: true, reasons: ['Lease lost: reading through.'] }
    const ready = await call('GET', '/readyz')
    jeton.state.readiness = wasReady
    expect(ready.status).toBe(200)
    expect(await ready.json()).toEqual({
      status: 'reading through',
      reasons: ['Lease lost: reading through.'],
    })
  })

  test('a node that cannot judge says why, and is alive all the same', async () => {
    const wasReady = jeton.state.readiness
    jeton.state.readiness = { isReady: false, reasons: ['The database does not answer.'] }
    const ready = await call('GET', '/readyz')
    const health = await call('GET', '/healthz')
    jeton.state.readiness = wasReady
    expect(ready.status).toBe(503)
    expect(await ready.json()).toEqual({ status: 'not ready', reasons: ['The database does not answer.'] })
    expect(health.status).toBe(200)
  })
})
