import type { ChangeListener } from '../../../src/change.ts'
import type { Cluster } from '../../../src/cluster/cluster.ts'
import { silentLog } from '../../../src/log.ts'
import type { ClusterCode } from './cluster-code.ts'
import { type Fate, type ModelLink, type ModelStore, type Operation, PROMPT } from './model-store.ts'
import { Process, type World } from './world.ts'

export interface ModelNodeOptions {
  readonly code: ClusterCode
  readonly ttlMillis?: number
  readonly clockOffset?: number
  readonly clockRate?: number
  readonly fateOf?: (operation: Operation) => Fate
}

/** One node with what it remembers: the code under test between a model store and a model of the hot path. */
export class ModelNode {
  static #count = 0
  readonly process: Process
  readonly cluster: Cluster
  readonly memory = new ModelMemory()
  readonly #store: ModelStore
  readonly #link: ModelLink
  /** What becomes of this node's calls from now on. */
  fateOf: (operation: Operation) => Fate

  constructor(world: World, store: ModelStore, options: ModelNodeOptions) {
    const { code, ttlMillis, clockOffset = 0, clockRate = 1, fateOf = () => PROMPT } = options
    const id = ++ModelNode.#count
    this.fateOf = fateOf
    this.process = new Process(world, { clockOffset, clockRate })
    this.#store = store
    this.#link = store.seenFrom(this.process, (operation) => this.fateOf(operation))
    let bytes = 0
    this.cluster = new code.ClusterNode({
      store: this.#link,
      listener: this.memory,
      log: silentLog,
      address: `node ${id}`,
      timers: this.process,
      ambient: {
        monotonicMillis: () => this.process.monotonicMillis(),
        randomBytes: (length) =>
          Uint8Array.from({ length }, (_, index) => (index < 4 ? id >> (8 * index) : bytes++)),
      },
      ...(ttlMillis === undefined ? {} : { ttlMillis }),
    })
  }

  get isCurrent(): boolean {
    return this.cluster.isCurrent()
  }

  /** A request that finds its token remembered, or has it read and remembered. */
  async verify(token: string): Promise<void> {
    const keep = this.memory.beginFill(token)
    keep(await this.#link.read(token))
  }

  /** What a verdict rests on, when it rests on memory. A process that is stopped accepts nothing. */
  remembers(token: string): boolean | undefined {
    return !this.process.isStopped && !this.process.isDead && this.isCurrent
      ? this.memory.get(token)
      : undefined
  }

  /** Resolves with the acknowledgement. */
  revoke(token: string): Promise<void> {
    return this.#set(token, false)
  }

  /** Resolves with the acknowledgement. */
  restore(token: string): Promise<void> {
    return this.#set(token, true)
  }

  /** A work that is refused for what it finds. */
  refuse(error: Error): Promise<void> {
    return this.#acknowledged(() => {
      throw error
    })
  }

  #set(token: string, isAlive: boolean): Promise<void> {
    return this.#acknowledged(() => ({ lastNumber: this.#store.set(token, isAlive) }))
  }

  #acknowledged(work: () => { lastNumber: number | undefined }): Promise<void> {
    const acknowledged = this.cluster.acknowledged<undefined>(async (inner) => {
      const { lastNumber } = await this.#link.commit(work)
      return { result: await inner(undefined), lastNumber }
    })
    return acknowledged(async () => undefined)
  }
}

/** What a node remembers of tokens, and the rule by which it fills its memory. */
class ModelMemory implements ChangeListener {
  readonly #isAlive = new Map<string, boolean>()
  readonly #fills = new Set<{ readonly token: string; isStale: boolean }>()
  /** The keys of the changes applied, in order. */
  readonly applied: string[] = []
  flushes = 0

  get(token: string): boolean | undefined {
    return this.#isAlive.get(token)
  }

  /** Before the read. @returns what to do with its answer */
  beginFill(token: string): (isAlive: boolean) => void {
    const fill = { token, isStale: false }
    this.#fills.add(fill)
    return (isAlive) => {
      this.#fills.delete(fill)
      if (!fill.isStale) this.#isAlive.set(token, isAlive)
    }
  }

  apply({ kind, key }: { kind: string; key: string }): void {
    this.applied.push(key)
    if (kind !== 'token') return
    this.#isAlive.delete(key)
    for (const fill of this.#fills) if (fill.token === key) fill.isStale = true
  }

  flush(): void {
    this.flushes += 1
    this.#isAlive.clear()
    for (const fill of this.#fills) fill.isStale = true
  }
}
