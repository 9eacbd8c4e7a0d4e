import type { Ambient } from '../ambient.ts'
import { Bell } from '../bell.ts'
import { systemTimers } from '../timers.ts'
import type { NotedUses } from './noted-uses.ts'
import type { TokenUse, UsageWrites } from './ports.ts'

/** A crash may lose ten seconds: five to collect, and five to write what was collected. */
const WRITE_EVERY_MILLIS = 5000
/** SQLite blocks the process while it writes: this many rows take about a millisecond. */
const ROWS_PER_SLICE = 128
/** Seven parts of eight are left to those who wait for an answer. */
const REST_FACTOR = 7

export interface UsageWriterDeps {
  readonly noted: NotedUses
  readonly usage: UsageWrites
  readonly ambient: Pick<Ambient, 'monotonicMillis'>
  /** While it is, nothing is written: what was used lately is not worth the last of the disk. */
  readonly isStoreNearlyFull: () => boolean
  /** Once when writing begins to fail, not at every try. */
  readonly onFailure: (error: unknown) => void
  readonly writeEveryMillis?: number
}

/** Writes to the store in batches what was noted of the use of tokens. */
export class UsageWriter {
  readonly #deps: UsageWriterDeps
  readonly #ended: Promise<void>
  readonly #bell = new Bell(systemTimers)
  #isStopping = false
  #isFailing = false

  /** Starts at once. */
  constructor(deps: UsageWriterDeps) {
    this.#deps = deps
    this.#ended = this.#run()
  }

  /** To be called after the last verification: writes what there is. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#bell.ring()
    await this.#ended
    await this.#write()
  }

  async #run(): Promise<void> {
    const { ambient, writeEveryMillis = WRITE_EVERY_MILLIS } = this.#deps
    let restMillis = writeEveryMillis
    while (!this.#isStopping) {
      await this.#bell.rest(restMillis)
      const startedAt = ambient.monotonicMillis()
      if (!this.#isStopping) await this.#write()
      restMillis = Math.max(0, writeEveryMillis - (ambient.monotonicMillis() - startedAt))
    }
  }

  /** What cannot be written now is kept for the next time. */
  async #write(): Promise<void> {
    const { noted, isStoreNearlyFull, onFailure } = this.#deps
    if (isStoreNearlyFull()) return
    const uses = noted.take()
    try {
      while (uses.length > 0) await this.#writeSlice(uses)
      this.#isFailing = false
    } catch (error) {
      noted.putBack(uses)
      if (!this.#isFailing) onFailure(error)
      this.#isFailing = true
    }
  }

  /** Takes them out only when they are written. Of a slice whose outcome is unknown, some may be counted twice. */
  async #writeSlice(uses: TokenUse[]): Promise<void> {
    const { usage, ambient } = this.#deps
    const startedAt = ambient.monotonicMillis()
    const slice = uses.slice(-ROWS_PER_SLICE)
    // A sync blocks the process for as long as the rows do: one for all of them.
    await usage.record(slice, slice.length === uses.length ? 'at_once' : 'soon')
    uses.splice(-ROWS_PER_SLICE)
    // Whoever stops waits for all that there is.
    if (uses.length === 0 || this.#isStopping) return
    await this.#bell.rest((ambient.monotonicMillis() - startedAt) * REST_FACTOR)
  }
}
