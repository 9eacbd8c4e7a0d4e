import { afterEach, describe, expect, test } from 'bun:test'
import { connect as connectTcp } from 'node:net'
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { newTlsPair } from '../tls/support/pairs.ts'
import { head, listen, type ListenerOptions } from './support/listener.ts'

const sockets: TLSSocket[] = []

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

/** A listener with a certificate, and how to reach it. */
function listenTls(options: ListenerOptions = {}) {
  const pair = newTlsPair()
  const server = listen({ tls: pair, ...options })
  return { server, pair, url: `https://127.0.0.1:${server.port}`, ca: { tls: { ca: pair.certificate } } }
}

/** A connection whose handshake is done. Whatever certificate the server has is taken. */
async function connectTls(port: number): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  sockets.push(socket)
  await once(socket, 'secureConnect')
  return socket
}

/** The answer to one request, up to where the server ends the connection or says no more. */
async function ask(socket: TLSSocket, request: string): Promise<string> {
  socket.write(request)
  const [answer] = await once(socket, 'data')
  return String(answer)
}

const fingerprintAt = async (port: number): Promise<string> =>
  (await connectTls(port)).getPeerCertificate().fingerprint256

describe('a listener with a certificate', () => {
  test('serves HTTPS to who trusts it, and nothing without TLS', async () => {
    const { server, url, ca } = listenTls()
    expect((await fetch(`${url}/test`, ca)).status).toBe(200)
    const plain = connectTcp(server.port, '127.0.0.1').on('error', () => undefined)
    let received = ''
    plain.on('data', (chunk) => (received += String(chunk)))
    plain.write(head('GET /test'))
    await once(plain, 'close')
    expect(received).not.toContain('HTTP/1.1')
  })

  test('refuses a port that is taken, although listeners of its own share one', () => {
    const { server } = listenTls()
    for (const tls of [undefined, newTlsPair()]) {
      expect(() => listen({ port: server.port, tls })).toThrow(
        expect.objectContaining({ code: 'EADDRINUSE' }),
      )
    }
  })

  test('refuses a port that a plain listener has', () => {
    const { port } = listen()
    expect(() => listenTls({ port })).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }))
  })

  test.each([
    ['a body over the limit', 413, { body: 'x'.repeat(2000), method: 'POST' }, ''],
    ['a header over the limit', 431, { headers: { 'x-long': 'x'.repeat(5000) } }, ''],
    ['a path over the limit', 414, {}, 'x'.repeat(9000)],
  ])('answers %s as one without', async (_, status, init, path) => {
    const { url, ca } = listenTls({ limits: { maxBodyBytes: 1024 } })
    expect((await fetch(`${url}/test${path}`, { ...init, ...ca })).status).toBe(status)
  })

  test('closes idle connections when there are too many', async () => {
    const { server } = listenTls({ limits: { maxConnections: 1 } })
    const socket = await connectTls(server.port)
    await ask(socket, head('GET /test'))
    await once(socket, 'close')
    expect(server.lines()).toContainEqual(
      expect.objectContaining({ msg: 'too many connections; idle ones closed' }),
    )
  })

  test('knows the address of its client', async () => {
    const { server, url, ca } = listenTls()
    await fetch(`${url}/test`, ca)
    expect(server.lines()).toContainEqual(expect.objectContaining({ clientAddress: '127.0.0.1' }))
  })

  test.each(['TLSv1', 'TLSv1.1'] as const)('speaks no %s', async (version) => {
    const { server } = listenTls()
    const socket = connect({
      port: server.port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
    })
    sockets.push(socket)
    const error = await once(socket, 'secureConnect').catch((problem: unknown) => problem)
    expect(error).toBeInstanceOf(Error)
  })
})

describe('a listener that is given another certificate', () => {
  test.each(['127.0.0.1', '0.0.0.0', 'localhost'])('shows it to new connections at %s', async (host) => {
    const { server, pair } = listenTls({ host })
    expect(await fingerprintAt(server.port)).toBe(pair.fingerprint)
    for (let round = 0; round < 5; round++) {
      const next = newTlsPair()
      server.present(next)
      const shown = await Promise.all(Array.from({ length: 20 }, () => fingerprintAt(server.port)))
      expect(new Set(shown)).toEqual(new Set([next.fingerprint]))
    }
  })

  test('ends a connection that was there with its next answer, and not before', async () => {
    const { server } = listenTls()
    const socket = await connectTls(server.port)
    expect((await ask(socket, head('GET /test'))).toLowerCase()).not.toContain('connection: close')
    server.present(newTlsPair())
    const last = await ask(socket, head('GET /test'))
    expect(last).toStartWith('HTTP/1.1 200 ')
    expect(last.toLowerCase()).toContain('\r\nconnection: close\r\n')
  })

  test('finishes what was in flight, and stops only when all of it is', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const { server } = listenTls({
      stopTimeoutSeconds: 30,
      async answer() {
        arrive()
        await released
        return { status: 200 }
      },
    })
    const answer = ask(await connectTls(server.port), head('GET /test'))
    await arrived
    server.present(newTlsPair())
    const stopped = server.stop()
    release()
    expect(await answer).toStartWith('HTTP/1.1 200 ')
    await stopped
  })

  test('keeps the one that it has when the other cannot be used', async () => {
    const { server, pair } = listenTls()
    expect(() => server.present({ ...newTlsPair(), key: newTlsPair().key })).toThrow()
    expect(await fingerprintAt(server.port)).toBe(pair.fingerprint)
  })
})
