import type { Ambient } from '../ambient.ts'

const SECRET_BYTES = 32
/** What is in base64 but in the way of a shell, a URL or a reader who takes the other alphabet for granted. */
const AMBIGUOUS = /[+/]/

/**
 * A new opaque token: 44 characters of base64, redrawn until it is the same text in both of its alphabets, which one
 * draw in four is. Some 254 bits are left. @see the Astra Control API, tokens
 */
export function newOpaqueText(ambient: Pick<Ambient, 'randomBytes'>): string {
  for (;;) {
    const text = Buffer.from(ambient.randomBytes(SECRET_BYTES)).toString('base64')
    if (!AMBIGUOUS.test(text)) return text
  }
}

/** The form of every text that {@link newOpaqueText} gives. */
export const OPAQUE_TEXT = /^[A-Za-z0-9]{43}=$/

/** What the store keeps of an opaque token, and finds it by: SHA-256 in base64url. With so many random bits no salt is needed. */
export function hashOfText(text: string): string {
  return new Bun.CryptoHasher('sha256').update(text).digest('base64url')
}
