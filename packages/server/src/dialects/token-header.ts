/**
 * Whether a header that carries one token was sent more than once. The runtime joins duplicates with a comma, and no
 * token, nor any `Authorization` scheme that is spoken here, contains one.
 *
 * Refuse such a request: which of the two a proxy in front has looked at is anybody's guess.
 */
export function isSentTwice(headerValue: string): boolean {
  return headerValue.includes(',')
}
