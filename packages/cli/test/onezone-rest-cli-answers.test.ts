import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../src/onezone-rest-cli/run.ts'
import { CapturedTerminal, type Session } from './support/captured-terminal.ts'

/** A server that answers as a test wants it. */
let server: Bun.Server<undefined>
let answer: (request: Request) => Response | Promise<Response> = () => new Response()
/** The last request, as far as it is gone once it is answered. */
let seen: { readonly method: string; readonly path: string; readonly headers: Headers } | undefined

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      const { method, url, headers } = request
      seen = { method, path: new URL(url).pathname, headers: new Headers(headers) }
      return answer(request)
    },
  })
})

afterAll(() => server.stop(true))

async function call(args: readonly string[], session: Session = {}) {
  const terminal = new CapturedTerminal(session)
  const exit = await run(['--host', `http://127.0.0.1:${server.port}`, ...args], terminal)
  return { exit, out: terminal.out, err: terminal.err }
}

describe('an answer', () => {
  test.each([
    ['{"a":1}', '{"a":1}\n'],
    ['{"a":1}\n', '{"a":1}\n'],
    ['{"n":12345678901234567890,"f":1.0}', '{"n":12345678901234567890,"f":1.0}\n'],
    ['', ''],
    ['{"a":"\u202egnp"}', '{"a":"\\u202egnp"}\n'],
    ['{"a":"\u009b31m"}', '{"a":"\\u009b31m"}\n'],
  ])('%j is printed as %j', async (body, printed) => {
    answer = () => new Response(body)
    expect(await call(['getHealth'])).toEqual({ exit: 0, out: printed, err: '' })
  })

  test.each([
    [200, 0],
    [201, 0],
    [204, 0],
    [301, 1],
    [400, 1],
    [401, 1],
    [404, 1],
    [500, 1],
    [503, 1],
  ])('with status %i ends with exit status %i', async (status, exit) => {
    answer = () => new Response(status === 204 ? null : '{}', { status })
    const finished = await call(['getHealth'])
    expect(finished.exit).toBe(exit)
    if (exit === 1) expect(finished.err).toContain(`The server answered ${status}`)
  })

  test('that is not now says when to ask again', async () => {
    answer = () => new Response('{}', { status: 503, headers: { 'retry-after': '7' } })
    expect((await call(['getHealth'])).err).toContain('Try again in 7 s.')
  })

  test('with -i comes behind its status and headers', async () => {
    answer = () => new Response('{}', { status: 201, headers: { location: 'https://zone/users/u' } })
    expect((await call(['-i', 'getHealth'])).out).toMatch(
      /^HTTP 201 Created\n(?:[\w-]+: .*\n)*location: https:\/\/zone\/users\/u\n(?:[\w-]+: .*\n)*\n\{\}\n$/,
    )
  })

  test('that leads elsewhere is not followed, and the credential stays', async () => {
    let followed = false
    answer = ({ url }) => {
      followed ||= url.endsWith('/elsewhere')
      return new Response(null, { status: 307, headers: { location: '/elsewhere' } })
    }
    expect((await call(['getHealth', 'X-Auth-Token:t'])).exit).toBe(1)
    expect(followed).toBe(false)
  })
})

describe('a request', () => {
  test('carries method, path, headers and body', async () => {
    answer = () => new Response()
    await call(['createUser', 'fullName==Änn', 'X-Onedata-Service-Token:s'], {
      env: { ONEZONE_API_KEY: ' t ' },
    })
    expect(seen?.method).toBe('POST')
    expect(seen?.path).toBe('/api/v3/onezone/users')
    expect(seen?.headers.get('content-type')).toBe('application/json')
    expect(seen?.headers.get('x-auth-token')).toBe('t')
    expect(seen?.headers.get('x-onedata-service-token')).toBe('s')
  })

  test('has the exact body that was given', async () => {
    let body = ''
    answer = async (request) => {
      body = await request.text()
      return new Response()
    }
    await call(['createUser', 'fullName==Änn', 'n:= 1.50'])
    expect(body).toBe('{"fullName":"Änn","n":1.50}')
    await call(['createUser', '-'], { input: ' {"fullName" : "x"}\n' })
    expect(body).toBe('{"fullName" : "x"}')
  })

  test('with -u and no password asks for it', async () => {
    answer = () => new Response()
    const { exit, err } = await call(['-u', 'ada', 'getHealth'], { typed: 'päss:word' })
    expect(exit).toBe(0)
    expect(err).toBe('Password of ada: ')
    expect(Buffer.from(seen?.headers.get('authorization')?.slice(6) ?? '', 'base64').toString()).toBe(
      'ada:päss:word',
    )
  })

  test('a dry run sends nothing and asks for nothing', async () => {
    seen = undefined
    expect(await call(['-u', 'ada', 'getHealth', '--dry-run'], { typed: 'x' })).toMatchObject({
      exit: 0,
      err: '',
    })
    expect(seen).toBeUndefined()
  })
})

describe('without an answer the exit status is 3:', () => {
  test('nobody listens', async () => {
    const gone = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
    const { port } = gone
    await gone.stop(true)
    const terminal = new CapturedTerminal()
    expect(await run(['--host', `http://127.0.0.1:${port}`, 'getHealth'], terminal)).toBe(3)
    expect(terminal.err).toMatch(
      /Cannot reach http:\/\/127\.0\.0\.1:\d+ \((ConnectionRefused|ECONNREFUSED)\)\./,
    )
    expect(terminal.err).not.toContain('may have been carried out')
  })

  test('the server takes longer than it may', async () => {
    const { promise, resolve } = Promise.withResolvers<Response>()
    answer = () => promise
    const { exit, err } = await call(['-m', '0.1', 'removeCurrentUser'])
    resolve(new Response())
    expect(exit).toBe(3)
    expect(err).toContain('within 0.1 s')
    expect(err).toContain('look before you repeat it')
  })

  describe.skipIf(Bun.which('openssl') === null)('the certificate', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jeton-certificate-'))
    const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    let secure: Bun.Server<undefined>

    beforeAll(() => {
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
      const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile]
      Bun.spawnSync(['openssl', 'req', '-x509', '-days', '2', ...subject, ...key, '-out', certificateFile])
      secure = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        tls: { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certificateFile, 'utf8') },
        fetch: () => new Response('{"status":"healthy"}'),
      })
    })

    afterAll(async () => {
      await secure.stop(true)
      rmSync(folder, { recursive: true })
    })

    async function ask(...options: readonly string[]) {
      const terminal = new CapturedTerminal()
      const exit = await run(
        ['--host', `https://localhost:${secure.port}`, 'getHealth', ...options],
        terminal,
      )
      return { exit, out: terminal.out, err: terminal.err }
    }

    test('is not trusted', async () => {
      const { exit, err } = await ask()
      expect(exit).toBe(3)
      expect(err).toContain('is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)')
      expect(err).toContain('--cacert FILE')
    })

    test('is trusted with --cacert', async () => {
      expect(await ask('--cacert', certificateFile)).toEqual({
        exit: 0,
        out: '{"status":"healthy"}\n',
        err: '',
      })
    })

    test('does not matter with -k', async () => {
      expect(await ask('-k')).toEqual({ exit: 0, out: '{"status":"healthy"}\n', err: '' })
    })
  })
})
