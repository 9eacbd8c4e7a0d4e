import { createHmac } from 'node:crypto'
import type { Hmac, HmacAsync } from '../src/hmac.ts'

export const hmac: Hmac = (key, message) => createHmac('sha256', key).update(message).digest()

/** As a browser has it. */
export const hmacOverWebCrypto: HmacAsync = async (key, message) => {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', Uint8Array.from(key), algorithm, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, Uint8Array.from(message)))
}

/** An HMAC that counts how often it is asked. */
export function countingHmac(): { readonly hmac: Hmac; readonly count: () => number } {
  let count = 0
  return {
    hmac: (key, message) => {
      count++
      return hmac(key, message)
    },
    count: () => count,
  }
}
