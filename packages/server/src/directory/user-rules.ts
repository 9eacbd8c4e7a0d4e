/** Onezone usernames: 2–32 characters; the first and the last a letter or a digit. */
const USERNAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,30}[a-zA-Z0-9]$/
const FULL_NAME = /^[\p{L}\p{N}][\p{L}\p{N}' ,.-]{0,126}[\p{L}\p{N}.]$/u
/** Deliberately loose: one `@` with something on both sides and no white space. Only a message proves an address. */
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/
/** Bytes, as Onezone counts: four emoji will do. */
export const MIN_PASSWORD_BYTES = 8
/** Argon2 would take any length; a megabyte of password is an attack, not a password. */
export const MAX_PASSWORD_BYTES = 1024
export const DEFAULT_FULL_NAME = 'Unnamed User'

export function isUsername(text: string): boolean {
  return USERNAME.test(text)
}

export function isFullName(text: string): boolean {
  return FULL_NAME.test(text)
}

export function isEmail(text: string): boolean {
  return EMAIL.test(text)
}

export function isAcceptablePassword(text: string): boolean {
  const bytes = Buffer.byteLength(text)
  return bytes >= MIN_PASSWORD_BYTES && bytes <= MAX_PASSWORD_BYTES
}
