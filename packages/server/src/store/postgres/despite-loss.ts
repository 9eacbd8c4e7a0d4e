import { isConnectionLost } from './postgres-failure.ts'

/** A restarted server leaves nothing but dead connections in a pool, and each may be noticed by whoever gets it next. */
const MAX_ATTEMPTS = 4
/** In which the pool hears of those that have ended. */
const PAUSE_MILLIS = 5

/** Does it again on another connection when one was lost under it. For what may be done twice, or is undone by the loss. */
export async function despiteLoss<T>(action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action()
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isConnectionLost(error)) throw error
      await Bun.sleep(PAUSE_MILLIS)
    }
  }
}
