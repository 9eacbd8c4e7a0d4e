import { Foresight, type ForesightDeps } from './authority/foresight.ts'
import { Sweeper, type SweeperDeps } from './authority/sweeper.ts'
import { UsageWriter, type UsageWriterDeps } from './authority/usage-writer.ts'
import { SoloTrimming } from './cluster/solo-trimming.ts'
import type { Log } from './log.ts'
import type { Store } from './store/open-store.ts'

export interface BackgroundDeps extends Omit<UsageWriterDeps & SweeperDeps & ForesightDeps, 'onFailure'> {
  readonly log: Log
  readonly store: Pick<Store, 'feed' | 'cluster' | 'expiredSessions'>
}

/** What nobody waits for. @returns how to stop it, once nobody asks for anything any more */
export function inBackground({ log, store, ...deps }: BackgroundDeps): () => Promise<void> {
  const sweeper = new Sweeper({
    ...deps,
    onFailure: (error) =>
      log.bug(error, {}, 'removing dead tokens failed; they stay refused, and it is tried again'),
  })
  const sessionSweeper = new Sweeper({
    ...deps,
    deadTokens: store.expiredSessions,
    onFailure: (error) =>
      log.bug(error, {}, 'removing expired sessions failed; they stay refused, and it is tried again'),
  })
  const foresight = new Foresight({
    ...deps,
    onFailure: (error) => log.bug(error, {}, 'reading tokens ahead of being asked failed; it is tried again'),
  })
  const usageWriter = new UsageWriter({
    ...deps,
    onFailure: (error) => log.bug(error, {}, 'writing when tokens were used failed; it is tried again'),
  })
  // Where nodes share a store, one of them trims, and knows what the others still need.
  const trimming =
    store.cluster === undefined
      ? new SoloTrimming({
          feed: store.feed,
          onFailure: (error) => log.bug(error, {}, 'trimming the change feed failed; it is tried again'),
        })
      : undefined
  return async () => {
    await foresight.stop()
    await sweeper.stop()
    await sessionSweeper.stop()
    await trimming?.stop()
    await usageWriter.stop()
  }
}
