import type { Ambient, UnixSeconds } from '../src/ambient.ts'

/** A clock that stands until it is moved, and a generator that counts: the same run gives the same bytes. */
export interface FixedAmbient extends Ambient {
  advanceSeconds(seconds: number): void
}

export function fixedAmbient(startSeconds = 1_800_000_000): FixedAmbient {
  let millis = startSeconds * 1000
  let counter = 0
  return {
    now: () => Math.floor(millis / 1000) as UnixSeconds,
    nowMillis: () => millis,
    monotonicMillis: () => millis,
    randomBytes(length) {
      counter += 1
      const seed = new Bun.CryptoHasher('sha512').update(String(counter)).digest()
      return Uint8Array.from({ length }, (_, index) => seed[index % seed.length] ?? 0)
    },
    advanceSeconds(seconds) {
      millis += seconds * 1000
    },
  }
}
