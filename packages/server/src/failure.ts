import type { Caveat, ServiceSpec, TokenError, TokenRefusal, TokenSubject } from '@jeton/token'
import type { EntityKind } from './directory/entity.ts'
import type { OperatorRule } from './operators/operator-rule.ts'
import type { PasswordRule, SessionRule } from './operators/session-rule.ts'

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
  // invites
  | { readonly kind: 'invite_target_invalid'; readonly id: string }
  /** Its subject may not, or no longer, invite so. */
  | { readonly kind: 'invite_not_authorized' }
  | { readonly kind: 'invite_usage_limit_reached' }
  | { readonly kind: 'invite_consumer_invalid'; readonly consumer: TokenSubject }
  // subjects
  | { readonly kind: 'subject_invalid' }
  | { readonly kind: 'user_blocked' }
  | { readonly kind: 'user_not_found' }
  | { readonly kind: 'username_taken' }
  | { readonly kind: 'email_taken' }
  | { readonly kind: 'id_taken' }
  // tenants
  | { readonly kind: 'domain_taken' }
  // relations
  | { readonly kind: 'entity_not_found' }
  | { readonly kind: 'provider_not_found' }
  /** Whoever was to be related is not there. */
  | { readonly kind: 'related_not_found'; readonly related: RelationEnd['kind'] }
  | { readonly kind: 'relation_exists'; readonly child: RelationEnd; readonly parent: RelationEnd }
  | { readonly kind: 'relation_not_found'; readonly child: RelationEnd; readonly parent: RelationEnd }
  /** A group would be a member of itself, directly or through others. */
  | { readonly kind: 'relation_circular' }
  | { readonly kind: 'group_protected' }
  | { readonly kind: 'last_owner'; readonly spaceId: string }
  | { readonly kind: 'already_owner' }
  | { readonly kind: 'not_an_owner' }
  // accounts
  /** The account has no such user, group, binding, credential or token, or there is no such account. */
  | { readonly kind: 'not_in_account' }
  /** Another entry has that already, or it can never be changed. @see the Astra Control API, problem 10 */
  | { readonly kind: 'entry_conflict'; readonly field: string }
  | { readonly kind: 'entry_invalid'; readonly field: string; readonly reason: string }
  | { readonly kind: 'last_account_owner' }
  | { readonly kind: 'same_password' }
  /** A password's credential, as long as its user is there. */
  | { readonly kind: 'credential_in_use' }
  /** The entry is not what whoever changes it took it to be. */
  | { readonly kind: 'precondition_failed' }
  // sessions of operators
  | { readonly kind: 'session_rule'; readonly rule: SessionRule }
  | { readonly kind: 'client_not_found' }
  // operators
  /** Each once, at least one. */
  | { readonly kind: 'operator_rule'; readonly rules: readonly OperatorRule[] }
  /** The tenant has no such operator, custom role or custom permission. */
  | { readonly kind: 'not_in_tenant' }
  // passwords
  | { readonly kind: 'password_unfit'; readonly rule: PasswordRule }
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

/** What stands at one end of a relation, as the Onezone API names it. */
export interface RelationEnd {
  readonly kind: EntityKind | 'user' | 'provider'
  readonly onezoneId: string
}

/** Thrown when a command is refused. Anything else that is thrown is a bug and becomes a 500. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly failure: Failure

  constructor(failure: Failure, cause?: unknown) {
    super(failure.kind, cause === undefined ? undefined : { cause })
    this.failure = failure
  }
}
