import type { FeedPosition } from './ports.ts'

/** A lease as its holder sees it. Times are the holder's monotonic clock. */
export interface HeldLease {
  readonly nodeId: string
  readonly acquiredAt: number
  renewal: number
  /** Before the last successful renewal was sent. */
  renewedAt: number
  /** As far as the others have been told. */
  reported: number
  /** Of the reader's, when the lease was asked for. In another feed its numbers mean something else. */
  readonly feed: number
  /** Read after the row was committed; the lease is worth nothing before it has been applied. */
  readonly firstHead: FeedPosition
  /** Read when the next renewal became due; to be applied before it. `undefined` until then. */
  head: FeedPosition | undefined
  /** A renewal has been sent whose outcome is not known: the next one cannot know its number. */
  isInDoubt: boolean
}

/** Whether the node trusts what it remembers, and if not, why. */
export type Standing =
  | { readonly isCurrent: true }
  | { readonly isCurrent: false; readonly why: 'no_lease' | 'lease_ended' | 'catching_up' }
