import type { Hmac } from '@jeton/token'
import type { Ambient } from '../ambient.ts'
import type { UserId } from './user.ts'

const REMEMBERED_MILLIS = 60_000
const MAX_REMEMBERED = 10_000

/**
 * Remembers for a minute that a password was right, for Basic authentication comes with every request and Argon2id
 * is meant to be slow. Kept under a hash keyed by this process alone, of user, password version and password: the
 * memory reveals no password, and a changed password has another version, hence no entry.
 */
export interface PasswordMemory {
  isRemembered(userId: UserId, passwordVersion: number, password: string): boolean
  remember(userId: UserId, passwordVersion: number, password: string): void
}

export function passwordMemory(ambient: Ambient, hmac: Hmac): PasswordMemory {
  const processKey = ambient.randomBytes(32)
  const expiries = new Map<string, number>()
  const encoder = new TextEncoder()
  const keyOf = (userId: UserId, passwordVersion: number, password: string): string =>
    hmac(processKey, encoder.encode(`${userId} ${passwordVersion} ${password}`)).toBase64()

  return {
    isRemembered(userId, passwordVersion, password) {
      const expiry = expiries.get(keyOf(userId, passwordVersion, password))
      return expiry !== undefined && ambient.monotonicMillis() < expiry
    },
    remember(userId, passwordVersion, password) {
      // Insertion order is age: the first key is the one to go.
      const oldest = expiries.size >= MAX_REMEMBERED ? expiries.keys().next().value : undefined
      if (oldest !== undefined) expiries.delete(oldest)
      const key = keyOf(userId, passwordVersion, password)
      expiries.delete(key)
      expiries.set(key, ambient.monotonicMillis() + REMEMBERED_MILLIS)
    },
  }
}
