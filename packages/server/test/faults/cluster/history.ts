import type { Ambient } from '../../../src/ambient.ts'

/*
 * What the test process saw, in its own words and on its own monotonic clock (milliseconds). `sentAt` is read before the
 * first byte leaves, `receivedAt` after the whole answer has come, so a verification that really was sent after an
 * acknowledgement has come never looks as if it was sent before, nor the other way round.
 */

/**
 * Something that must be open for a token to be alive, and that changes open and close: "this token is not revoked",
 * "this user is not blocked". A token is alive while all its gates are open; they are when it is made.
 */
export type Gate = string

/** What became of a change, as its sender knows. Without an answer it may happen, now or at any later time. */
export type Outcome = 'acknowledged' | 'unknown' | 'refused'

/** A request that closes a gate (revoke, delete, block, …) or opens it again (undo, unblock). One at a time per gate. */
export interface Change {
  readonly gate: Gate
  readonly what: string
  readonly closes: boolean
  readonly node: number
  readonly sentAt: number
  readonly receivedAt: number
  readonly outcome: Outcome
  /** As it came: the status, or `closed`. */
  readonly answer: string
}

/** A change whose answer has not come. */
export type PendingChange = Omit<Change, 'receivedAt' | 'outcome' | 'answer'>

export interface Verification {
  readonly token: TokenUnderWatch
  readonly node: number
  readonly sentAt: number
  readonly receivedAt: number
  readonly answer: Verdict
}

/** `closed`: the connection ended without an answer. `unexpected`: an answer that no verification should get. */
export type Verdict = 'accepted' | 'dead' | 'unavailable' | 'closed' | `unexpected: ${string}`

export interface TokenUnderWatch {
  readonly name: string
  readonly gates: readonly Gate[]
}

/** A time in which a node is kept from working as it should, by whatever is done to it or to its database. */
export interface Disturbance {
  readonly what: string
  /** `all`: the database that they share. `none`: what no node may be disturbed by. */
  readonly node: number | 'all' | 'none'
  readonly from: number
  /** `Infinity` while it goes on. */
  readonly until: number
}

export interface History {
  readonly changes: readonly Change[]
  readonly verifications: readonly Verification[]
  readonly disturbances: readonly Disturbance[]
}

/** Takes down what happens while it happens. */
export class HistoryRecorder implements History {
  readonly verifications: Verification[] = []
  readonly disturbances: Disturbance[] = []
  readonly #answered: Change[] = []
  readonly #pending = new Set<PendingChange>()
  readonly #ambient: Pick<Ambient, 'monotonicMillis'>

  constructor(ambient: Pick<Ambient, 'monotonicMillis'>) {
    this.#ambient = ambient
  }

  /** Those without an answer so far included: they may have happened. */
  get changes(): readonly Change[] {
    const unanswered = [...this.#pending].map((change): Change => {
      return { ...change, receivedAt: Number.POSITIVE_INFINITY, outcome: 'unknown', answer: 'none' }
    })
    return [...this.#answered, ...unanswered]
  }

  /** @param send sends at once, before its first await, and resolves with what came */
  async change(
    change: Omit<PendingChange, 'sentAt'>,
    send: () => Promise<Pick<Change, 'outcome' | 'answer'>>,
  ): Promise<Outcome> {
    const pending = { ...change, sentAt: this.#now() }
    this.#pending.add(pending)
    const sent = await send()
    this.#answered.push({ ...pending, ...sent, receivedAt: this.#now() })
    this.#pending.delete(pending)
    return sent.outcome
  }

  /** @param send sends at once, before its first await; resolves with `undefined` when the test itself broke off */
  async verification(
    token: TokenUnderWatch,
    node: number,
    send: () => Promise<Verdict | undefined>,
  ): Promise<void> {
    const sentAt = this.#now()
    const answer = await send()
    const receivedAt = this.#now()
    if (answer !== undefined) this.verifications.push({ token, node, sentAt, receivedAt, answer })
  }

  async disturbance(what: string, node: Disturbance['node'], during: () => Promise<void>): Promise<void> {
    const at = this.disturbances.length
    const begun: Disturbance = { what, node, from: this.#now(), until: Number.POSITIVE_INFINITY }
    this.disturbances.push(begun)
    await during()
    this.disturbances[at] = { ...begun, until: this.#now() }
  }

  #now(): number {
    return this.#ambient.monotonicMillis()
  }
}
