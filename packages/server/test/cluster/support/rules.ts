import type { Edit } from './cluster-code.ts'

/** The rules that the promise stands on, each as what takes it out of the code. */
export const rules = {
  /** The end of trust counts from before the renewal was sent. */
  endFromBeforeRenewal: [
    { file: 'lease-keeper.ts', from: 'lease.renewedAt = sentAt', to: 'lease.renewedAt = this.#now()' },
  ],
  /** The first end counts from before the lease was asked for. */
  endFromBeforeAcquisition: [
    { file: 'lease-keeper.ts', from: 'renewedAt: sentAt,', to: 'renewedAt: this.#now(),' },
  ],
  /** Each verdict compares the clock with the end. */
  endIsCompared: [
    {
      file: 'lease-keeper.ts',
      from: 'return lease !== undefined && this.#now() < this.#endOf(lease) &&',
      to: 'return lease !== undefined &&',
    },
  ],
  /** A renewal without an answer is not taken for one. */
  unansweredRenewalIsDoubted: [
    {
      file: 'lease-keeper.ts',
      from: 'lease.isInDoubt = true\n      throw error',
      to: 'return error !== undefined',
    },
  ],
  /** Trust begins when the first head has been applied. */
  headIsApplied: [{ file: 'lease-keeper.ts', from: ' && this.#isCaughtUp(lease)', to: '' }],
  /** That head is read after the row was committed. */
  headIsReadAfterRow: [
    {
      file: 'lease-keeper.ts',
      from: 'const sentAt = this.#now()\n    await this.#answer(leases.acquire(',
      to: 'const sentAt = this.#now()\n    const early = await this.#readHead()\n    await this.#answer(leases.acquire(',
    },
    { file: 'lease-keeper.ts', from: 'firstHead: head,', to: 'firstHead: early,' },
  ],
  /** Only who keeps up renews. */
  laggingIsNotAlive: [
    {
      file: 'lease-keeper.ts',
      from: 'if (isDue && lease.head !== undefined && this.#reader.hasReached(lease.head)) return',
      to: 'if (isDue) return',
    },
  ],
  /** How far it has to keep up, it looks when it is to renew, not long before. */
  looksWhenDue: [
    {
      file: 'lease-keeper.ts',
      from: 'lease.head = undefined',
      to: 'lease.head = await this.#readHead()',
    },
  ],
  /** A gap in the feed makes the reader forget everything. */
  gapFlushes: [
    { file: 'feed-reader.ts', from: 'if (!isGapless(from, page)) {', to: 'if (isGapless === undefined) {' },
  ],
  otherIncarnationFlushes: [
    { file: 'feed-reader.ts', from: 'head.incarnation === from.incarnation && ', to: '' },
  ],
  numbersThatGoBackAreAnotherFeed: [
    { file: 'feed-reader.ts', from: ' && head.number >= from.number', to: '' },
  ],
  unknownKindFlushes: [
    { file: 'feed-reader.ts', from: 'return Object.hasOwn(KNOWN_KINDS, kind)', to: "return kind !== ''" },
  ],
  /** Nobody is given up without having been fenced. */
  givenUpIsFenced: [
    {
      file: 'acknowledgement.ts',
      from: 'isAwaited(wait, lease))',
      to: 'isAwaited(wait, lease) && !this.#deps.watch.hasRunOut(lease))',
    },
  ],
  /** Who is fenced can never renew: without it, nobody is fenced at all. */
  fence: [
    {
      file: 'lease-watch.ts',
      from: 'await leases.fence(nodeId, renewal)',
      to: 'await Promise.resolve(false)',
    },
  ],
  /** A lease is waited for as long as it lasts itself. */
  waitsForItsTtl: [
    {
      file: 'lease-watch.ts',
      from: 'lease.ttlMillis + marginOf(lease.ttlMillis)',
      to: '2000 + marginOf(2000)',
    },
  ],
  margin: [{ file: 'lease-terms.ts', from: 'return ttlMillis / 40', to: 'return 0 * ttlMillis' }],
  /** A list that was asked for before the commit tells nothing about it. */
  listIsAskedForAfterCommit: [
    {
      file: 'acknowledgement.ts',
      from: 'for (const wait of waits) this.#judge(wait, list)',
      to: 'for (const wait of [...this.#waits]) this.#judge(wait, list)',
    },
  ],
  /** Nobody waits for a lease that began later. */
  laterLeaseIsNotAwaited: [
    { file: 'acknowledgement.ts', from: '(nodeIds?.has(nodeId) ?? true)', to: '(nodeIds, nodeId, true)' },
  ],
  fencedIsNotAwaited: [
    { file: 'acknowledgement.ts', from: 'return !isFenced && applied', to: 'return applied' },
  ],
  /** A work that changed nothing waits, too. */
  repeatWaits: [
    {
      file: 'acknowledgement.ts',
      from: 'lastNumber === undefined ? this.settled()',
      to: 'lastNumber === undefined ? undefined',
    },
  ],
  refusalWaits: [
    {
      file: 'acknowledgement.ts',
      from: 'if (error instanceof Refused && !TELLS_NO_STATE.has(error.failure.kind)) await this.settled()',
      to: '',
    },
  ],
  /** Without the store nobody knows. */
  unknownIsUnknown: [
    {
      file: 'acknowledgement.ts',
      from: 'wait.settled.reject(outcomeUnknown(error))',
      to: 'wait.settled.resolve(void error)',
    },
  ],
} satisfies Record<string, readonly Edit[]>
