import { afterEach, describe, expect, test } from 'bun:test'
import { once } from 'node:events'
import { connect } from 'node:tls'
import { type BunServer, Listeners } from '../../src/http/listeners.ts'
import { silentLog } from '../../src/log.ts'
import { newTlsPair } from '../tls/support/pairs.ts'

/** More than a handshake takes on a busy machine. */
const DRAIN_SECONDS = 1
/** For a process that stands still for longer. */
const SHORT_DRAIN_SECONDS = 0.5

const opened: Listeners[] = []

afterEach(async () => {
  for (const listeners of opened.splice(0)) await listeners.cutOff()
})

/** Listeners whose answer is which of them it comes from, counted from 1. */
function open({ drainSeconds = DRAIN_SECONDS } = {}): {
  readonly listeners: Listeners
  readonly all: readonly BunServer[]
} {
  const all: BunServer[] = []
  const listeners = new Listeners({
    listen({ port, isShared, tls }) {
      const server = Bun.serve({
        hostname: '127.0.0.1',
        port,
        reusePort: isShared,
        ...(tls !== undefined && { tls: { cert: tls.certificate, key: tls.key } }),
        fetch: (_, answering) => new Response(String(all.indexOf(answering))),
      })
      all.push(server)
      return server
    },
    port: 0,
    tls: newTlsPair(),
    drainSeconds,
    onRetired: () => undefined,
    log: silentLog,
  })
  opened.push(listeners)
  return { listeners, all }
}

/** One request on a connection of its own. @throws when it is refused or reset */
async function ask(port: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return Number(String(answer).split('\r\n\r\n')[1])
}

describe('listeners that take turns at a port', () => {
  test('refuse nobody and reset nobody, while the old ones go too', async () => {
    const { listeners, all } = open()
    let isOver = false
    async function comeAgainAndAgain(): Promise<number> {
      for (let times = 0; ; times++) {
        if (isOver) return times
        await ask(listeners.port)
      }
    }
    const clients = Promise.all(Array.from({ length: 8 }, comeAgainAndAgain))
    // Some go while others are about to, in the order in which they came.
    const until = Bun.nanoseconds() + 2.5 * DRAIN_SECONDS * 1e9
    // However slow the machine is.
    while (Bun.nanoseconds() < until || all.length < 5) {
      listeners.present(newTlsPair())
      const newest = all.length - 1
      for (let turn = 0; turn < 30; turn++) expect(await ask(listeners.port)).toBe(newest)
    }
    isOver = true
    expect(Math.min(...(await clients))).toBeGreaterThan(0)
  })

  test('reset nobody when the process stands still for longer than the old one has to drain', async () => {
    const { listeners } = open({ drainSeconds: SHORT_DRAIN_SECONDS })
    await ask(listeners.port)
    const next = newTlsPair()
    const answers = Array.from({ length: 4 }, () => ask(listeners.port))
    // The old one accepts them, and has heard nothing of them yet.
    await new Promise((resolve) => setImmediate(resolve))
    listeners.present(next)
    Bun.sleepSync(1500 * SHORT_DRAIN_SECONDS)
    expect(await Promise.all(answers)).toHaveLength(answers.length)
  })
})
