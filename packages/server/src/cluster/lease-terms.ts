/** How long leases last and how they are kept. Milliseconds. */
export interface LeaseTerms {
  /** For how long after sending a renewal a node may trust what it remembers, less the margin. */
  readonly ttlMillis: number
  /**
   * The holder trusts for that much less, the others wait for that much more. It covers clocks that run at different
   * speeds, and nothing else: delays, pauses and lost messages are covered by the order in which clocks are read.
   */
  readonly marginMillis: number
  readonly renewEveryMillis: number
  /** A call to the store that has not been answered by then counts as lost. */
  readonly answerWithinMillis: number
}

/** Long enough to outlast a hiccup; short enough to be waited for by whoever revokes while a node is down. */
export const DEFAULT_LEASE_MILLIS = 2000

export function leaseTerms(ttlMillis: number = DEFAULT_LEASE_MILLIS): LeaseTerms {
  return {
    ttlMillis,
    marginMillis: marginOf(ttlMillis),
    // Two renewals may fail before trust runs out.
    renewEveryMillis: ttlMillis / 3,
    answerWithinMillis: ttlMillis / 2,
  }
}

/** 2.5 % on either side; the oscillators of computers differ by less than 0.1 %. */
export function marginOf(ttlMillis: number): number {
  return ttlMillis / 40
}
