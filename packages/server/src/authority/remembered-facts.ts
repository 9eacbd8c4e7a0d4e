import type { ChangeKind, ChangeListener } from '../change.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { Trust } from '../trust.ts'
import { AppliedChanges, touchedKey } from './applied-changes.ts'
import { BoundedMap } from './bounded-map.ts'

/** What a fact hangs on: a change of that kind and key makes it another one. */
export interface Dependency {
  readonly kind: ChangeKind
  readonly tenantId: TenantId
  readonly key: string
}

interface Remembered<Fact> {
  readonly fact: Fact
  readonly keys: readonly string[]
  untouchedUpTo: number
}

export interface FactSize<Fact> {
  readonly maxBytes: number
  /** As estimated. */
  readonly bytesOf: (fact: Fact) => number
}

/**
 * Facts that were read from the store, bounded in number, and kept true by the changes that this node is told of. That
 * something is not there is not remembered. What it says is to be believed only while the node is current, which the
 * asker finds out.
 */
export class RememberedFacts<Fact> implements ChangeListener {
  readonly #changes = new AppliedChanges()
  readonly #facts: BoundedMap<Remembered<Fact>>
  readonly #kinds: Readonly<Record<ChangeKind, boolean>>

  /**
   * @param kinds which of them the facts hang on. A kind that this program does not know touches all of them.
   * @param size of facts that are not all about as large
   */
  constructor(
    maxEntries: number,
    kinds: Readonly<Record<ChangeKind, boolean>>,
    size: FactSize<Fact> = { maxBytes: Infinity, bytesOf: () => 0 },
  ) {
    const { maxBytes, bytesOf } = size
    this.#facts = new BoundedMap({ maxEntries, maxBytes }, (_, { fact }) => bytesOf(fact))
    this.#kinds = kinds
  }

  /** To be noted before a read whose outcome is to be remembered. */
  get position(): number {
    return this.#changes.position
  }

  get size(): number {
    return this.#facts.usage.entries
  }

  find(name: string): Fact | undefined {
    const remembered = this.#facts.get(name)
    if (remembered === undefined) return undefined
    const { position } = this.#changes
    if (remembered.untouchedUpTo !== position) {
      if (!this.#changes.areUntouchedSince(remembered.untouchedUpTo, remembered.keys)) return undefined
      remembered.untouchedUpTo = position
    }
    return remembered.fact
  }

  /** Unless a change touched it since it was read. @param since the position that was noted before */
  remember(since: number, name: string, fact: Fact, dependencies: readonly Dependency[]): void {
    const keys = dependencies.map(({ kind, tenantId, key }) => touchedKey(kind, tenantId, key))
    if (!this.#changes.areUntouchedSince(since, keys)) return
    this.#facts.set(name, { fact, keys, untouchedUpTo: this.#changes.position })
  }

  /**
   * Reads what is not remembered, or may not be believed, and remembers it, if this node is current by then.
   * @param dependenciesOf `undefined`: it is to be read again each time
   */
  async fill(
    trust: Trust,
    name: string,
    read: () => Promise<Fact | undefined>,
    dependenciesOf: (fact: Fact) => readonly Dependency[] | undefined,
  ): Promise<Fact | undefined> {
    const since = this.position
    const fact = await read()
    const dependencies = fact && dependenciesOf(fact)
    if (fact !== undefined && dependencies !== undefined && trust.isCurrent()) {
      this.remember(since, name, fact, dependencies)
    }
    return fact
  }

  apply({ kind, tenantId, key }: Parameters<ChangeListener['apply']>[0]): void {
    const hangsOnIt = isKnown(this.#kinds, kind) ? this.#kinds[kind] : undefined
    if (hangsOnIt === undefined) this.flush()
    else if (hangsOnIt) this.#changes.touch(touchedKey(kind, tenantId, key))
  }

  flush(): void {
    this.#changes.touchAll()
    this.#facts.clear()
  }
}

function isKnown(kinds: object, kind: string): kind is ChangeKind {
  return Object.hasOwn(kinds, kind)
}
