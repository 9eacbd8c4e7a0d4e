import type { Ambient } from '../ambient.ts'
import type { Answer, Dialect } from '../dialects/dialect.ts'
import type { Log } from '../log.ts'
import { accessLine } from './access-line.ts'
import type { Cidr } from './cidr.ts'
import { HttpCall, type CallSurroundings } from './http-call.ts'
import { LargeBodies } from './large-bodies.ts'
import { clientShare, type HttpLimits } from './limits.ts'
import { RequestCounts } from './request-counts.ts'
import { RequestIds } from './request-ids.ts'
import { splitTarget } from './request-target.ts'
import { type OnFailure, toResponse } from './to-response.ts'
import { WaitingBodies } from './waiting-bodies.ts'

export interface PipelineOptions {
  /** Asked in this order whose a path is. */
  readonly dialects: readonly Dialect[]
  readonly ambient: Ambient
  readonly log: Log
  /** Whether each request gets a line in the log. */
  readonly accessLog: boolean
  readonly limits: HttpLimits
  readonly trustedProxies: readonly Cidr[]
  /** For the metrics page. */
  readonly requestCounts?: RequestCounts
}

/** Seconds after which a client that met a full or stopping node may try again. */
const RETRY_AFTER_SECONDS = 1
const BAD_REQUEST: Answer = { status: 400 }
const URL_TOO_LONG: Answer = { status: 414 }
const HEADER_TOO_LARGE: Answer = { status: 431 }
const BROKEN: Answer = { status: 500 }

/** Whose a path is that no dialect owns: it is not there, whatever becomes of this node. */
const NOBODYS: Dialect = {
  name: 'none',
  owns: () => true,
  answer: () => Promise.resolve({ status: 404 }),
  answerBug: () => BROKEN,
  answerUnavailable: () => ({ status: 404 }),
}

/** What every request runs through, whichever dialect answers it: id, limits, admission, the dialect, the log. */
export class Pipeline {
  readonly #options: PipelineOptions
  readonly #ids: RequestIds
  readonly #surroundings: CallSurroundings
  readonly #counts: RequestCounts
  readonly #waitingBodies: WaitingBodies
  /** Listeners that another has taken the place of. */
  readonly #retired = new WeakSet<Bun.Server<undefined>>()
  readonly #onBrokenOff: OnFailure
  #isStopping = false
  /** In flight, or waited for until their bodies are there. */
  #admitted = 0

  constructor(options: PipelineOptions) {
    const { ambient, limits, trustedProxies } = options
    this.#options = options
    this.#onBrokenOff = (error, requestId) => options.log.bug(error, { requestId }, 'an answer broke off')
    this.#ids = new RequestIds(ambient)
    this.#counts = options.requestCounts ?? new RequestCounts()
    const { maxBodyBytes, maxRequestsInFlight, maxLargeRequestsInFlight, bodyTimeoutSeconds } = limits
    this.#waitingBodies = new WaitingBodies(ambient, {
      maxBodies: maxRequestsInFlight,
      maxBodiesPerClient: clientShare(maxRequestsInFlight),
      timeoutMillis: bodyTimeoutSeconds * 1000,
    })
    const large = new LargeBodies(maxLargeRequestsInFlight, clientShare(maxLargeRequestsInFlight))
    this.#surroundings = {
      trustedProxies,
      bodyRoom: { maxBytes: maxBodyBytes, waiting: this.#waitingBodies, large },
    }
  }

  async answer(request: Request, server: Bun.Server<undefined>): Promise<Response> {
    const { ambient, accessLog, log } = this.#options
    const startedAt = accessLog ? ambient.monotonicMillis() : 0
    const call = new HttpCall(this.#ids.next(), splitTarget(request.url), request, server, this.#surroundings)
    // Before anything is awaited, for a client that hangs up takes his address along.
    const clientAddress = accessLog ? call.clientAddress : ''
    const dialect = this.#dialectOf(call.path)
    this.#counts.started()
    let answer = this.#refusal(call, dialect)
    if (answer === undefined) {
      this.#admitted++
      try {
        // Each wait is a frame and a promise, so there is one for all that happens here.
        answer = await dialect.answer(call)
      } catch (error) {
        answer = this.#answerBug(dialect, call, error)
      }
      this.#admitted--
      call.release()
    }
    this.#counts.answered(dialect.name, answer.operationId, answer.status)
    if (accessLog) {
      const durationMs = ambient.monotonicMillis() - startedAt
      log.info(accessLine({ call, answer, clientAddress, durationMs }), 'request')
    }
    return toResponse(answer, call.requestId, this.#endsConnection(call, server), this.#onBrokenOff)
  }

  /** From now on every new request is told to come back later, and connections close after their answer. */
  startStopping(): void {
    this.#isStopping = true
  }

  /** From now on each connection of that listener ends with its next answer: the client's next one is another's. */
  retire(listener: Bun.Server<undefined>): void {
    this.#retired.add(listener)
  }

  close(): void {
    this.#waitingBodies.close()
  }

  #endsConnection(call: HttpCall, listener: Bun.Server<undefined>): boolean {
    return this.#isStopping || call.hasLeftOver || this.#retired.has(listener)
  }

  /** What is wrong with the request whoever's it is, or with this node. */
  #refusal(call: HttpCall, dialect: Dialect): Answer | undefined {
    const { limits } = this.#options
    if (call.urlChars > limits.maxUrlBytes) return URL_TOO_LONG
    if (call.facts.longestValueBytes > limits.maxHeaderValueBytes) return HEADER_TOO_LARGE
    if (call.path === '' || !call.hasValidHost || !call.hasValidLength) return BAD_REQUEST
    if (this.#isStopping || this.#isFull) return dialect.answerUnavailable(RETRY_AFTER_SECONDS, call)
    return undefined
  }

  #dialectOf(path: string): Dialect {
    for (const dialect of this.#options.dialects) if (dialect.owns(path)) return dialect
    return NOBODYS
  }

  /** Who waits for a body keeps nobody else waiting: only the others count. */
  get #isFull(): boolean {
    return this.#admitted - this.#waitingBodies.size >= this.#options.limits.maxRequestsInFlight
  }

  #answerBug(dialect: Dialect, call: HttpCall, error: unknown): Answer {
    const reference = this.#options.ambient.randomBytes(5).toHex()
    const fields = { requestId: call.requestId, reference, dialect: dialect.name }
    this.#options.log.bug(error, fields, 'a request met a bug')
    try {
      return dialect.answerBug(call, reference)
    } catch (second) {
      this.#options.log.bug(second, fields, 'answering a bug met another')
      return BROKEN
    }
  }
}
