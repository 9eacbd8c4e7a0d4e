import type { Caveat } from './caveat.ts'
import type { Token } from './token.ts'
import type { Verdict } from './verdict.ts'

/**
 * What is left to judge of a token whose signature was found good: everything but the signature. It holds no signature
 * and no key, so whoever keeps one keeps with it under which secret the signature was good, and judges it against a
 * record with that secret only. Under another one the text is decoded and judged anew.
 */
export interface SignedToken extends Pick<Token, 'version' | 'id' | 'persistence' | 'subject' | 'type'> {
  /** All of the token's, in order. None of them is known to be met now. */
  readonly caveats: readonly Caveat[]
}

/** @param verdict of that very token */
export function signedToken(
  token: Token | SignedToken,
  verdict: Extract<Verdict, { readonly ok: true }>,
): SignedToken {
  const { version, id, persistence, subject, type } = token
  return { version, id, persistence, subject, type, caveats: verdict.caveats }
}

export function isSigned(token: Token | SignedToken): token is SignedToken {
  return !('macaroon' in token)
}
