import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { routes } from '../../src/dialects/onezone/routes.ts'
import { DEFAULT_HTTP_LIMITS } from '../../src/http/limits.ts'
import { CLOSED, RawConnection } from '../../testing/raw-connection.ts'
import { OPERATIONS, type OperationRow, OWN_TOKEN } from './operations.ts'
import { DATABASES } from '../../testing/start-node.ts'
import {
  type Answer,
  type Ask,
  BASE,
  bearer,
  errorIds,
  newNamedToken,
  newUser,
  startZone,
  type TestUser,
  type Zone,
} from './zone.ts'

/** Every refusal of every operation. The first test makes an operation without a row here fail. */

const UNAUTHORIZED = {
  error: {
    id: 'unauthorized',
    description: 'You must authenticate yourself to perform this operation.',
  },
}
const FORBIDDEN = {
  error: { id: 'forbidden', description: 'You are not authorized to perform this operation.' },
}

test('the route table is the table of the API, no more and no less', () => {
  expect(routes.map(lineOf).toSorted()).toEqual(OPERATIONS.map(lineOf).toSorted())
})

function lineOf({
  operationId,
  method,
  path,
}: Pick<OperationRow, 'operationId' | 'method' | 'path'>): string {
  return `${operationId}: ${method} ${path}`
}

/** Whom an operation is about, a token of his, and somebody else. */
interface Cast {
  readonly owner: TestUser
  readonly tokenId: string
  readonly tokenName: string
  readonly stranger: TestUser
}

const takesBody = ({ method }: OperationRow) => method === 'POST' || method === 'PATCH'
const isOpen = ({ callers }: OperationRow) => callers.length === 0
/** On `/user…` the caller is always whom it is about. */
const isForEveryUser = ({ callers, path }: OperationRow) =>
  callers.includes('self') && (path === '/user' || path.startsWith('/user/'))

