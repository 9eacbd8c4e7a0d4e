import type { ClusterStore, FeedChange, Lease } from '../../../src/cluster/ports.ts'
import { Refused } from '../../../src/failure.ts'
import type { TenantId } from '../../../src/directory/tenant.ts'
import type { Process, World } from './world.ts'

export type Operation =
  | 'head'
  | 'changesAfter'
  | 'trimBelow'
  | 'acquire'
  | 'renew'
  | 'reportApplied'
  | 'list'
  | 'fence'
  | 'release'
  | 'commit'
  | 'read'
  | 'notify'

/** What becomes of one call. `Infinity` is lost on the way. */
export interface Fate {
  readonly toStoreMillis: number
  readonly backMillis: number
  /** The process stops for so long before it has sent the call, having done everything that stands before it. */
  readonly stopsForMillis?: number
}

export const PROMPT: Fate = { toStoreMillis: 0.5, backMillis: 0.5 }
export const LOST: Fate = { toStoreMillis: Infinity, backMillis: Infinity }
export const ANSWER_LOST: Fate = { toStoreMillis: 0.5, backMillis: Infinity }

/** As long as a client of the database would wait for its commit. */
const COMMIT_TIMEOUT_MILLIS = 3000

/** What the nodes share: leases, the feed, and what it is all about: which tokens are dead. Each call is atomic. */
export class ModelStore {
  readonly #world: World
  readonly #listeners: { readonly owner: Process; readonly topic: string; readonly wake: () => void }[] = []
  readonly leases = new Map<string, Lease>()
  readonly dead = new Set<string>()
  incarnation = 'first'
  head = 0
  oldest = 1
  changes: FeedChange[] = []
  isAway = false
  calls = new Map<Operation, number>()

  constructor(world: World) {
    this.#world = world
  }

  /** Makes a token dead or alive; records a change if that is one. */
  set(token: string, isAlive: boolean, kind = 'token'): number | undefined {
    if (isAlive !== this.dead.has(token)) return undefined
    if (isAlive) this.dead.delete(token)
    else this.dead.add(token)
    this.head += 1
    this.changes.push({ number: this.head, kind, tenantId: 1 as TenantId, key: token })
    return this.head
  }

  trimBelow(number: number, limit = Infinity): number {
    const before = this.changes.length
    this.oldest = Math.max(this.oldest, Math.min(number, this.oldest + limit, this.head + 1))
    this.changes = this.changes.filter((change) => change.number >= this.oldest)
    return before - this.changes.length
  }

  /** The store as a process reaches it. */
  seenFrom(process: Process, fateOf: (operation: Operation) => Fate): ModelLink {
    const call = <T>(operation: Operation, run: () => T): Promise<T> =>
      this.#call(process, operation, fateOf(operation), run)
    return {
      feed: {
        head: () => call('head', () => ({ incarnation: this.incarnation, number: this.head })),
        changesAfter: (number, limit) =>
          call('changesAfter', () => ({
            incarnation: this.incarnation,
            head: this.head,
            oldest: this.oldest,
            changes: this.changes.filter((change) => change.number > number).slice(0, limit),
          })),
        trimBelow: (number, limit) => call('trimBelow', () => this.trimBelow(number, limit)),
      },
      leases: {
        acquire: (request) =>
          call('acquire', () => {
            this.leases.set(request.nodeId, { ...request, renewal: 1, applied: 0, isFenced: false })
          }),
        renew: (nodeId, renewal, applied) =>
          call('renew', () => this.#change(nodeId, { renewal: renewal + 1, applied }, renewal)),
        reportApplied: (nodeId, applied) => call('reportApplied', () => this.#change(nodeId, { applied })),
        list: () => call('list', () => [...this.leases.values()]),
        fence: (nodeId, renewal) => call('fence', () => this.#change(nodeId, { isFenced: true }, renewal)),
        release: (nodeId) =>
          call('release', () => {
            this.leases.delete(nodeId)
          }),
      },
      wakeUps: {
        notify: (topic) => this.#notify(topic, fateOf('notify')),
        subscribe: (topic, wake) => {
          const listener = { owner: process, topic, wake }
          this.#listeners.push(listener)
          return () => this.#listeners.splice(this.#listeners.indexOf(listener), 1)
        },
      },
      commit: async (work) => {
        const lost = Promise.withResolvers<never>()
        const callOff = process.after(COMMIT_TIMEOUT_MILLIS, () =>
          lost.reject(new Refused({ kind: 'outcome_unknown' })),
        )
        return Promise.race([call('commit', work), lost.promise]).finally(callOff)
      },
      read: (token) => call('read', () => !this.dead.has(token)),
    }
  }

  #call<T>(process: Process, operation: Operation, fate: Fate, run: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const { toStoreMillis, backMillis, stopsForMillis = 0 } = fate
    const answer = (settle: () => void): void => {
      if (backMillis !== Infinity) this.#world.at(this.#world.now + backMillis, process, settle)
    }
    if (stopsForMillis > 0) process.stop(stopsForMillis)
    if (toStoreMillis === Infinity) return promise
    this.#world.at(this.#world.now + stopsForMillis + toStoreMillis, undefined, () => {
      if (this.isAway) {
        answer(() => reject(new Refused({ kind: 'store_unavailable' })))
        return
      }
      this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1)
      try {
        const result = run()
        answer(() => resolve(result))
      } catch (error) {
        answer(() => reject(error))
      }
    })
    return promise
  }

  #change(nodeId: string, change: Partial<Lease>, renewal?: number): boolean {
    const lease = this.leases.get(nodeId)
    if (lease === undefined || lease.isFenced) return false
    if (renewal !== undefined && lease.renewal !== renewal) return false
    this.leases.set(nodeId, { ...lease, ...change })
    return true
  }

  #notify(topic: string, { toStoreMillis, backMillis }: Fate): void {
    const millis = toStoreMillis + backMillis
    if (millis === Infinity || this.isAway) return
    for (const listener of this.#listeners) {
      if (listener.topic !== topic) continue
      this.#world.at(this.#world.now + millis, listener.owner, listener.wake)
    }
  }
}

/** The ports, and the two things that a node of the model does beside them. */
export interface ModelLink extends ClusterStore {
  commit(work: () => Committed): Promise<Committed>
  /** Whether the token is alive. */
  read(token: string): Promise<boolean>
}

export interface Committed {
  readonly lastNumber: number | undefined
}
