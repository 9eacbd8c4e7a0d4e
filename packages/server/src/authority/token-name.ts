const TOKEN_NAME = /^[)(\p{L}\p{N}_][)(\p{L}\p{N}_ .-]{0,126}[)(\p{L}\p{N}_]$/u

/** What a named token may be called. @see the Onezone API, names of tokens */
export function isTokenName(text: string): boolean {
  return TOKEN_NAME.test(text)
}
