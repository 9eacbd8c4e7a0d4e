import type { Ambient } from '../ambient.ts'

const SECRET_BYTES = 32
const KEY_BYTES = 10

/** A credential's text with the part of it that is no secret. */
export interface SessionText {
  readonly text: string
  /** Ties what somebody did to the session that he did it in; shown wherever the session is. */
  readonly key: string
}

/**
 * A new credential: 256 random bits in hex, a hyphen, and percent-encoded pairs, which clients take apart to find
 * their region in them. Without the hyphen or the pairs they fail before their first call. (Prisma SD-WAN, token string)
 *
 * @param region see `isRegion`
 */
export function newSessionText(ambient: Pick<Ambient, 'randomBytes'>, region: string): SessionText {
  const key = ambient.randomBytes(KEY_BYTES).toHex()
  return { text: `${ambient.randomBytes(SECRET_BYTES).toHex()}-c%3D${key}%26region%3D${region}`, key }
}

/** The form of every text that {@link newSessionText} gives. */
export const SESSION_TEXT = /^[0-9a-f]{64}-c%3D[0-9a-f]{20}%26region%3D[0-9A-Za-z]{1,32}$/

const REGION = /^[0-9A-Za-z]{1,32}$/

/** Whether a text can be a region: nothing that would have to be encoded, or would split a host name. */
export function isRegion(text: string): boolean {
  return REGION.test(text)
}
