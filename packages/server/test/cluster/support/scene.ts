import type { ClusterCode } from './cluster-code.ts'
import { ModelNode, type ModelNodeOptions } from './model-node.ts'
import { ModelStore } from './model-store.ts'
import { World } from './world.ts'

/** A verdict that rests on something that is no longer true, after the acknowledgement of what made it untrue. */
export interface Late {
  readonly token: string
  readonly verdict: 'accepted' | 'refused'
  readonly atMillis: number
}

/** Acknowledgements long past are looked at no more. */
const MOST_LOOKED_AT = 40

/** A cluster in a world of its own, in which every node is looked at after each thing that happens. */
export class Scene {
  readonly world = new World()
  readonly store = new ModelStore(this.world)
  readonly nodes: ModelNode[] = []
  readonly late: Late[] = []
  readonly #code: ClusterCode
  /** What has been acknowledged, and not been put in question since. */
  readonly #truth = new Map<string, boolean>()
  readonly #changes = new Map<string, { started: number; answered: number }>()

  constructor(code: ClusterCode) {
    this.#code = code
    this.world.onStep = () => this.#look()
  }

  node(options: Omit<ModelNodeOptions, 'code'> = {}): ModelNode {
    const node = new ModelNode(this.world, this.store, { code: this.#code, ...options })
    this.nodes.push(node)
    return node
  }

  /** Nodes that hold their leases. */
  async currentNodes<Count extends 1 | 2 | 3>(count: Count): Promise<NodesOf<Count>> {
    const nodes = Array.from({ length: count }, () => this.node())
    await this.world.run(20)
    // Safe: as many as were asked for.
    return nodes as unknown as NodesOf<Count>
  }

  /** Has the nodes remember the token, as it is. */
  async remember(token: string, ...nodes: readonly ModelNode[]): Promise<void> {
    await this.world.until(Promise.all(nodes.map((node) => node.verify(token))))
  }

  revoke(node: ModelNode, token: string): Promise<void> {
    return this.#change(token, false, node.revoke(token))
  }

  restore(node: ModelNode, token: string): Promise<void> {
    return this.#change(token, true, node.restore(token))
  }

  /** How long it takes until it is acknowledged. */
  async millisOf(acknowledged: Promise<void>): Promise<number> {
    const startedAt = this.world.now
    await this.world.until(acknowledged)
    return this.world.now - startedAt
  }

  /** Of two opposite changes that overlap, nobody outside can say which came last: they prove nothing. */
  async #change(token: string, isAlive: boolean, acknowledged: Promise<void>): Promise<void> {
    const own = this.#changesOf(token, isAlive)
    const opposite = this.#changesOf(token, !isAlive)
    if (this.#truth.get(token) !== isAlive) this.#truth.delete(token)
    own.started += 1
    const before = opposite.started
    const isAlone = opposite.answered === before
    await acknowledged
    // One that is never answered may happen at any time, so it counts as under way for good.
    own.answered += 1
    if (isAlone && opposite.started === before) this.#truth.set(token, isAlive)
    const [oldest] = this.#truth.keys()
    if (this.#truth.size > MOST_LOOKED_AT && oldest !== undefined) this.#truth.delete(oldest)
  }

  #changesOf(token: string, isAlive: boolean): { started: number; answered: number } {
    const key = `${token} ${isAlive}`
    const changes = this.#changes.get(key) ?? { started: 0, answered: 0 }
    this.#changes.set(key, changes)
    return changes
  }

  #look(): void {
    for (const node of this.nodes) {
      if (node.process.isStopped || node.process.isDead || !node.isCurrent) continue
      for (const [token, isAlive] of this.#truth) {
        const remembered = node.remembers(token)
        if (remembered === undefined || remembered === isAlive) continue
        this.late.push({ token, verdict: remembered ? 'accepted' : 'refused', atMillis: this.world.now })
      }
    }
  }
}

type NodesOf<Count extends 1 | 2 | 3> = {
  1: [ModelNode]
  2: [ModelNode, ModelNode]
  3: [ModelNode, ModelNode, ModelNode]
}[Count]
