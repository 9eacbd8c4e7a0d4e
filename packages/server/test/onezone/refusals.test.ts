import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { routes } from '../../src/dialects/onezone/routes.ts'
import { DEFAULT_HTTP_LIMITS } from '../../src/http/limits.ts'
import { CLOSED, RawConnection } from '../../testing/raw-connection.ts'
import { OPERATIONS, type OperationRow } from './operations.ts'
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
  type Zone,
} from './zone.ts'

/**
 * What every operation refuses before it looks at who calls and at what is there. The first test makes an operation
 * without a row fail; who may call is tested with the conditions that the rows name.
 */

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

const takesBody = ({ method }: OperationRow) => method === 'POST' || method === 'PUT' || method === 'PATCH'
for (const database of DATABASES) {
  describe(`on ${database}`, () => {
    let zone: Zone
    beforeAll(async () => {
      zone = await startZone(database)
    }, 30_000)
    afterAll(() => zone.stop())

    for (const row of OPERATIONS) {
      describe(`${row.method} ${row.path}`, () => {
        const path = filled(row.path)
        const ask = (request: Ask) =>
          zone.ask(row.method, path, { ...(row.body !== undefined && { body: row.body }), ...request })

        test('401 for a token that is none, without a content type', async () => {
          const answer = await ask({ headers: bearer('no-token') })
          expect(answer.status).toBe(401)
          expect(errorIds(answer)).toBe('unauthorized badToken')
          expect(answer.headers.get('content-type')).toBeNull()
          expect(answer.headers.get('access-control-allow-origin')).toBe('*')
          expect(answer.headers.get('www-authenticate')).toBeNull()
        })

        if (takesBody(row)) {
          test('400 malformedData for broken JSON, even to nobody', async () => {
            const answer = await ask({ rawBody: '{' })
            expect(answer.status).toBe(400)
            expect(errorIds(answer)).toBe('malformedData')
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
            const answer = await askRaw(zone, row.method, path, [
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
            const answer = await zone.ask(method, path, {
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
      const listed = await zone.ask('GET', '/user/tokens/named/', { headers: bearer(zone.adminToken) })
      expect(listed.status).toBe(200)
    })

    test('when the disk is nearly full, only what writes more is refused', async () => {
      const owner = await newUser(zone)
      const { tokenId } = await newNamedToken(zone, owner.id)
      zone.disk.isNearlyFull = true
      try {
        const headers = bearer(owner.token)
        const creates = await zone.ask('POST', '/user/tokens/named', { headers, rawBody: '{' })
        expect(creates.status).toBe(503)
        expect(errorIds(creates)).toBe('serviceUnavailable')
        expect(creates.headers.get('retry-after')).toBe('1')
        const verifies = await zone.ask('POST', '/tokens/verify_access_token', {
          body: { token: owner.token },
        })
        expect(verifies.status).toBe(200)
        const path = `/tokens/named/${tokenId}`
        const describes = await zone.ask('PATCH', path, {
          headers,
          body: { customMetadata: {}, revoked: true },
        })
        expect(errorIds(describes)).toBe('serviceUnavailable')
        const revokes = await zone.ask('PATCH', path, { headers, body: { revoked: true } })
        expect(revokes.status).toBe(204)
        const deletes = await zone.ask('DELETE', path, { headers })
        expect(deletes.status).toBe(204)
        const admin = bearer(zone.adminToken)
        for (const [body, outcome] of [
          [{ grant: ['oz_users_list'], revoke: ['oz_users_view'] }, 'serviceUnavailable'],
          [{ revoke: ['oz_users_view'] }, ''],
        ] as const) {
          const answer = await zone.ask('PATCH', `/users/${owner.id}/privileges`, { headers: admin, body })
          expect(errorIds(answer)).toBe(outcome)
        }
      } finally {
        zone.disk.isNearlyFull = false
      }
    })
  })
}

/** What is named there is not looked for before any of this. */
function filled(path: string): string {
  return path.replace(/\{\w+\}/g, 'some-id')
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
