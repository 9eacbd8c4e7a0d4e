import { addressBlock } from '../address-block.ts'
import type { Ambient } from '../ambient.ts'
import { Refused } from '../failure.ts'

const FORGOTTEN_AFTER_MILLIS = 15 * 60_000
const MAX_GATES = 10_000
/** Behind one gate; more would only wait for a client that has gone. */
const MAX_WAITING = 4

/** How a run of failures is slowed: the first few are free, then each waits twice as long as the one before. */
interface Slowing {
  readonly freeFailures: number
  readonly firstDelayMillis: number
  readonly maxDelayMillis: number
  /** Not for an address: who has an account of his own there could go on guessing at those of others. */
  readonly isForgivenBySuccess: boolean
}

/** One account from one address: a person who mistypes is not kept waiting, a guesser gets 15 tries a minute. */
const OF_PAIR: Slowing = {
  freeFailures: 5,
  firstDelayMillis: 250,
  maxDelayMillis: 4_000,
  isForgivenBySuccess: true,
}
/** All accounts from one address: an office behind one address makes mistakes too; a list of names gets 60 a minute. */
const OF_ADDRESS: Slowing = {
  freeFailures: 50,
  firstDelayMillis: 250,
  maxDelayMillis: 1_000,
  isForgivenBySuccess: false,
}

/**
 * Slows guessing down, per account and address and per address. Nobody is locked out: from another address the
 * account is as fast as before, and from the guesser's address the right password still gets in when its turn comes.
 */
export interface PasswordThrottle {
  /**
   * Checks a password when the turn for it has come. Attempts that meet wait one behind the other, each for its own
   * delay, so guessing in parallel gains nothing. A check that throws counts as none.
   * @returns what `check` returned @throws {Refused} `password_queue_full` when too many wait for the same turn
   */
  attempt(account: string, address: string, check: () => Promise<boolean>): Promise<boolean>
}

export type Delay = (millis: number) => Promise<void>

export function passwordThrottle(ambient: Ambient, delay: Delay): PasswordThrottle {
  const pairs = new Gates(ambient, delay, OF_PAIR)
  const addresses = new Gates(ambient, delay, OF_ADDRESS)
  return {
    attempt(account, address, check) {
      const block = addressBlock(address)
      // The address first: what it keeps waiting must not hold up its account's turn.
      return addresses.pass(block, () => pairs.pass(`${block} ${account}`, check))
    },
  }
}

interface Gate {
  failures: number
  /** Attempts whose outcome is open; for the next one they count as failures. */
  open: number
  waiting: number
  /** When the last attempt had its turn, or will have it. */
  lastTurnAt: number
  lastFailureAt: number
}

class Gates {
  readonly #ambient: Ambient
  readonly #delay: Delay
  readonly #slowing: Slowing
  /** In the order of their last failures: the first is the one to forget. */
  readonly #gates = new Map<string, Gate>()

  constructor(ambient: Ambient, delay: Delay, slowing: Slowing) {
    this.#ambient = ambient
    this.#delay = delay
    this.#slowing = slowing
  }

  async pass(key: string, check: () => Promise<boolean>): Promise<boolean> {
    const gate = this.#gateOf(key)
    gate.open += 1
    try {
      await this.#turn(gate)
      const isRight = await check()
      this.#count(gate, isRight)
      return isRight
    } finally {
      gate.open -= 1
      this.#settle(key, gate)
    }
  }

  #count(gate: Gate, isRight: boolean): void {
    if (!isRight) {
      gate.failures += 1
      gate.lastFailureAt = this.#ambient.monotonicMillis()
    } else if (this.#slowing.isForgivenBySuccess) {
      gate.failures = 0
    }
  }

  #gateOf(key: string): Gate {
    const known = this.#gates.get(key)
    const now = this.#ambient.monotonicMillis()
    if (known !== undefined) {
      if (now >= known.lastFailureAt + FORGOTTEN_AFTER_MILLIS) known.failures = 0
      return known
    }
    const gate = { failures: 0, open: 0, waiting: 0, lastTurnAt: now, lastFailureAt: now }
    this.#gates.set(key, gate)
    return gate
  }

  async #turn(gate: Gate): Promise<void> {
    const now = this.#ambient.monotonicMillis()
    const millis = delayMillis(gate.failures + gate.open, this.#slowing)
    if (millis === 0) {
      gate.lastTurnAt = now
      return
    }
    if (gate.waiting >= MAX_WAITING) throw new Refused({ kind: 'password_queue_full' })
    gate.lastTurnAt = Math.max(now, gate.lastTurnAt + millis)
    gate.waiting += 1
    try {
      await this.#delay(gate.lastTurnAt - now)
    } finally {
      gate.waiting -= 1
    }
  }

  /** Keeps failures, and nothing else. */
  #settle(key: string, gate: Gate): void {
    if (gate.failures === 0 && gate.open > 0) return
    this.#gates.delete(key)
    if (gate.failures === 0) return
    this.#gates.set(key, gate)
    const oldest = this.#gates.size > MAX_GATES ? this.#gates.keys().next().value : undefined
    if (oldest !== undefined) this.#gates.delete(oldest)
  }
}

/** @param attempt 1 for the first one since the last success */
function delayMillis(attempt: number, slowing: Slowing): number {
  const { freeFailures, firstDelayMillis, maxDelayMillis } = slowing
  if (attempt <= freeFailures) return 0
  return Math.min(maxDelayMillis, firstDelayMillis * 2 ** (attempt - freeFailures - 1))
}
