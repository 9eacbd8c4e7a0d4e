import type { Ambient } from '../ambient.ts'
import type { DeadTokens } from './ports.ts'

/** SQLite blocks the process while it deletes: this many rows take a few milliseconds. */
const ROWS_PER_SLICE = 250
/** Nine parts of ten are left to those who wait for an answer. */
const REST_FACTOR = 9
const IDLE_MILLIS = 1000
/** After a failure, for a store that is full or away will not be better the next moment. */
const RETRY_MILLIS = 10_000

export interface Sweeper {
  /** Ends after the slice under way. */
  stop(): Promise<void>
}

/**
 * Removes the rows of dead epochs in the background, in short slices with rests between them. They have been
 * refused and unlisted since their epoch ended; what a crash leaves is found again.
 */
export function startSweeper(
  deadTokens: DeadTokens,
  ambient: Ambient,
  onFailure: (error: unknown) => void,
): Sweeper {
  let isStopping = false
  let wake: () => void = () => undefined

  const rest = (millis: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, millis)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  /** @returns for how long to rest */
  const sweepOnce = async (): Promise<number> => {
    const startedAt = ambient.monotonicMillis()
    try {
      const removed = await deadTokens.sweep(ROWS_PER_SLICE)
      return removed === 0 ? IDLE_MILLIS : (ambient.monotonicMillis() - startedAt) * REST_FACTOR
    } catch (error) {
      onFailure(error)
      return RETRY_MILLIS
    }
  }

  const run = async (): Promise<void> => {
    while (!isStopping) {
      const restMillis = await sweepOnce()
      if (!isStopping) await rest(restMillis)
    }
  }

  const ended = run()
  return {
    stop() {
      isStopping = true
      wake()
      return ended
    },
  }
}
