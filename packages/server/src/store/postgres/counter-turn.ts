/** One transaction's turn at the change feed's counter. */
export interface CounterTurn {
  /** Waits until every transaction of this process that began its turn before has ended it. */
  begin(): Promise<void>
  /** When the transaction has ended, whichever way. Without a `begin` there is nothing to end. */
  end(): void
}

/**
 * Lets one transaction of this process at a time between its number and its commit. The counter's row makes them wait
 * for each other anyway; but a process that stops there, with others queued at the row, would hold it for each of them
 * in turn, and every other node's revocations with it. So it holds it once at most.
 */
export class CounterTurns {
  #last: Promise<void> = Promise.resolve()

  next(): CounterTurn {
    const ended = Promise.withResolvers<void>()
    return {
      begin: () => {
        const before = this.#last
        this.#last = before.then(() => ended.promise)
        return before
      },
      end: () => ended.resolve(),
    }
  }
}
