import { ONEZONE_BASE, verdictOf } from '../../testing/onezone-client.ts'
import { CLOSED, type RawAnswer, RawConnection, rawRequest } from '../../testing/raw-connection.ts'

/** How many answers each verifier must have had before what they say is looked at. */
const ANSWERS_EACH = 5

/**
 * Verifiers that ask about one token without a pause, each on a connection of its own, while it is revoked and
 * allowed again. What counts is when a request was sent: it is late if that was after the change's acknowledgement
 * had been received, and its verdict is still the old one.
 */
export class Verifiers {
  readonly #connections: readonly RawConnection[]
  readonly #running: Promise<unknown>
  #isStopped = false
  #phase = newPhase()

  private constructor(connections: readonly RawConnection[], token: string) {
    this.#connections = connections
    const request = verification(token)
    this.#running = Promise.all(connections.map((connection) => this.#askOn(connection, request)))
    // A verifier that fails says so where its verdicts are waited for, or at the end.
    this.#running.catch(() => undefined)
  }

  /** @param count of connections, all asking about `token` from now on */
  static async start(port: number, count: number, token: string): Promise<Verifiers> {
    const connections = await Promise.all(Array.from({ length: count }, () => RawConnection.open(port)))
    return new Verifiers(connections, token)
  }

  /**
   * The verdicts on requests sent from now on, with how often each came, once every verifier has had some.
   * To be called in the tick in which an acknowledgement was received.
   */
  async verdictsFromNowOn(): Promise<ReadonlyMap<string, number>> {
    const phase = newPhase()
    this.#phase = phase
    const enough = ANSWERS_EACH * this.#connections.length
    await Promise.race([this.#running, phase.hasAnswers(enough)])
    return phase.verdicts
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    try {
      await this.#running
    } finally {
      for (const connection of this.#connections) connection.close()
    }
  }

  async #askOn(connection: RawConnection, request: Uint8Array): Promise<void> {
    while (!this.#isStopped) {
      const phase = this.#phase
      const answer = await connection.exchange(request)
      if (answer === CLOSED) throw new Error('the server closed a verifier’s connection')
      phase.record(verdictOfRaw(answer))
    }
  }
}

interface Phase {
  readonly verdicts: ReadonlyMap<string, number>
  record(verdict: string): void
  /** Resolves once that many verdicts were recorded. */
  hasAnswers(count: number): Promise<void>
}

function newPhase(): Phase {
  const verdicts = new Map<string, number>()
  const { promise, resolve } = Promise.withResolvers<void>()
  let enough = Number.POSITIVE_INFINITY
  let recorded = 0
  return {
    verdicts,
    record(verdict) {
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
      recorded += 1
      if (recorded >= enough) resolve()
    },
    hasAnswers(count) {
      enough = count
      return promise
    },
  }
}

/** A whole request for a verdict on the token. */
export function verification(token: string): Buffer {
  const headers = [['Content-Type', 'application/json']] as const
  return rawRequest('POST', `${ONEZONE_BASE}/tokens/verify_access_token`, headers, JSON.stringify({ token }))
}

export function verdictOfRaw({ status, body }: RawAnswer): string {
  return verdictOf({ status, json: body === '' ? undefined : JSON.parse(body) })
}
