import type { Ambient } from '../ambient.ts'
import type { Atomically, Commit } from '../atomically.ts'
import { type Failure, Refused } from '../failure.ts'
import { Bell } from '../bell.ts'
import type { ClusterCounts } from './figures.ts'
import type { LeaseTerms } from './lease-terms.ts'
import { fenceRunOut, type LeaseWatch } from './lease-watch.ts'
import type { FeedReads, Lease, Leases, WakeUps } from './ports.ts'
import { answerWithin, type Timers } from '../timers.ts'

/** Between two looks at the leases while somebody waits; doubled up to the longest while nothing happens. */
const FIRST_LOOK_AFTER_MILLIS = 2
const LONGEST_LOOK_AFTER_MILLIS = 32
/** In leases. A node that is dead or lags costs less than two; beyond that something is wrong with the numbers. */
const LONGEST_WAIT_LEASES = 4

export interface AcknowledgementDeps {
  readonly leases: Pick<Leases, 'list' | 'fence'>
  readonly feed: Pick<FeedReads, 'head'>
  readonly wakeUps: WakeUps
  readonly ambient: Pick<Ambient, 'monotonicMillis'>
  readonly timers: Timers
  readonly terms: LeaseTerms
  readonly watch: LeaseWatch
  readonly counts: ClusterCounts
}

/** One answer that is held back. */
interface Wait {
  readonly number: number
  readonly startedAt: number
  readonly settled: PromiseWithResolvers<void>
  /** The nodes to wait for; `undefined` before the first list that was asked for after the commit. */
  nodeIds: ReadonlySet<string> | undefined
}

/**
 * Holds an answer back until no node trusts anything older than what it says.
 *
 * A node is waited for if its row stands in a list that was asked for after the commit. It is done with when it
 * has applied the change, when it is fenced, and when its row is gone: a row goes only after its holder has stopped
 * trusting by it, or has been fenced. A node whose row is not in that list acquires its lease later, if ever; it reads
 * the head after its row was committed, so after this commit, and trusts nothing before it has applied that head.
 */
export class Acknowledgement {
  readonly #deps: AcknowledgementDeps
  readonly #bell: Bell
  readonly #waits = new Set<Wait>()
  readonly #unsubscribe: () => void
  #looking: Promise<void> | undefined

  constructor(deps: AcknowledgementDeps) {
    this.#deps = deps
    this.#bell = new Bell(deps.timers)
    this.#unsubscribe = deps.wakeUps.subscribe('applied', () => this.#bell.ring())
  }

  /** `commit`, answered when what it did is true on every node. */
  over<Ports>(commit: Commit<Ports>): Atomically<Ports> {
    return async (work) => {
      const { result, lastNumber } = await commit(work).catch((error: unknown) => this.#refuse(error))
      await (lastNumber === undefined ? this.settled() : this.#reached(lastNumber))
      return result
    }
  }

  /**
   * Resolves when everything that is committed by now is true on every node. What an answer says that changed nothing
   * ("it is dead already", "there is no such token") may be true for a moment only, and not yet everywhere.
   * @throws {Refused} `outcome_unknown`
   */
  async settled(): Promise<void> {
    const head = await this.#answer(this.#deps.feed.head()).catch(unknownOutcome)
    await this.#reached(head.number)
  }

  /** After the last call has been answered. */
  async stop(): Promise<void> {
    this.#unsubscribe()
    this.#bell.ring()
    await this.#looking
  }

  /** A refusal tells of the state, too: that a user is not found means that he is dead. */
  async #refuse(error: unknown): Promise<never> {
    if (error instanceof Refused && !TELLS_NO_STATE.has(error.failure.kind)) await this.settled()
    throw error
  }

  async #reached(number: number): Promise<void> {
    const wait: Wait = {
      number,
      startedAt: this.#deps.ambient.monotonicMillis(),
      settled: Promise.withResolvers<void>(),
      nodeIds: undefined,
    }
    this.#deps.wakeUps.notify('changes')
    this.#waits.add(wait)
    this.#bell.ring()
    this.#looking ??= this.#look()
    await wait.settled.promise
  }

  /** One look at a time, for all who wait. */
  async #look(): Promise<void> {
    let restMillis = FIRST_LOOK_AFTER_MILLIS
    while (this.#waits.size > 0) {
      const waiting = this.#waits.size
      await this.#lookOnce()
      const hasMoved = this.#waits.size !== waiting
      restMillis = hasMoved ? FIRST_LOOK_AFTER_MILLIS : Math.min(2 * restMillis, LONGEST_LOOK_AFTER_MILLIS)
      if (this.#waits.size > 0) await this.#bell.rest(restMillis)
    }
    this.#looking = undefined
  }

  async #lookOnce(): Promise<void> {
    // Only those whose commit was before the list is asked for: a lease acquired between the list and the commit is in
    // no list that this wait has seen, though its holder may have read the head before the commit.
    const waits = [...this.#waits]
    const { leases, watch, counts } = this.#deps
    try {
      const list = await this.#answer(leases.list())
      watch.observe(list)
      for (const wait of waits) this.#judge(wait, list)
      if (this.#waits.size === 0) return
      if (await this.#answer(fenceRunOut(leases, list, watch, counts))) this.#bell.ring()
    } catch (error) {
      for (const wait of waits) this.#end(wait, () => wait.settled.reject(outcomeUnknown(error)))
    }
  }

  #judge(wait: Wait, list: readonly Lease[]): void {
    const behind = list.filter((lease) => isAwaited(wait, lease))
    wait.nodeIds = new Set(behind.map(({ nodeId }) => nodeId))
    if (behind.length === 0) this.#end(wait, () => wait.settled.resolve())
    else if (this.#hasWaitedTooLong(wait, behind))
      this.#end(wait, () => wait.settled.reject(outcomeUnknown()))
  }

  #hasWaitedTooLong({ startedAt }: Wait, behind: readonly Lease[]): boolean {
    const longestLease = Math.max(...behind.map(({ ttlMillis }) => ttlMillis))
    return this.#deps.ambient.monotonicMillis() - startedAt > LONGEST_WAIT_LEASES * longestLease
  }

  #end(wait: Wait, settle: () => void): void {
    if (!this.#waits.delete(wait)) return
    this.#deps.counts.hasWaited(this.#deps.ambient.monotonicMillis() - wait.startedAt)
    settle()
  }

  #answer<T>(answer: Promise<T>): Promise<T> {
    return answerWithin(this.#deps.timers, this.#deps.terms.answerWithinMillis, answer)
  }
}

function isAwaited({ number, nodeIds }: Wait, { nodeId, applied, isFenced }: Lease): boolean {
  return !isFenced && applied < number && (nodeIds?.has(nodeId) ?? true)
}

/** Refusals that say nothing of what is alive: there is nothing to wait for, or nobody to ask. */
const TELLS_NO_STATE: ReadonlySet<Failure['kind']> = new Set([
  'store_full',
  'store_unavailable',
  'outcome_unknown',
])

/** It may have happened, and may not be true everywhere yet. To repeat it is safe. */
function outcomeUnknown(cause?: unknown): Refused {
  return new Refused({ kind: 'outcome_unknown' }, cause)
}

function unknownOutcome(cause: unknown): never {
  throw outcomeUnknown(cause)
}
