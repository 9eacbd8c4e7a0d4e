import type { TenantId } from '../directory/tenant.ts'

/** Older ones are remembered as one moment, so their number is bounded; each takes some 150 bytes. */
const MAX_TOUCHED = 20_000

/**
 * Which changes this node has applied since when. Positions are this node's own count and not the feed's numbers, so
 * they go on over a flush and over another incarnation.
 */
export class AppliedChanges {
  #position = 0
  /** Everything was touched at this position. */
  #allTouchedAt = 0
  /** In ascending order of position, for a key that is touched again goes to the end. */
  readonly #touchedAt = new Map<string, number>()

  /** To be noted before a read whose outcome is to be kept. */
  get position(): number {
    return this.#position
  }

  touch(key: string): void {
    this.#position += 1
    this.#touchedAt.delete(key)
    this.#touchedAt.set(key, this.#position)
    if (this.#touchedAt.size > MAX_TOUCHED) this.#forgetOldest()
  }

  touchAll(): void {
    this.#position += 1
    this.#allTouchedAt = this.#position
    this.#touchedAt.clear()
  }

  /** Whether what was read after `position` was noted still holds, as far as changes are applied. */
  areUntouchedSince(position: number, keys: readonly string[]): boolean {
    if (position < this.#allTouchedAt) return false
    return keys.every((key) => (this.#touchedAt.get(key) ?? 0) <= position)
  }

  /** What was not looked at since then counts as touched, rather than as untouched. */
  #forgetOldest(): void {
    for (const [key, position] of this.#touchedAt) {
      this.#touchedAt.delete(key)
      this.#allTouchedAt = position
      return
    }
  }
}

/** What a change touches, and what it is that depends on it, in one word. @param kind known to this program or not */
export function touchedKey(kind: string, tenantId: TenantId, key: string): string {
  return `${kind} ${tenantId} ${key}`
}
