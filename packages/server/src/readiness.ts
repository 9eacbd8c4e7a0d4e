import type { Readiness } from './dialects/jeton/deps.ts'
import type { Store } from './store/open-store.ts'

/** Whether this node can judge: it can as long as the store can be read. */
export function readiness(store: Pick<Store, 'ping'>): () => Promise<Readiness> {
  return async () => {
    try {
      await store.ping()
      return { isReady: true }
    } catch {
      return { isReady: false, reasons: ['The database cannot be read.'] }
    }
  }
}
