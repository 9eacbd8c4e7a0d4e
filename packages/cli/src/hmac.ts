import type { Hmac } from '@jeton/token'

/** HMAC-SHA256 of the runtime. */
export const hmacSha256: Hmac = (key, message) =>
  new Uint8Array(new Bun.CryptoHasher('sha256', key).update(message).digest())
