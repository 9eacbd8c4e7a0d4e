import { type SeededRandom, seededRandom } from '../../../testing/seeded-random.ts'
import type { ClusterCode } from './cluster-code.ts'
import type { ModelNode } from './model-node.ts'
import { type Fate, LOST, type Operation } from './model-store.ts'
import { type Late, Scene } from './scene.ts'

const TTL = 2000
/** A token is of interest for so long, beside a few others: enough to be remembered, revoked and asked for. */
const STEPS_PER_TOKEN = 8
const TOKENS_AT_A_TIME = 4

export interface History {
  /** Every one of them breaks the promise. */
  readonly late: readonly Late[]
  readonly acknowledged: number
  /** Looks at a node that found it current, so that a history in which nobody trusts anything is seen to be one. */
  readonly currentShare: number
}

/**
 * Nodes that verify, revoke and restore tokens at random while they are stopped, killed, replaced and cut off, and
 * while messages are slow or lost. The same seed gives the same history.
 */
export async function randomHistory(code: ClusterCode, seed: number, seconds: number): Promise<History> {
  const history = new RandomHistory(code, seededRandom(seed))
  return history.run(seconds)
}

/** What has befallen a node, for as long as it lasts. */
type Trouble = 'none' | 'slow' | 'cut' | 'deaf' | 'mute'

class RandomHistory {
  readonly #scene: Scene
  readonly #random: SeededRandom
  readonly #trouble = new Map<ModelNode, Trouble>()
  #acknowledged = 0
  #steps = 0

  constructor(code: ClusterCode, random: SeededRandom) {
    this.#scene = new Scene(code)
    this.#random = random
  }

  async run(seconds: number): Promise<History> {
    const { world, late } = this.#scene
    for (let node = 0; node < 3; node += 1) this.#join()
    let current = 0
    while (world.now < seconds * 1000 && late.length === 0) {
      await world.run(this.#random.below(60))
      this.#act()
      this.#steps += 1
      if (this.#anyNode().isCurrent) current += 1
    }
    return { late, acknowledged: this.#acknowledged, currentShare: current / this.#steps }
  }

  #act(): void {
    const node = this.#anyNode()
    const token = this.#anyToken()
    const dice = this.#random.below(100)
    if (dice < 50) this.#leave(node.verify(token))
    else if (dice < 72) this.#leave(this.#scene.revoke(node, token))
    else if (dice < 76) this.#leave(this.#scene.restore(node, token))
    else if (dice < 80) node.process.stop(this.#random.below(2 * TTL))
    else if (dice < 90) this.#trouble.set(node, this.#random.pick(['slow', 'cut', 'deaf', 'mute']))
    else if (dice < 97) for (const each of this.#scene.nodes) this.#trouble.set(each, 'none')
    else if (dice < 98) this.#replace(node)
    else this.#trim()
  }

  #anyToken(): string {
    const newest = Math.floor(this.#steps / STEPS_PER_TOKEN)
    return `${newest - this.#random.below(TOKENS_AT_A_TIME)}`
  }

  #anyNode(): ModelNode {
    const alive = this.#scene.nodes.filter(({ process }) => !process.isDead)
    const node = alive[this.#random.below(alive.length)]
    if (node === undefined) throw new Error('no node is left')
    return node
  }

  #join(): void {
    const node: ModelNode = this.#scene.node({
      clockOffset: this.#random.below(1_000_000),
      // As far apart as the margin allows.
      clockRate: 0.976 + this.#random.next() * 0.048,
      ttlMillis: this.#random.pick([TTL / 2, TTL, TTL * 1.5]),
      fateOf: (operation) => this.#fateOf(this.#trouble.get(node) ?? 'none', operation),
    })
  }

  #replace(node: ModelNode): void {
    node.process.kill()
    this.#join()
  }

  #trim(): void {
    const { store } = this.#scene
    store.trimBelow(store.head - this.#random.below(5))
  }

  #fateOf(trouble: Trouble, operation: Operation): Fate {
    const random = this.#random
    if (trouble === 'cut') return LOST
    if (trouble === 'deaf' && (operation === 'changesAfter' || operation === 'notify')) return LOST
    if (trouble === 'mute' && random.chance(0.5))
      return { toStoreMillis: this.#travel(trouble), backMillis: Infinity }
    const stopsForMillis = random.chance(0.002) ? random.below(1.5 * TTL) : 0
    return { toStoreMillis: this.#travel(trouble), backMillis: this.#travel(trouble), stopsForMillis }
  }

  #travel(trouble: Trouble): number {
    const isSlow = this.#random.chance(trouble === 'slow' ? 0.5 : 0.01)
    return isSlow ? this.#random.below(900) : 0.1 + this.#random.next()
  }

  /** What becomes of it is seen by the scene. */
  #leave(outcome: Promise<void>): void {
    const count = (): void => {
      this.#acknowledged += 1
    }
    outcome.then(count, () => undefined)
  }
}
