import { ONEZONE_BASE } from '../../../testing/onezone-client.ts'
import { CLOSED, rawRequest } from '../../../testing/raw-connection.ts'
import type { SeededRandom } from '../../../testing/seeded-random.ts'
import type { Asker } from './asker.ts'
import type { Change, HistoryRecorder, TokenUnderWatch } from './history.ts'
import {
  block,
  raiseGeneration,
  remove,
  removeAll,
  removeUser,
  revoke,
  type Step,
  type Subject,
} from './subject.ts'
import type { Watch } from './watch.ts'

/** Steps that a user is put through before he is deleted. */
const LONGEST_LIFE_STEPS = 25
/** Between two steps, so that verifiers meet each state. */
const LONGEST_THINK_MILLIS = 400
const REPEAT_AFTER_MILLIS = 50
const TEMPORARY_TTL_SECONDS = 86_400

export interface RevokerDeps {
  /** Of each node. */
  readonly askers: readonly [Asker, ...Asker[]]
  /** The administrator's. */
  readonly token: string
  readonly history: HistoryRecorder
  readonly watch: Watch
  readonly random: SeededRandom
}

/**
 * Makes users and tokens, and takes their life away and gives it back in every way there is, one request at a time and
 * each to any node. When the outcome of a request is unknown, it may yet happen at any time: then it is repeated until
 * it is acknowledged, as the answer advises, and the user is deleted, which nothing that comes late can undo.
 */
export class Revoker {
  readonly #deps: RevokerDeps
  readonly #name: string
  readonly #running: Promise<void>
  #isStopped = false
  #made = 0

  /** Starts at once. @param name no other one's */
  constructor(name: string, deps: RevokerDeps) {
    this.#deps = deps
    this.#name = name
    this.#running = this.#run()
  }

