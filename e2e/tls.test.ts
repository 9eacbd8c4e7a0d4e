import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { systemAmbient } from '../packages/server/src/ambient-system.ts'
import { newSelfSignedPair } from '../packages/server/src/tls/x509.ts'
import {
  ADMINISTRATOR,
  launchServer,
  type ServerProcess,
  startServer,
} from '../packages/server/testing/server-process.ts'
import { Person } from './support/run-jeton.ts'

setDefaultTimeout(30_000)

const opened: { close: () => unknown }[] = []

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close()
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'jeton-tls-'))
  opened.push({ close: () => rmSync(folder, { recursive: true }) })
  return folder
}

/** A server on a folder of its own, ended after the test. */
async function serve(dataFolder: string, flags: readonly string[]): Promise<ServerProcess> {
  const server = await startServer({ dataFolder, flags })
  opened.push({ close: () => server.stop() })
  return server
}

function administrator(url: string, more: Readonly<Record<string, string>> = {}): Person {
  const { username, password } = ADMINISTRATOR
  return new Person({ JETON_URL: url, JETON_USERNAME: username, JETON_PASSWORD: password, ...more })
}

/** The fingerprint of the certificate that a new connection is shown. */
async function fingerprintAt(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

/** Once the server has written that. */
async function written(server: ServerProcess, pattern: RegExp): Promise<void> {
  while (!pattern.test(server.output())) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('jeton serve --tls-self-signed', () => {
  test('prints the fingerprint of what it shows, and keeps it from start to start', async () => {
    const folder = newFolder()
    const prints: string[] = []
    for (let start = 0; start < 2; start++) {
      const server = await startServer({ dataFolder: folder, flags: ['--tls-self-signed'] })
      expect(server.output()).toContain(`SHA-256:  ${await fingerprintAt(server.port)}`)
      prints.push(await fingerprintAt(server.port))
      await server.stop()
    }
    expect(prints[0]).toBe(prints[1] ?? '')
    for (const name of ['self-signed.crt', 'self-signed.key']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    }
  })

  test('serves a jeton that trusts the certificate, and no other', async () => {
    const folder = newFolder()
    const { url } = await serve(folder, ['--tls-self-signed'])
    const stranger = await administrator(url).jeton(['token', 'list'])
    expect(stranger.exit).toBe(3)
    expect(stranger.err).toContain('is not trusted')
    expect(stranger.err).toContain('--cacert')
    const trusting = administrator(url, { JETON_CACERT: join(folder, 'self-signed.crt') })
    expect(await trusting.json(['token', 'list'])).toEqual({ tokens: [] })
  })

  test('serves an onezone-rest-cli that trusts the certificate', async () => {
    const folder = newFolder()
    const { url } = await serve(folder, ['--tls-self-signed'])
    const run = async (...args: readonly string[]) => {
      const program = join(import.meta.dir, '../packages/cli/bin/onezone-rest-cli')
      const child = Bun.spawn([program, '--host', url, ...args], {
        env: { PATH: process.env['PATH'], HOME: folder },
        stdout: 'pipe',
        stderr: 'pipe',
      })
      const [out, err, exit] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
      return { out, err, exit }
    }
    expect(await run('getConfiguration')).toMatchObject({ exit: 3, err: expect.stringContaining('--cacert') })
    const trusting = await run('--cacert', join(folder, 'self-signed.crt'), 'getConfiguration')
    expect(trusting).toMatchObject({ exit: 0, out: expect.stringContaining('"domain":"localhost"') })
  })

  test('keeps a login with what makes the server trustworthy', async () => {
    const folder = newFolder()
    const { url } = await serve(folder, ['--tls-self-signed'])
    const { username, password } = ADMINISTRATOR
    const person = new Person({ JETON_PASSWORD: password })
    const certificate = join(folder, 'self-signed.crt')
    await person.succeed(['login', '--url', url, '--username', username, '--cacert', certificate])
    expect(await person.succeed(['token', 'create', 'laptop', '--expires-in', '1h'])).not.toBe('')
    expect(await person.succeed(['logout'])).toContain('Logged out')
  })
})

describe('jeton serve --tls-cert --tls-key', () => {
  const newPair = () => newSelfSignedPair(systemAmbient, ['localhost', '127.0.0.1'], 86_400)

  function pairIn(folder: string) {
    const files = { certificate: join(folder, 'server.crt'), key: join(folder, 'server.key') }
    const write = ({ certificate, key } = newPair()): void => {
      writeFileSync(files.certificate, certificate)
      writeFileSync(files.key, key, { mode: 0o600 })
    }
    write()
    return { write, flags: ['--tls-cert', files.certificate, '--tls-key', files.key], files }
  }

  test('takes another certificate on SIGHUP, while clients keep coming, and refuses none', async () => {
    const folder = newFolder()
    const pair = pairIn(folder)
    const server = await serve(folder, [...pair.flags, '--access-log', 'false'])
    let isOver = false
    async function comeAgainAndAgain(): Promise<void> {
      for (;;) {
        if (isOver) return
        const socket = connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false })
        socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
        const [answer] = await once(socket, 'data')
        expect(String(answer)).toStartWith('HTTP/1.1 200 ')
        socket.destroy()
      }
    }
    const clients = Promise.all(Array.from({ length: 8 }, comeAgainAndAgain))
    for (let round = 1; round <= 5; round++) {
      const before = await fingerprintAt(server.port)
      pair.write()
      process.kill(server.pid, 'SIGHUP')
      while ((await fingerprintAt(server.port)) === before);
    }
    isOver = true
    await clients
  })

  test('keeps its certificate when the new one cannot be used, says so, and serves on', async () => {
    const folder = newFolder()
    const pair = pairIn(folder)
    const server = await serve(folder, pair.flags)
    const before = await fingerprintAt(server.port)
    writeFileSync(pair.files.key, newPair().key)
    process.kill(server.pid, 'SIGHUP')
    await written(server, /the TLS certificate stays the one that it was/)
    expect(server.output()).not.toContain(readFileSync(pair.files.key, 'utf8').split('\n')[1] ?? '-')
    expect(await fingerprintAt(server.port)).toBe(before)
    const ca = readFileSync(pair.files.certificate, 'utf8')
    expect((await fetch(`${server.url}/readyz`, { tls: { ca } })).status).toBe(200)
  })

  test('does not start with a key that is not the one of the certificate', async () => {
    const folder = newFolder()
    const pair = pairIn(folder)
    writeFileSync(pair.files.key, newPair().key)
    const data = join(folder, 'data')
    const server = launchServer({ dataFolder: data, flags: pair.flags })
    const problem = await server.listening().catch((error: unknown) => error)
    expect(String(problem)).toMatch(/The key in .* is not the one of the certificate/)
    expect(() => statSync(data)).toThrow()
  })
})
