import type { NumberedChange } from '../change.ts'

/** A position in the change feed. Another incarnation is another feed: numbers of the two do not compare. */
export interface FeedPosition {
  readonly incarnation: string
  readonly number: number
}

export interface FeedReads {
  /** The last number given out. One read. */
  head(): Promise<FeedPosition>
  /**
   * The changes after a number, in order, at most `limit`; with the incarnation and the oldest number that is still
   * there, all as of one moment. `oldest` is head + 1 when every row has been trimmed.
   */
  changesAfter(
    number: number,
    limit: number,
  ): Promise<{
    readonly incarnation: string
    readonly oldest: number
    /** The kind may be one that this program does not know. */
    readonly changes: readonly (Omit<NumberedChange, 'kind'> & { readonly kind: string })[]
  }>
}

export interface FeedWrites {
  /** Removes rows below a number, at most `limit`. @returns rows removed */
  trimBelow(number: number, limit: number): Promise<number>
}

/** A node's right to trust what it remembers, as the others see it. */
export interface Lease {
  readonly nodeId: string
  /** How operators reach the node, for the status page only. */
  readonly address: string
  /** Goes up with each renewal. Others watch it stand still on their own clocks; wall clocks are never compared. */
  readonly renewal: number
  /** The node has applied every change up to this number. */
  readonly applied: number
  readonly isFenced: boolean
}

export interface Leases {
  /** A new row, renewal 1, applied 0. A node id is never used twice. */
  acquire(nodeId: string, address: string): Promise<void>
  /** Compare-and-set: renewal n becomes n + 1. `false`: fenced or gone, the lease is lost. Idempotent only in its refusal. */
  renew(nodeId: string, renewal: number, applied: number): Promise<boolean>
  /** Between renewals: how far the node has applied. `false`: fenced or gone. */
  reportApplied(nodeId: string, applied: number): Promise<boolean>
  list(): Promise<readonly Lease[]>
  /** Compare-and-set on the renewal number: after `true` that node can never renew again. */
  fence(nodeId: string, renewal: number): Promise<boolean>
  /** A node that stops in order takes its row away. Fenced rows that nobody waits for any more go the same way. */
  release(nodeId: string): Promise<void>
}

/** Hints that there is something to read. A lost one costs a polling interval, never correctness. */
export interface WakeUps {
  notify(topic: 'changes' | 'applied'): void
  /** @returns how to stop listening */
  subscribe(topic: 'changes' | 'applied', listener: () => void): () => void
}

/** Whether what this node remembers may be believed, this very moment: asked after a verdict's last await. */
export interface Trust {
  /** Compares the monotonic clock with the lease's deadline itself; a timer's flag would lie after SIGSTOP. */
  isCurrent(): boolean
}
