import type { Failure } from '../../failure.ts'
import type { Problem, ProblemNumber } from './problem.ts'

/** Each failure of the domain as this API says it. `notFound` is the operation's own number. */
const failures: {
  readonly [K in Failure['kind']]:
    | ProblemNumber
    | 'notFound'
    | ((failure: Extract<Failure, { readonly kind: K }>) => Problem)
} = {
  not_in_account: 'notFound',
  token_not_found: 'notFound',
  user_not_found: 'notFound',
  entry_conflict: ({ field }) => ({
    number: 10,
    invalidFields: [{ name: field, reason: 'is another one, or in use' }],
  }),
  entry_invalid: ({ field, reason }) => ({ number: 9, invalidFields: [{ name: field, reason }] }),
  email_taken: 19,
  username_taken: 19,
  id_taken: 10,
  last_account_owner: 11,
  same_password: 81,
  credential_in_use: 11,
  precondition_failed: 38,
  forbidden: 11,
  not_authenticated: 3,
  bad_credentials: 4,
  password_login_disabled: 4,
  user_blocked: 14,
  password_queue_full: 24,
  store_full: 24,
  store_unavailable: 24,
  outcome_unknown: 24,
  not_implemented: 24,
  // Of other APIs: no operation of this one meets them.
  token_malformed: 4,
  token_refused: 4,
  consumer_token_refused: 4,
  service_token_refused: 4,
  domain_taken: 10,
  name_taken: 10,
  caveat_invalid: 9,
  time_caveat_required: 9,
  caveat_unverified: 4,
  service_forbidden: 11,
  session_invalid: 4,
  invite_target_invalid: 9,
  invite_not_authorized: 11,
  invite_usage_limit_reached: 11,
  invite_consumer_invalid: 11,
  subject_invalid: 'notFound',
  entity_not_found: 'notFound',
  provider_not_found: 'notFound',
  related_not_found: 'notFound',
  relation_exists: 10,
  relation_not_found: 'notFound',
  relation_circular: 10,
  group_protected: 11,
  last_owner: 11,
  already_owner: 10,
  not_an_owner: 'notFound',
  operator_rule: 11,
  not_in_tenant: 'notFound',
  session_rule: 11,
  client_not_found: 'notFound',
  password_unfit: 9,
}

/** @param notFound what the operation says when what its path names is not there */
export function problemOf(failure: Failure, notFound: ProblemNumber): Problem {
  // The table's type pairs every kind with its own failure; TypeScript cannot see that through the lookup.
  const said = failures[failure.kind] as ProblemNumber | 'notFound' | ((failure: Failure) => Problem)
  if (typeof said === 'function') return said(failure)
  return { number: said === 'notFound' ? notFound : said }
}
