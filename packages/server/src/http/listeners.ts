import type { Log } from '../log.ts'
import type { TlsPair } from '../tls/tls-pair.ts'
import { steerConnections } from './steer-connections.ts'

export type BunServer = Bun.Server<undefined>

/**
 * The time to drain is waited for in so many parts. A process that stands still, on a machine that is suspended or too
 * busy, drains nothing; when it goes on, all that has run out is one part, and not what it has still to answer in.
 */
const DRAIN_PARTS = 10

/** What listens there, with a certificate or without. */
export type Listen = (options: {
  readonly port: number
  readonly isShared: boolean
  readonly tls: TlsPair | undefined
}) => BunServer

export interface ListenersOptions {
  readonly listen: Listen
  /** 0 takes any free one. */
  readonly port: number
  readonly tls: TlsPair | undefined
  /** After which nothing is left of a connection that was told to end with its next answer. */
  readonly drainSeconds: number
  /** From now on each answer of that listener ends its connection. */
  readonly onRetired: (listener: BunServer) => void
  readonly log: Log
}

/**
 * One port. As the runtime gives a listener its certificate for life, another certificate takes another listener at
 * the same port: new connections are its, and the one before it goes when those that it has are at their end. So nobody
 * is refused, and nobody is cut off.
 */
export class Listeners {
  readonly port: number
  readonly #options: ListenersOptions
  /** In the kernel's order, which {@link steerConnections} counts by. */
  readonly #open: BunServer[]
  #newest: BunServer
  readonly #timers = new Set<Timer>()
  readonly #closing = new Set<Promise<void>>()

  /** @throws what the runtime throws when it cannot listen there */
  constructor(options: ListenersOptions) {
    this.#options = options
    this.#newest = listenFirst(options)
    this.#open = [this.#newest]
    // Proof: only a server on a Unix socket has no port.
    this.port = this.#newest.port as number
  }

  /** @throws what the runtime throws for a certificate that it cannot use; everything is as before then */
  present(tls: TlsPair): void {
    const { listen, onRetired, drainSeconds, log } = this.#options
    const before = this.#newest
    this.#newest = listen({ port: this.port, isShared: true, tls })
    this.#open.push(this.#newest)
    const isSteered = steerConnections(this.port, this.#open.length - 1)
    onRetired(before)
    if (isSteered) return this.#later(drainSeconds, () => this.#close(before))
    log.warn({}, 'connections that were being made during the change of the certificate may have been reset')
    this.#close(before)
  }

  get pendingRequests(): number {
    return this.#open.reduce((sum, { pendingRequests }) => sum + pendingRequests, 0)
  }

  closeIdleConnections(): number {
    return this.#open.reduce((sum, listener) => sum + listener.closeIdleConnections(), 0)
  }

  /** Refuses what is new; done when what is in flight has been answered. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    await Promise.all([...this.#closing, ...this.#open.map((listener) => listener.stop())])
  }

  async cutOff(): Promise<void> {
    await Promise.all(this.#open.map((listener) => listener.stop(true)))
  }

  /** With its connections, which should have none left. */
  #close(listener: BunServer): void {
    const last = this.#open.pop()
    // As the kernel fills the gap.
    if (last !== undefined && last !== listener) this.#open[this.#open.indexOf(listener)] = last
    const closed = listener.stop().finally(() => this.#closing.delete(closed))
    this.#closing.add(closed)
    if (this.#open.length > 1) steerConnections(this.port, this.#open.indexOf(this.#newest))
  }

  #later(seconds: number, work: () => void, parts = DRAIN_PARTS): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer)
        if (parts > 1) this.#later(seconds, work, parts - 1)
        else work()
      },
      (seconds * 1000) / DRAIN_PARTS,
    )
    this.#timers.add(timer)
  }
}

/**
 * A port that may be shared is shared with any other program of the same user too, that has said the same: one that is
 * taken would not be found out. So it is taken alone first.
 */
function listenFirst({ listen, port, tls }: ListenersOptions): BunServer {
  const alone = listen({ port, isShared: false, tls })
  if (tls === undefined) return alone
  void alone.stop(true)
  return listen({ port: alone.port ?? port, isShared: true, tls })
}
