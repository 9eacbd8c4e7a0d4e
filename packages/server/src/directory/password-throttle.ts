import type { Ambient } from '../ambient.ts'
import { Refused } from '../failure.ts'

const FREE_FAILURES = 5
const FIRST_DELAY_MILLIS = 250
const MAX_DELAY_MILLIS = 4_000
const FORGOTTEN_AFTER_MILLIS = 15 * 60_000
const MAX_PAIRS = 10_000
/** However many accounts are guessed at, no more than this wait; the others are told 503 at once. */
const MAX_DELAYED = 256

/**
 * Slows guessing down, per account and address. Nobody is ever locked out: from another address the account is as
 * fast as before, and from the guesser's address the right password still gets in after the delay.
 */
export interface PasswordThrottle {
  /** Waits as long as this account's failures from this address ask for. @throws {Refused} `password_queue_full` */
  admit(account: string, address: string): Promise<void>
  succeeded(account: string, address: string): void
}

export type Delay = (millis: number) => Promise<void>

export function passwordThrottle(ambient: Ambient, delay: Delay): PasswordThrottle {
  const attempts = new Map<string, { count: number; forgottenAt: number }>()
  let delayed = 0

  /** Counted before the answer is known: parallel guesses must not all start at the same count. */
  const countAttempt = (pair: string): number => {
    const now = ambient.monotonicMillis()
    const known = attempts.get(pair)
    const count = known !== undefined && now < known.forgottenAt ? known.count + 1 : 1
    attempts.delete(pair)
    const oldest = attempts.size >= MAX_PAIRS ? attempts.keys().next().value : undefined
    if (oldest !== undefined) attempts.delete(oldest)
    attempts.set(pair, { count, forgottenAt: now + FORGOTTEN_AFTER_MILLIS })
    return count
  }

  return {
    async admit(account, address) {
      const millis = delayMillis(countAttempt(pairOf(account, address)))
      if (millis === 0) return
      if (delayed >= MAX_DELAYED) throw new Refused({ kind: 'password_queue_full' })
      delayed += 1
      try {
        await delay(millis)
      } finally {
        delayed -= 1
      }
    },
    succeeded(account, address) {
      attempts.delete(pairOf(account, address))
    },
  }
}

/** @param attempt 1 for the first one since the last success */
export function delayMillis(attempt: number): number {
  if (attempt <= FREE_FAILURES) return 0
  return Math.min(MAX_DELAY_MILLIS, FIRST_DELAY_MILLIS * 2 ** (attempt - FREE_FAILURES - 1))
}

function pairOf(account: string, address: string): string {
  return `${address} ${account}`
}
