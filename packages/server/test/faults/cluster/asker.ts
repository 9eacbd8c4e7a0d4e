import { type CLOSED, type RawAnswer, RawConnection } from '../../../testing/raw-connection.ts'
import { systemAmbient } from '../../../src/ambient-system.ts'

/** A node that was stopped for a while answers what came meanwhile; one that never does is given up. */
const GIVEN_UP_AFTER_MILLIS = 25_000
/** A node closes connections that are quiet for longer than its idle timeout, maybe while a request is under way to it. */
const MOST_QUIET_MILLIS = 10_000

/**
 * Sends requests to one node on keep-alive connections, a new one whenever all are busy: a node that hangs keeps nobody
 * from sending it more. Nothing is ever sent twice.
 */
export class Asker {
  readonly #port: number
  readonly #idle: { readonly connection: RawConnection; readonly since: number }[] = []
  readonly #busy = new Set<RawConnection>()

  constructor(port: number) {
    this.#port = port
  }

  /** Requests that have not been answered. */
  get waiting(): number {
    return this.#busy.size
  }

  /** A connection that is ready to send; `undefined` when the node takes none. To be given back by {@link ask}. */
  async connect(): Promise<RawConnection | undefined> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      const { connection, since } = idle
      if (connection.isOpen && systemAmbient.monotonicMillis() - since < MOST_QUIET_MILLIS) return connection
      connection.close()
    }
    return RawConnection.open(this.#port).catch(() => undefined)
  }

  /** Sends at once. */
  async ask(connection: RawConnection, request: Uint8Array): Promise<RawAnswer | typeof CLOSED> {
    this.#busy.add(connection)
    const giveUp = setTimeout(() => connection.close(), GIVEN_UP_AFTER_MILLIS)
    try {
      return await connection.exchange(request)
    } finally {
      clearTimeout(giveUp)
      this.#busy.delete(connection)
      if (connection.isOpen) this.#idle.push({ connection, since: systemAmbient.monotonicMillis() })
    }
  }

  close(): void {
    for (const { connection } of this.#idle) connection.close()
    for (const connection of this.#busy) connection.close()
  }
}
