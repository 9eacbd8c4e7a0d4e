import type { Caveat, ServiceSpec, TokenError, TokenRefusal } from '@jeton/token'

/**
 * Why a command is refused. Closed: each dialect maps it in one table, and a new kind does not compile until every
 * dialect has a line for it. A failure carries ids, never token text or a secret.
 */
export type Failure =
  // tokens
  | { readonly kind: 'token_malformed'; readonly error: TokenError }
  | { readonly kind: 'token_refused'; readonly why: TokenRefusal }
  | { readonly kind: 'consumer_token_refused'; readonly why: Failure }
  | { readonly kind: 'service_token_refused'; readonly why: Failure }
  | { readonly kind: 'token_not_found' }
  | { readonly kind: 'name_taken' }
  | { readonly kind: 'caveat_invalid'; readonly caveat: unknown }
  | { readonly kind: 'time_caveat_required'; readonly maxTtlSeconds: number }
  | { readonly kind: 'caveat_unverified'; readonly caveat: Caveat }
  | { readonly kind: 'service_forbidden'; readonly service: ServiceSpec }
  | { readonly kind: 'session_invalid' }
  // subjects
  | { readonly kind: 'subject_invalid' }
  | { readonly kind: 'user_blocked' }
  | { readonly kind: 'user_not_found' }
  | { readonly kind: 'username_taken' }
  | { readonly kind: 'email_taken' }
  | { readonly kind: 'id_taken' }
  // passwords
  | { readonly kind: 'bad_credentials' }
  | { readonly kind: 'password_login_disabled' }
  | { readonly kind: 'password_queue_full' }
  // callers
  | { readonly kind: 'not_authenticated' }
  | { readonly kind: 'forbidden' }
  // the house
  | { readonly kind: 'not_implemented' }
  | { readonly kind: 'store_full' }
  | { readonly kind: 'store_unavailable' }
  | { readonly kind: 'outcome_unknown' }

/** Thrown when a command is refused. Anything else that is thrown is a bug and becomes a 500. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly failure: Failure

  constructor(failure: Failure, cause?: unknown) {
    super(failure.kind, cause === undefined ? undefined : { cause })
    this.failure = failure
  }
}
