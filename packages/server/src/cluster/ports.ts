import type { NumberedChange } from '../change.ts'

/** A position in the change feed. Another incarnation is another feed: numbers of the two do not compare. */
export interface FeedPosition {
  readonly incarnation: string
  readonly number: number
}

/** A change as it stands in the feed. A newer program may have written it, so its kind may be an unknown one. */
export type FeedChange = Omit<NumberedChange, 'kind'> & { readonly kind: string }

/** A piece of the feed, all of it as of one moment. */
export interface FeedPage {
  readonly incarnation: string
  /** The last number given out. */
  readonly head: number
  /** The oldest number that is still there; head + 1 when every row has been trimmed. */
  readonly oldest: number
  readonly changes: readonly FeedChange[]
}

export interface FeedReads {
  /** The last number given out. One read. */
  head(): Promise<FeedPosition>
  /** The changes after a number, in order, at most `limit`. */
  changesAfter(number: number, limit: number): Promise<FeedPage>
}

export interface FeedWrites {
  /** Removes rows below a number, at most `limit`. @returns rows removed */
  trimBelow(number: number, limit: number): Promise<number>
}

/** What a node asks for: its right to trust what it remembers. */
export interface LeaseRequest {
  /** Never used twice. */
  readonly nodeId: string
  /** How operators reach the node, for the status page only. */
  readonly address: string
  /** For how long after a renewal the node may trust. The others wait for that long, so it stands in the row. */
  readonly ttlMillis: number
}

/** A node's right to trust what it remembers, as the others see it. */
export interface Lease extends LeaseRequest {
  /** Goes up with each renewal. Others watch it stand still on their own clocks; wall clocks are never compared. */
  readonly renewal: number
  /** The node has applied every change up to this number. */
  readonly applied: number
  readonly isFenced: boolean
}

/**
 * Each method sees what is committed, and commits. What `acquire`, `renew` and `fence` have answered survives a crash of
 * the database: after a renewal that it forgot, somebody who has seen only the number before it would fence a node that
 * still trusts. What `reportApplied` has answered may be lost: then somebody waits a little longer.
 */
export interface Leases {
  /** A new row, renewal 1, applied 0. */
  acquire(request: LeaseRequest): Promise<void>
  /** Compare-and-set: renewal n becomes n + 1. `false`: fenced or gone, the lease is lost. Only its refusal can be repeated. */
  renew(nodeId: string, renewal: number, applied: number): Promise<boolean>
  /** Between renewals: how far the node has applied. `false`: fenced or gone. */
  reportApplied(nodeId: string, applied: number): Promise<boolean>
  list(): Promise<readonly Lease[]>
  /** Compare-and-set on the renewal number: after `true` that lease can never be renewed. `false`: it was, or is gone. */
  fence(nodeId: string, renewal: number): Promise<boolean>
  /** Takes a row away, if it is there: a node's that stops in order, or one that was fenced. */
  release(nodeId: string): Promise<void>
}

/** Hints that there is something to read. A lost one costs a polling interval, never correctness. */
export interface WakeUps {
  /** To every node, this one included. */
  notify(topic: 'changes' | 'applied'): void
  /** @returns how to stop listening */
  subscribe(topic: 'changes' | 'applied', listener: () => void): () => void
}

/** What the nodes of a cluster share. */
export interface ClusterStore {
  readonly feed: FeedReads & FeedWrites
  readonly leases: Leases
  readonly wakeUps: WakeUps
}
