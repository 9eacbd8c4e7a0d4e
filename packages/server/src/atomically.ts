/**
 * Runs `work` in one transaction: all of it is there afterwards, or nothing. `work` may run more than once (a
 * serialization conflict repeats it), so it does nothing but use the ports it is handed, and never awaits anything
 * else (a password hash, a lease): on SQLite everybody else's writes wait meanwhile. A refused write ends the
 * transaction even if `work` catches the refusal, so what is to be tried again is tried around `atomically`.
 * @throws {Refused} what `work` throws; `store_full`, `store_unavailable`; `outcome_unknown` when the commit's answer was lost
 */
export type Atomically<Ports> = <T>(work: (ports: Ports) => Promise<T>) => Promise<T>

/**
 * As {@link Atomically}, and what the work did is true on every node when it resolves: for every answer that says
 * "dead", or "alive again". A work that changes nothing, or is refused, waits for what was committed before it: the
 * repeat of a revocation says "dead" too.
 * @throws {Refused} also `outcome_unknown`, when it may have happened and nobody could be asked whether all know
 */
export type Acknowledged<Ports> = Atomically<Ports>

/** As {@link Atomically}, for whoever waits until the work's changes have been applied elsewhere. */
export type Commit<Ports> = <T>(work: (ports: Ports) => Promise<T>) => Promise<Committed<T>>

export interface Committed<T> {
  readonly result: T
  /** The number of the work's last change; `undefined` when it recorded none. */
  readonly lastNumber: number | undefined
}
