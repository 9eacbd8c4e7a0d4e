import { afterEach, describe, expect, test } from 'bun:test'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { spawn } from 'node:child_process'
import { CLOSED, RawConnection } from '../../testing/raw-connection.ts'
import { connectTo, head, listen } from './support/listener.ts'

const children: { kill: () => unknown }[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill()
})

/** A server in a process of its own, and a way to wait for the lines that it prints. */
async function startProcess(stopTimeoutSeconds: number) {
  const script = `${import.meta.dir}/support/stoppable.ts`
  const child = spawn(process.execPath, [script, String(stopTimeoutSeconds)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push({ kill: () => child.kill('SIGKILL') })
  const printed = createInterface(child.stdout)[Symbol.asyncIterator]()
  const nextLine = async (): Promise<string> => (await printed.next()).value ?? ''
  let log = ''
  child.stderr.on('data', (chunk) => (log += String(chunk)))
  const exited = once(child, 'close')
  const port = Number(await nextLine())
  return {
    child,
    nextLine,
    connect: () => RawConnection.open(port),
    /** Waits for the end. */
    ended: async () => {
      await exited
      return { code: child.exitCode, log }
    },
  }
}

test('a port that is taken is refused, and its owner is not disturbed', async () => {
  const owner = listen()
  expect(() => listen({ port: owner.port })).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }))
  expect((await fetch(`${owner.url}/test`)).status).toBe(200)
})

/** Answers `/test/slow` only when it is released, everything else at once. */
function listenSlowly() {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const server = listen({
    stopTimeoutSeconds: 30,
    async answer({ path }) {
      if (path === '/test/slow') {
        arrive()
        await released
      }
      return { status: 200 }
    },
  })
  return { server, arrived, release }
}

describe('a server that stops', () => {
  test('finishes what is in flight, ends its connection and refuses new ones', async () => {
    const { server, arrived, release } = listenSlowly()
    const connection = await connectTo(server)
    const answer = connection.exchange(head('GET /test/slow'))
    await arrived
    const stopped = server.stop()
    const refused = connect(server.port, '127.0.0.1')
    expect(await once(refused, 'error').then(([error]) => error.code)).toBe('ECONNREFUSED')
    release()
    expect(await answer).toMatchObject({ status: 200 })
    expect(connection.isOpen).toBe(false)
    await stopped
  })

  test('answers 503 to a request whose head was still on its way', async () => {
    const { server, arrived, release } = listenSlowly()
    const [slow, late] = [await connectTo(server), await connectTo(server)]
    const request = head('GET /test')
    const socket = connect(server.port, '127.0.0.1')
    socket.setEncoding('latin1')
    socket.write(request.slice(0, 20))
    await late.exchange(head('GET /test'))
    const inFlight = slow.exchange(head('GET /test/slow'))
    await arrived
    const stopped = server.stop()
    socket.write(request.slice(20))
    const [answer] = await once(socket, 'data')
    expect(answer).toStartWith('HTTP/1.1 503 ')
    expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n')
    release()
    await Promise.all([inFlight, stopped])
  })

  test('may be told to stop twice', async () => {
    const server = listen()
    await Promise.all([server.stop(), server.stop()])
  })
})

describe('a process that is told to end', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s finishes what is in flight and exits with 0',
    async (signal) => {
      const server = await startProcess(30)
      const answer = (await server.connect()).exchange(head('GET /test/slow'))
      expect(await server.nextLine()).toBe('arrived')
      server.child.kill(signal)
      expect(await server.nextLine()).toBe('stopping')
      server.child.kill('SIGUSR2')
      expect(await answer).toMatchObject({ status: 200 })
      const { code, log } = await server.ended()
      expect(code).toBe(0)
      // The line was still in the buffer when the process ended.
      expect(JSON.parse(log)).toMatchObject({ msg: 'request', status: 200 })
    },
  )

  test('cuts off what takes longer than it may, says so, and exits with 0', async () => {
    const server = await startProcess(0)
    const answer = (await server.connect()).exchange(head('GET /test/never'))
    expect(await server.nextLine()).toBe('arrived')
    server.child.kill('SIGTERM')
    expect(await answer).toBe(CLOSED)
    const { code, log } = await server.ended()
    expect(code).toBe(0)
    expect(JSON.parse(log)).toMatchObject({
      level: 'warn',
      msg: 'requests still in flight are cut off',
      requests: 1,
    })
  })

  test('ends at once when it is told again', async () => {
    const server = await startProcess(300)
    void (await server.connect()).exchange(head('GET /test/never'))
    expect(await server.nextLine()).toBe('arrived')
    server.child.kill('SIGTERM')
    expect(await server.nextLine()).toBe('stopping')
    server.child.kill('SIGTERM')
    expect((await server.ended()).code).toBe(137)
  })
})
