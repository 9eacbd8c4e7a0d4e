import type { UnixSeconds } from '../ambient.ts'
import type { Ground } from './ground.ts'
import type { TokenUse } from './ports.ts'

/** As many as can be written in the time that there is for it, see `UsageWriter`. */
const MAX_TOKENS = 40_000

/** Changed in place, so that a use allocates nothing. */
type Noted = { -readonly [Key in keyof TokenUse]: TokenUse[Key] }

/**
 * Which named tokens were accepted, in memory: no verification writes anything. Bounded: of tokens beyond the limit
 * nothing is noted until the others were taken. Of temporary tokens nothing is recorded anywhere, and nothing here.
 */
export class NotedUses {
  readonly #maxTokens: number
  /** By serial: a look-up by a number costs less than one by an id, and less than putting a key together. */
  #noted = new Map<number, Noted>()

  constructor(maxTokens = MAX_TOKENS) {
    this.#maxTokens = maxTokens
  }

  /** How many tokens have been used. */
  get size(): number {
    return this.#noted.size
  }

  /** @param at Unix seconds */
  note(ground: Ground, at: number): void {
    if (ground.kind !== 'named') return
    const { serial } = ground.record
    const noted = this.#noted.get(serial)
    if (noted !== undefined) return add(noted, at, 1)
    if (this.#noted.size >= this.#maxTokens) return
    // Safe as a brand: it is the time of a verdict.
    this.#noted.set(serial, { serial, lastUsedAt: at as UnixSeconds, uses: 1 })
  }

  /** All of it, for whoever writes it down, in the order of serials: neighbours are on the same pages. */
  take(): TokenUse[] {
    const noted = this.#noted
    this.#noted = new Map()
    const taken: TokenUse[] = []
    // Numbers alone sort in a third of the time, and nobody is answered meanwhile.
    for (const serial of Float64Array.from(noted.keys()).toSorted()) {
      const use = noted.get(serial)
      if (use !== undefined) taken.push(use)
    }
    return taken
  }

  /** What could not be written down. */
  putBack(uses: readonly TokenUse[]): void {
    for (const use of uses) {
      const noted = this.#noted.get(use.serial)
      if (noted !== undefined) add(noted, use.lastUsedAt, use.uses)
      else if (this.#noted.size < this.#maxTokens) this.#noted.set(use.serial, { ...use })
    }
  }
}

function add(noted: Noted, at: number, uses: number): void {
  noted.uses += uses
  // Safe as a brand: it is the time of a verdict.
  if (at > noted.lastUsedAt) noted.lastUsedAt = at as UnixSeconds
}
