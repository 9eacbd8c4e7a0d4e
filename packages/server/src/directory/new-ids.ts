import type { Ambient } from '../ambient.ts'
import { Refused } from '../failure.ts'

const CANONICAL_ID_BYTES = 6
const SDWAN_ID_DIGITS = 18
const HEX = (bytes: Uint8Array): string => bytes.toHex()

/** A canonical id: a random integer in 1 … 2^48 − 1. Small enough to stay exact as a JavaScript number. */
export function newCanonicalId(ambient: Ambient): number {
  const bytes = ambient.randomBytes(CANONICAL_ID_BYTES)
  const id = bytes.reduce((value, byte) => value * 256 + byte, 0)
  return id === 0 ? newCanonicalId(ambient) : id
}

/** UUIDv4 (RFC 9562, 5.4). */
export function newUuid(ambient: Ambient): string {
  const bytes = ambient.randomBytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = HEX(bytes)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** An Onezone id: 32 lower-case hex digits, `ch`, 4 hex digits. */
export function newOnezoneId(ambient: Ambient): string {
  const hex = HEX(ambient.randomBytes(18))
  return `${hex.slice(0, 32)}ch${hex.slice(32)}`
}

/** An SD-WAN id: 18 decimal digits, the first of them not 0. */
export function newSdwanId(ambient: Ambient): string {
  const random = ambient.randomBytes(8).reduce((value, byte) => value * 256n + BigInt(byte), 0n)
  const lowest = 10n ** BigInt(SDWAN_ID_DIGITS - 1)
  return String(lowest + (random % (9n * lowest)))
}

/** An id of what an SD-WAN operator makes: 17 decimal digits, the time in milliseconds and four random ones. */
export function newTimedId(ambient: Ambient): string {
  const random = ambient.randomBytes(4).reduce((value, byte) => value * 256 + byte, 0) % 10_000
  return `${String(ambient.nowMillis()).padStart(13, '0')}${String(random).padStart(4, '0')}`
}

/** How often a new id may turn out to be taken before something else must be wrong. */
const MAX_ID_TRIES = 5

/**
 * Runs an insert with new ids, again and with others when one was taken.
 * @param hasNewIds otherwise the taken id is one that was asked for, and is the caller's to hear of
 * @throws {Refused} `id_taken`
 */
export async function insertDespiteTakenIds<T>(hasNewIds: boolean, insert: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await insert()
    } catch (error) {
      const isIdTaken = error instanceof Refused && error.failure.kind === 'id_taken'
      if (!isIdTaken || !hasNewIds || attempt === MAX_ID_TRIES) throw error
    }
  }
}
