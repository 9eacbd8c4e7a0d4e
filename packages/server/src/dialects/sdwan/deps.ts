import type { Ambient } from '../../ambient.ts'

/** What the dialect is wired with. */
export interface SdwanDeps {
  readonly ambient: Ambient
  /** Where this installation is, as clients read it in token texts. */
  readonly region: string
  /** Resolves when all that is committed is true on every node. */
  readonly settled: () => Promise<void>
  /** Whether the disk is so full that nothing more should be written. */
  readonly isStoreNearlyFull: () => boolean
}
