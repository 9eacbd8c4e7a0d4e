import type { Atomically, Commit } from '../atomically.ts'
import type { DeadTokens } from '../authority/ports.ts'

/** The part of a store that writes. */
export interface WritingStore<Ports> {
  readonly commit: Commit<Ports>
  readonly deadTokens: DeadTokens
}

/** Counts what is written to a store. */
export class StoreCounts {
  #commits = 0
  #sweptTokens = 0

  /** Pieces of work that were committed. Several may have shared one commit of the database. */
  get commits(): number {
    return this.#commits
  }

  /** Rows of dead tokens that were removed. */
  get sweptTokens(): number {
    return this.#sweptTokens
  }

  /** The same store, counted. */
  over<Ports>(store: WritingStore<Ports>): WritingStore<Ports> & { readonly atomically: Atomically<Ports> } {
    const commit: Commit<Ports> = async (work) => {
      const committed = await store.commit(work)
      this.#commits += 1
      return committed
    }
    const sweep: DeadTokens['sweep'] = async (...limits) => {
      const removed = await store.deadTokens.sweep(...limits)
      this.#sweptTokens += removed
      return removed
    }
    return { commit, atomically: async (work) => (await commit(work)).result, deadTokens: { sweep } }
  }
}
