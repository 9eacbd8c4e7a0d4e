import type { Socket, TCPSocketListener } from 'bun'

/**
 * What stands between a node and its PostgreSQL, and can fail as networks do. Silent it takes everything and passes
 * nothing on: no connection ends, as when a cable is cut. Closed it ends every connection and takes no new one.
 */
export interface PostgresProxy {
  /** Of the database, through the proxy. */
  readonly url: string
  silence(): void
  /** What was held back is passed on. */
  resume(): void
  /** Ends all connections; new ones are taken. */
  cut(): void
  stop(): void
}

interface End {
  peer: Socket<End> | undefined
  /** Held back: the proxy is silent, or the peer not there yet or behind. */
  waiting: Buffer[]
}

/** @param url of a database */
export function postgresProxy(url: string): PostgresProxy {
  const target = new URL(url)
  const ends = new Set<Socket<End>>()
  let isSilent = false

  const flush = (end: Socket<End>): void => {
    const { peer, waiting } = end.data
    if (isSilent || peer === undefined) return
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const written = Math.max(peer.write(first), 0)
      if (written < first.length) {
        waiting[0] = first.subarray(written)
        return
      }
      waiting.shift()
    }
  }
  const handlers = {
    data(end: Socket<End>, chunk: Buffer) {
      end.data.waiting.push(Buffer.from(chunk))
      flush(end)
    },
    drain(end: Socket<End>) {
      if (end.data.peer !== undefined) flush(end.data.peer)
    },
    close(end: Socket<End>) {
      ends.delete(end)
      end.data.peer?.end()
    },
    error(end: Socket<End>) {
      end.end()
    },
  }
  const listener: TCPSocketListener<End> = Bun.listen<End>({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      ...handlers,
      async open(client) {
        client.data = { peer: undefined, waiting: [] }
        ends.add(client)
        try {
          const data: End = { peer: client, waiting: [] }
          const server = await Bun.connect<End>({
            hostname: target.hostname,
            port: Number(target.port),
            data,
            socket: handlers,
          })
          ends.add(server)
          client.data.peer = server
          flush(client)
        } catch {
          client.end()
        }
      },
    },
  })
  const through = new URL(url)
  through.port = String(listener.port)
  const cut = (): void => {
    for (const end of ends) end.terminate()
  }
  return {
    url: through.href,
    silence() {
      isSilent = true
    },
    resume() {
      isSilent = false
      for (const end of ends) flush(end)
    },
    cut,
    stop() {
      listener.stop(true)
      cut()
    },
  }
}
