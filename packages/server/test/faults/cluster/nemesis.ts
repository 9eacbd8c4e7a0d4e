import type { SeededRandom } from '../../../testing/seeded-random.ts'
import { type FaultCluster, LEASE_MILLIS } from './fault-cluster.ts'
import type { FaultNode } from './fault-node-process.ts'
import type { HistoryRecorder } from './history.ts'

/** Between two disturbances. The other nodes are healthy all the time, so this may be short. */
const LONGEST_CALM_MILLIS = 600
/** Each time the node logs in anew on all its connections, which costs the machine more than the rest together. */
const CUT_EVERY_MILLIS = 250

/** Done to one node. Resolves when it is over and the node runs. */
type NodeFault = (node: FaultNode, random: SeededRandom) => Promise<void>

const NODE_FAULTS = {
  'kill -9': async (node, random) => {
    await node.kill9()
    await Bun.sleep(random.below(LEASE_MILLIS))
    await node.start()
  },
  'stop in order': async (node) => {
    await node.stop()
    await node.start()
  },
  pause: async (node, random) => {
    node.signal('SIGSTOP')
    await Bun.sleep(longerThanALease(random))
    node.signal('SIGCONT')
  },
  'short pause': async (node, random) => {
    node.signal('SIGSTOP')
    await Bun.sleep(random.below(LEASE_MILLIS))
    node.signal('SIGCONT')
  },
  /** What was held back arrives in the end: a commit, too. */
  'stall the database connection': async ({ database }, random) => {
    database.silence()
    await Bun.sleep(random.chance(0.5) ? longerThanALease(random) : random.below(LEASE_MILLIS))
    database.resume()
  },
  'stall and cut the database connection': async ({ database }, random) => {
    database.silence()
    await Bun.sleep(longerThanALease(random))
    database.cut()
    database.resume()
  },
  'cut the database connection': async ({ database }, random) => {
    for (let left = random.below(1.5 * LEASE_MILLIS); left >= 0; left -= CUT_EVERY_MILLIS) {
      database.cut()
      await Bun.sleep(CUT_EVERY_MILLIS)
    }
  },
} as const satisfies Readonly<Record<string, NodeFault>>

const CLUSTER_FAULTS = {
  'restart PostgreSQL': ({ postgres }) => postgres.restart('in order'),
  'crash PostgreSQL': ({ postgres }) => postgres.restart('by a crash'),
  /** Wall clocks only: nothing of the promise may depend on them, so no node counts as disturbed. */
  'let a clock jump': async ({ nodes }, random) => random.pick(nodes).signal('SIGUSR2'),
} as const satisfies Readonly<Record<string, (cluster: FaultCluster, random: SeededRandom) => Promise<void>>>

export type Fault = keyof typeof NODE_FAULTS | keyof typeof CLUSTER_FAULTS

// Safe: these are the keys.
export const FAULTS = [...Object.keys(NODE_FAULTS), ...Object.keys(CLUSTER_FAULTS)] as readonly Fault[]

/** Disturbs the cluster, one fault after another, each kind as often as the others. The seed chooses. */
export class Nemesis {
  readonly #cluster: FaultCluster
  readonly #history: HistoryRecorder
  readonly #random: SeededRandom
  readonly #faults: readonly Fault[]
  readonly #raging: Promise<void>
  #isStopped = false

  constructor(
    cluster: FaultCluster,
    history: HistoryRecorder,
    random: SeededRandom,
    faults: readonly Fault[],
  ) {
    this.#cluster = cluster
    this.#history = history
    this.#random = random
    this.#faults = faults
    this.#raging = this.#rage()
  }

  /** Rejects when the nemesis fails: a node does not come up again. Otherwise resolves after {@link stop}. */
  get raging(): Promise<void> {
    return this.#raging
  }

  /** After the fault under way, and when there was one of each kind. */
  stop(): Promise<void> {
    this.#isStopped = true
    return this.#raging
  }

  async #rage(): Promise<void> {
    let deck: readonly Fault[] = []
    for (let strikes = 0; strikes < this.#faults.length || !this.#isStopped; strikes += 1) {
      await Bun.sleep(this.#random.below(LONGEST_CALM_MILLIS))
      if (deck.length === 0) deck = shuffled(this.#faults, this.#random)
      const [fault, ...rest] = deck
      deck = rest
      if (fault !== undefined) await this.#strike(fault)
    }
  }

  async #strike(fault: Fault): Promise<void> {
    const random = this.#random
    if (fault in CLUSTER_FAULTS) {
      // Safe: it is one of its keys, as was just seen.
      const strike = CLUSTER_FAULTS[fault as keyof typeof CLUSTER_FAULTS]
      const node = fault === 'let a clock jump' ? 'none' : 'all'
      return this.#history.disturbance(fault, node, () => strike(this.#cluster, random))
    }
    const index = random.below(this.#cluster.nodes.length)
    const node = this.#cluster.nodes[index] ?? this.#cluster.nodes[0]
    // Safe: it is a key of either table.
    const strike: NodeFault = NODE_FAULTS[fault as keyof typeof NODE_FAULTS]
    await this.#history.disturbance(fault, index, () => strike(node, random))
  }
}

function longerThanALease(random: SeededRandom): number {
  return 1.1 * LEASE_MILLIS + random.below(LEASE_MILLIS)
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: SeededRandom): readonly T[] {
  const deck = [...items]
  for (let last = deck.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1)
    const [a, b] = [deck[last], deck[other]]
    // Safe: both indices are below the length.
    deck[last] = b as T
    deck[other] = a as T
  }
  return deck
}