  /** After the request under way. */
  stop(): Promise<void> {
    this.#isStopped = true
    return this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const subject = await this.#makeUser()
      if (subject !== undefined) await this.#live(subject)
    }
  }

  async #live(subject: Subject): Promise<void> {
    const { random } = this.#deps
    const tokens = new Set<TokenUnderWatch>()
    let steps = 1 + random.below(LONGEST_LIFE_STEPS)
    let isCertain = true
    for (; steps > 0 && isCertain && !this.#isStopped; steps -= 1) {
      if (!subject.isBlocked) await this.#makeTokens(subject, tokens)
      await Bun.sleep(random.below(LONGEST_THINK_MILLIS))
      isCertain = await this.#take(this.#choose(subject))
    }
    await this.#take(removeUser(subject, [...tokens]))
    for (const { name } of tokens) this.#deps.watch.forgetSoon(name)
  }

  /** Chooses, and takes the outcome as given: whatever it is, in the end it is what was asked for. */
  #choose(subject: Subject): Step {
    const { random } = this.#deps
    const token = subject.named[random.below(subject.named.length)]
    if (random.chance(subject.isBlocked ? 0.6 : 0.15)) return block(subject, !subject.isBlocked)
    if (token !== undefined && random.chance(0.5)) return revoke(token, !token.isRevoked)
    if (token !== undefined && random.chance(0.5)) return remove(subject, token)
    return random.chance(0.5) ? removeAll(subject) : raiseGeneration(subject)
  }

  /** @returns whether the first request that was sent for it was acknowledged */
  async #take(step: Step): Promise<boolean> {
    let isRepeat = false
    while (!this.#isStopped) {
      const outcome = await this.#try(step, isRepeat)
      if (outcome === 'acknowledged') return !isRepeat
      if (outcome === 'refused') return false
      // What opens is not repeated: that it may happen late is all that there is to know of it.
      if (outcome === 'unknown' && !step.closes) return false
      isRepeat ||= outcome === 'unknown'
      await Bun.sleep(REPEAT_AFTER_MILLIS)
    }
    return false
  }

  /** @returns `undefined` when nothing was sent, for the node takes no connections */
  async #try(step: Step, isRepeat: boolean): Promise<Change['outcome'] | undefined> {
    const { history, watch, askers, random } = this.#deps
    const { gate, what, closes, method, path, body } = step
    const node = random.below(askers.length)
    const send = await this.#connect(node)
    if (send === undefined) return undefined
    const outcome = await history.change({ gate, what, closes, node }, async () => {
      const { status } = await send(method, path, body)
      return { outcome: outcomeOf(step, status, isRepeat), answer: String(status) }
    })
    if (outcome === 'acknowledged') for (const { name } of step.tokens) watch.askEverywhere(name)
    return outcome
  }

  async #makeUser(): Promise<Subject | undefined> {
    const { status, location } = await this.#sendAnywhere('POST', '/users', {})
    const id = location?.split('/').at(-1)
    if (status !== 201 || id === undefined) {
      await Bun.sleep(REPEAT_AFTER_MILLIS)
      return undefined
    }
    this.#made += 1
    return {
      id,
      name: `user ${this.#name}.${this.#made}`,
      isBlocked: false,
      epoch: 1,
      generation: 1,
      named: [],
      temporary: undefined,
    }
  }

  /** Keeps two named tokens and a temporary one, as far as nodes can be reached. */
  async #makeTokens(subject: Subject, made: Set<TokenUnderWatch>): Promise<void> {
    const gates = [`${subject.name} is there`, `${subject.name} is not blocked`]
    for (let missing = 2 - subject.named.length; missing > 0; missing -= 1) {
      this.#made += 1
      const name = `${this.#name}.${this.#made}`
      const { status, json } = await this.#sendAnywhere('POST', `/users/${subject.id}/tokens/named`, { name })
      if (status !== 201) continue
      const own = [`${name} is there`, `${name} is not revoked`, `${subject.name}, epoch ${subject.epoch}`]
      const underWatch = { name, gates: [...gates, ...own] }
      subject.named = [...subject.named, { id: String(json?.['tokenId']), underWatch, isRevoked: false }]
      made.add(underWatch)
      this.#deps.watch.add(underWatch, String(json?.['token']))
    }
    if (subject.temporary !== undefined) return
    const validUntil = Math.floor(Date.now() / 1000) + TEMPORARY_TTL_SECONDS
    const caveats = [{ type: 'time', validUntil }]
    const path = `/users/${subject.id}/tokens/temporary`
    const { status, json } = await this.#sendAnywhere('POST', path, { caveats })
    if (status !== 201) return
    const generation = `${subject.name}, generation ${subject.generation}`
    subject.temporary = { name: generation, gates: [...gates, generation] }
    made.add(subject.temporary)
    this.#deps.watch.add(subject.temporary, String(json?.['token']))
  }

  async #sendAnywhere(...request: Request): Promise<Sent> {
    const send = await this.#connect(this.#deps.random.below(this.#deps.askers.length))
    return send === undefined ? { status: CLOSED } : send(...request)
  }

  /** @returns how to send a request to that node at once */
  async #connect(node: number): Promise<((...request: Request) => Promise<Sent>) | undefined> {
    const asker = this.#deps.askers[node] ?? this.#deps.askers[0]
    const connection = await asker.connect()
    if (connection === undefined) return undefined
    return async (method, path, body) => {
      const answer = await asker.ask(connection, this.#request(method, path, body))
      if (answer === CLOSED) return { status: CLOSED }
      return {
        status: answer.status,
        location: answer.headers.get('location'),
        json: answer.body === '' ? undefined : JSON.parse(answer.body),
      }
    }
  }

  #request(...[method, path, body]: Request): Buffer {
    const headers = [
      ['X-Auth-Token', this.#deps.token],
      ['Content-Type', 'application/json'],
    ] as const
    return rawRequest(method, `${ONEZONE_BASE}${path}`, headers, body && JSON.stringify(body))
  }
}

type Request = readonly [method: string, path: string, body?: Readonly<Record<string, unknown>> | undefined]

interface Sent {
  readonly status: number | typeof CLOSED
  readonly location?: string | undefined
  readonly json?: Readonly<Record<string, unknown>> | undefined
}

/** That what is to be deleted is not there says that it is dead, if an earlier request may have done it. */
function outcomeOf({ method }: Step, status: Sent['status'], isRepeat: boolean): Change['outcome'] {
  if (status === 204 || (status === 404 && method === 'DELETE' && isRepeat)) return 'acknowledged'
  return status === CLOSED || status === 503 ? 'unknown' : 'refused'
}