for (const database of DATABASES) {
  describe(`on ${database}`, () => {
    let zone: Zone
    let cast: Cast
    beforeAll(async () => {
      zone = await startZone(database)
      cast = await newCast(zone)
    }, 30_000)
    afterAll(() => zone.stop())

    for (const row of OPERATIONS) {
      describe(`${row.method} ${row.path}`, () => {
        const ask = (request: Ask = {}, who = cast) =>
          zone.ask(row.method, filled(row.path, row, who), { ...sampleOf(row, who), ...request })

        if (isOpen(row)) {
          test(`nobody is answered ${row.success}`, async () => {
            expect((await ask()).status).toBe(row.success)
          })
        } else {
          test('401 for nobody, with no reason given', async () => {
            const answer = await ask()
            expect(answer.status).toBe(401)
            expect(answer.parsed).toEqual(UNAUTHORIZED)
            expect(answer.headers.get('content-type')).toBe('application/json')
          })
        }

        test('401 for a token that is none, without a content type', async () => {
          const answer = await ask({ headers: bearer('no-token') })
          expect(answer.status).toBe(401)
          expect(errorIds(answer)).toBe('unauthorized badToken')
          expect(answer.headers.get('content-type')).toBeNull()
          expect(answer.headers.get('access-control-allow-origin')).toBe('*')
          expect(answer.headers.get('www-authenticate')).toBeNull()
        })

        test('401 for a token whose api caveat is for something else', async () => {
          const token = await confined(zone, cast.owner, 'ozw/get/space.*.*:*')
          const answer = await ask({ headers: bearer(token) })
          expect(answer.status).toBe(401)
          expect(errorIds(answer)).toBe('unauthorized tokenCaveatUnverified')
          expect(answer.headers.get('content-type')).toBe('application/json')
        })

        if (!isOpen(row) && !isForEveryUser(row)) {
          test('403 for a user who is not whom it is about and holds no privilege', async () => {
            const answer = await ask({ headers: bearer(cast.stranger.token) })
            expect(answer.status).toBe(403)
            expect(answer.parsed).toEqual(FORBIDDEN)
          })
        }

        if (!isOpen(row) && !row.callers.includes('self')) {
          test('403 for the very user whom it is about', async () => {
            expect((await ask({ headers: bearer(cast.owner.token) })).status).toBe(403)
          })
        }

        const [privilege] = row.callers.filter((caller) => caller !== 'self')
        if (privilege !== undefined && !isForEveryUser(row)) {
          test(`403 for who holds every privilege but ${privilege}`, async () => {
            const { json } = await zone.asAdmin('GET', '/privileges')
            const others = json.admin.filter((other: string) => other !== privilege)
            const { token } = await newUser(zone, others)
            expect((await ask({ headers: bearer(token) })).status).toBe(403)
          })

          test(`${row.success} for who holds ${privilege} alone`, async () => {
            const { token } = await newUser(zone, [privilege])
            const answer = await ask({ headers: bearer(token) }, await newCast(zone))
            expect(answer.status).toBe(row.success)
          })
        }

        if (row.callers.includes('self') || isOpen(row)) {
          test(`${row.success} for the user whom it is about`, async () => {
            const own = await newCast(zone)
            const answer = await ask({ headers: bearer(own.owner.token) }, own)
            expect(answer.status).toBe(row.success)
          })

          test('an api caveat for exactly this operation lets it through', async () => {
            const own = await newCast(zone)
            const spec = filled(row.resource, row, own)
            const token = await confined(zone, own.owner, `ozw/${spec.replace(' ', '/')}`)
            const answer = await ask({ headers: bearer(token) }, own)
            expect(answer.status).toBe(row.success)
          })
        }

        if (row.entity !== undefined) {
          test('404 for an id that is not there, even to nobody', async () => {
            const path = row.path.replace('{id}', 'c0ffee00c0ffee00c0ffee00c0ffee00ch0000')
            for (const headers of [{}, bearer(cast.stranger.token), bearer(zone.adminToken)]) {
              const answer = await zone.ask(row.method, path, { ...sampleOf(row, cast), headers })
              expect(answer.status).toBe(404)
              expect(errorIds(answer)).toBe('notFound')
            }
          })
        }

        if (takesBody(row)) {
          test('400 malformedData for broken JSON, even to nobody', async () => {
            const answer = await ask({ rawBody: '{' })
            expect(answer.status).toBe(400)
            expect(errorIds(answer)).toBe('malformedData')
          })

          const { badBody } = row
          test(`400 by id: ${badBody?.[1]}`, async () => {
            if (badBody === undefined) throw new Error('an operation with a body needs a bad one')
            const headers = bearer(row.callers.includes('self') ? cast.owner.token : zone.adminToken)
            const answer = await ask({ headers, body: withTokens(badBody[0], cast) })
            expect(errorIds(answer)).toBe(badBody[1])
            expect(answer.status).toBe(badBody[1] === 'notImplemented' ? 501 : 400)
          })

          test.each([
            ['text/plain'],
            ['application/json; charset=utf-8'],
            ['application/json;charset=utf-8'],
            ['application/merge-patch+json'],
            [''],
          ])('415 for a body that is said to be %j, with nothing said', async (contentType) => {
            expectEmpty(await ask({ headers: { 'content-type': contentType }, body: {} }), 415)
          })

          test('413 for a body that is announced too large, with nothing said', async () => {
            const length = DEFAULT_HTTP_LIMITS.maxBodyBytes + 1
            const answer = await askRaw(zone, row.method, filled(row.path, row, cast), [
              'Content-Type: application/json',
              `Content-Length: ${length}`,
            ])
            expect(answer).toEqual({ status: 413, body: '' })
          })
        }

        test('406 for who takes no JSON, with nothing said', async () => {
          for (const accept of ['text/html', 'application/xml, text/*', 'application/json; charset=utf-8']) {
            expectEmpty(await ask({ headers: { accept } }), 406)
          }
        })

        test('431 for a header value above 4096 bytes, with nothing said', async () => {
          const answer = await ask({ headers: { 'x-auth-token': 'a'.repeat(4097) } })
          expect(answer.status).toBe(431)
          expect(answer.text).toBe('')
        })

        test('405 for methods that it has not, naming those that it has', async () => {
          const allowed = OPERATIONS.filter(({ path }) => path === row.path).map(({ method }) => method)
          for (const method of ['HEAD', 'OPTIONS', 'PUT', 'GET', 'POST', 'PATCH', 'DELETE']) {
            if (allowed.some((other) => other === method)) continue
            const answer = await zone.ask(method, filled(row.path, row, cast), {
              headers: bearer('no-token'),
            })
            expectEmpty(answer, 405)
            expect(answer.headers.get('allow')).toBe(allowed.toSorted().join(', '))
          }
        })
      })
    }

    test('404 with nothing said for paths that are none', async () => {
      for (const path of [
        '',
        '/',
        '/tokens',
        '/token/named',
        '/tokens/named/x/y',
        '/users/%f',
        '/users/%zz',
      ]) {
        for (const method of ['GET', 'POST', 'DELETE']) {
          const answer = await zone.ask(method, path, { headers: bearer('no-token') })
          expectEmpty(answer, 404)
        }
      }
    })

    test('a slash at the end and a query change nothing', async () => {
      expect((await zone.ask('GET', '/health/')).parsed).toEqual({ status: 'healthy' })
      expect((await zone.ask('GET', '/health?verbose=1')).parsed).toEqual({ status: 'healthy' })
      const listed = await zone.ask('GET', '/user/tokens/named/', { headers: bearer(cast.owner.token) })
      expect(listed.status).toBe(200)
    })

    test('when the disk is nearly full, only what writes more is refused', async () => {
      const own = await newCast(zone)
      zone.disk.isNearlyFull = true
      try {
        const headers = bearer(own.owner.token)
        const creates = await zone.ask('POST', '/user/tokens/named', { headers, rawBody: '{' })
        expect(creates.status).toBe(503)
        expect(errorIds(creates)).toBe('serviceUnavailable')
        expect(creates.headers.get('retry-after')).toBe('1')
        const verifies = await zone.ask('POST', '/tokens/verify_access_token', {
          body: { token: own.owner.token },
        })
        expect(verifies.status).toBe(200)
        const path = `/tokens/named/${own.tokenId}`
        const describes = await zone.ask('PATCH', path, {
          headers,
          body: { customMetadata: {}, revoked: true },
        })
        expect(errorIds(describes)).toBe('serviceUnavailable')
        const revokes = await zone.ask('PATCH', path, { headers, body: { revoked: true } })
        expect(revokes.status).toBe(204)
        const deletes = await zone.ask('DELETE', path, { headers })
        expect(deletes.status).toBe(204)
      } finally {
        zone.disk.isNearlyFull = false
      }
    })
  })
}

