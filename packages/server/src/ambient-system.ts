import { randomBytes } from 'node:crypto'
import type { Ambient, UnixSeconds } from './ambient.ts'

/** The real clock and the real generator. The only file that may touch either; the linter holds that. */
export const systemAmbient: Ambient = {
  // Safe as a brand: the value is whole seconds by construction.
  now: () => Math.floor(Date.now() / 1000) as UnixSeconds,
  nowMillis: () => Date.now(),
  monotonicMillis: () => performance.now(),
  randomBytes: (length) => new Uint8Array(randomBytes(length)),
}
