import type { RawConnection } from '../../../testing/raw-connection.ts'
import { CLOSED } from '../../../testing/raw-connection.ts'
import type { SeededRandom } from '../../../testing/seeded-random.ts'
import { verdictOfRaw, verification } from '../verifiers.ts'
import { Asker } from './asker.ts'
import type { HistoryRecorder, TokenUnderWatch, Verdict } from './history.ts'

const VERIFIERS = 40
/** Between two requests of a verifier: together they ask some two thousand times a second. */
const THINK_MILLIS = 20
/** A verifier whose node hangs sends its next request on another connection after that long. */
const PATIENCE_MILLIS = 250
/** To a node that hangs. */
const MOST_WAITING = 300
/** After its death: more than a lease, so that a node that comes back from a pause is asked. */
const WATCHED_DEAD_MILLIS = 6000

const DEAD = new Set(['tokenRevoked', 'tokenInvalid', 'userBlocked'])

interface Watched {
  readonly token: TokenUnderWatch
  readonly request: Uint8Array
}

/** Verifiers, spread over all nodes, that ask about the tokens under watch until they are stopped. */
export class Watch {
  readonly #askers: readonly Asker[]
  readonly #history: HistoryRecorder
  readonly #watched = new Map<string, Watched>()
  readonly #forgetting = new Set<ReturnType<typeof setTimeout>>()
  readonly #verifying: Promise<unknown>
  #isStopped = false

  /** @param randomOf for each verifier, one of its own */
  constructor(
    ports: readonly number[],
    history: HistoryRecorder,
    randomOf: (verifier: number) => SeededRandom,
  ) {
    this.#askers = ports.map((port) => new Asker(port))
    this.#history = history
    this.#verifying = Promise.all(
      Array.from({ length: VERIFIERS }, (_, verifier) => this.#verify(verifier, randomOf(verifier))),
    )
  }

  /** Asks about a token from now on. @param token it is alive */
  add(token: TokenUnderWatch, text: string): void {
    this.#watched.set(token.name, { token, request: verification(text) })
  }

  /** A token that will never live again is asked about for some time only. */
  forgetSoon(name: string): void {
    const timer = setTimeout(() => {
      this.#watched.delete(name)
      this.#forgetting.delete(timer)
    }, WATCHED_DEAD_MILLIS)
    this.#forgetting.add(timer)
  }

  /** Asks every node once, now: to be called in the tick in which an acknowledgement was received. */
  askEverywhere(name: string): void {
    const watched = this.#watched.get(name)
    if (watched === undefined) return
    for (const node of this.#askers.keys()) void this.#ask(node, watched)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const timer of this.#forgetting) clearTimeout(timer)
    for (const asker of this.#askers) asker.close()
    await this.#verifying
  }

  async #verify(verifier: number, random: SeededRandom): Promise<void> {
    const node = verifier % this.#askers.length
    while (!this.#isStopped) {
      const [first, ...rest] = this.#watched.values()
      const isAsking = first !== undefined && this.#ask(node, random.pick([first, ...rest]))
      await Promise.race([isAsking, Bun.sleep(PATIENCE_MILLIS)])
      await Bun.sleep(THINK_MILLIS)
    }
  }

  async #ask(node: number, { token, request }: Watched): Promise<void> {
    const asker = this.#askers[node]
    if (asker === undefined || asker.waiting >= MOST_WAITING) return
    const connection = await asker.connect()
    if (this.#isStopped) {
      connection?.close()
      return
    }
    await this.#history.verification(token, node, async () => {
      const verdict = connection === undefined ? 'closed' : await verdictOn(asker, connection, request)
      return this.#isStopped && verdict === 'closed' ? undefined : verdict
    })
  }
}

async function verdictOn(asker: Asker, connection: RawConnection, request: Uint8Array): Promise<Verdict> {
  const answer = await asker.ask(connection, request)
  if (answer === CLOSED) return 'closed'
  if (answer.status === 503) return 'unavailable'
  const verdict = verdictOfRaw(answer)
  if (verdict === 'accepted') return 'accepted'
  return DEAD.has(verdict) ? 'dead' : `unexpected: ${verdict}`
}