async function newCast(zone: Zone): Promise<Cast> {
  const owner = await newUser(zone)
  const { tokenId, name } = await newNamedToken(zone, owner.id)
  return { owner, tokenId, tokenName: name, stranger: await newUser(zone) }
}

/** A path or a resource key with its ids. */
function filled(text: string, { path }: OperationRow, { owner, tokenId, tokenName }: Cast): string {
  const id = path.startsWith('/tokens') ? tokenId : path.startsWith('/providers') ? 'p1' : owner.id
  return text.replaceAll('{id}', id).replaceAll('{caller}', owner.id).replaceAll('{name}', tokenName)
}

function sampleOf({ body }: OperationRow, cast: Cast): Ask {
  return body === undefined ? {} : { body: withTokens(body, cast) }
}

function withTokens(body: unknown, { owner }: Cast): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(OWN_TOKEN, owner.token))
}

async function confined(zone: Zone, { token }: TestUser, matchspec: string): Promise<string> {
  const caveats = [{ type: 'api', whitelist: [matchspec] }]
  const answer = await zone.ask('POST', '/tokens/confine', { body: { token, caveats } })
  if (answer.status !== 200) throw new Error(`not confined: ${answer.text}`)
  return answer.json.token
}

function expectEmpty(answer: Answer, status: number): void {
  expect(answer.status).toBe(status)
  expect(answer.text).toBe('')
  expect(answer.headers.get('content-type')).toBeNull()
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
}

async function askRaw(
  zone: Zone,
  method: string,
  path: string,
  headers: readonly string[],
): Promise<{ readonly status: number; readonly body: string } | typeof CLOSED> {
  const connection = await RawConnection.open(zone.port)
  try {
    const lines = [`${method} ${BASE}${encodeURI(path)} HTTP/1.1`, 'Host: localhost', ...headers, '', '']
    const answer = await connection.exchange(lines.join('\r\n'))
    return answer === CLOSED ? CLOSED : { status: answer.status, body: answer.body }
  } finally {
    connection.close()
  }
}
