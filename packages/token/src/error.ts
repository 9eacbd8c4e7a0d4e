/** Longest token text that is looked at, in characters. */
export const MAX_TOKEN_CHARS = 1_048_576

/** Why a text is no token. `badToken`: not understood. `tokenTooLarge`: longer than {@link MAX_TOKEN_CHARS}. */
export type TokenErrorCode = 'badToken' | 'tokenTooLarge'

/**
 * The only error that decoding, encoding and confining throw. Carries nothing of the token's text, so it may be
 * logged.
 */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly code: TokenErrorCode
  /** Characters allowed; with `tokenTooLarge` only. */
  readonly limit?: number

  constructor(code: TokenErrorCode) {
    super(code)
    this.code = code
    if (code === 'tokenTooLarge') this.limit = MAX_TOKEN_CHARS
  }
}

/** A value is not the JSON form of a caveat. */
export class CaveatError extends Error {
  override readonly name = 'CaveatError'
  /** The value as it was sent. */
  readonly caveat: unknown

  constructor(caveat: unknown) {
    super('not a caveat')
    this.caveat = caveat
  }
}
