import type { Failure } from '../../failure.ts'
import { type Problem, unavailable } from './problem.ts'

/**
 * Wrong name, wrong password, blocked, no password login, a bearer token: one answer. Whoever guesses learns nothing
 * from it, not even that the account exists.
 */
const badCredentials: Problem = {
  status: 401,
  slug: 'bad-credentials',
  title: 'These credentials are not accepted.',
  detail: 'Send a username or e-mail address and its password with Basic authentication.',
}

const notFound: Problem = { status: 404, slug: 'not-found', title: 'There is no such thing.' }

/** A token's verdict cannot surface here before `/v1` takes tokens; it would be about the caller's credential. */
const tokenRefused: Problem = badCredentials

/** Each failure of the domain as this API says it. */
export const problems: { readonly [K in Failure['kind']]: Problem } = {
  token_malformed: tokenRefused,
  token_refused: tokenRefused,
  consumer_token_refused: tokenRefused,
  service_token_refused: tokenRefused,
  caveat_unverified: tokenRefused,
  service_forbidden: tokenRefused,
  session_invalid: tokenRefused,
  invite_target_invalid: tokenRefused,
  invite_not_authorized: tokenRefused,
  invite_usage_limit_reached: tokenRefused,
  invite_consumer_invalid: tokenRefused,
  subject_invalid: tokenRefused,
  token_not_found: notFound,
  user_not_found: notFound,
  name_taken: { status: 409, slug: 'name-taken', title: 'That name is in use.' },
  username_taken: { status: 409, slug: 'username-taken', title: 'That username is in use.' },
  email_taken: { status: 409, slug: 'email-taken', title: 'That e-mail address is in use.' },
  id_taken: { status: 409, slug: 'id-taken', title: 'That id is in use.' },
  domain_taken: {
    status: 409,
    slug: 'domain-taken',
    title: "That Onezone domain is another tenant's.",
  },
  caveat_invalid: { status: 400, slug: 'invalid-caveat', title: 'That is not a caveat.' },
  time_caveat_required: {
    status: 400,
    slug: 'time-caveat-required',
    title: 'A temporary token needs a time caveat.',
  },
  entity_not_found: notFound,
  provider_not_found: notFound,
  related_not_found: notFound,
  relation_not_found: notFound,
  not_an_owner: notFound,
  client_not_found: notFound,
  not_in_tenant: notFound,
  operator_rule: {
    status: 400,
    slug: 'invalid-roles',
    title: 'An operator of the SD-WAN API cannot have these roles.',
    detail: 'A role that may do everything stands alone, and none stands twice.',
  },
  session_rule: {
    status: 409,
    slug: 'token-not-possible',
    title: 'A rule of the SD-WAN tenant is in the way.',
    detail: 'The user holds as many tokens as he may, or may not make that one.',
  },
  password_unfit: {
    status: 400,
    slug: 'unfit-password',
    title: 'The password is not what the tenant wants passwords to be.',
  },
  relation_exists: { status: 409, slug: 'relation-exists', title: 'These two are related already.' },
  relation_circular: {
    status: 409,
    slug: 'relation-circular',
    title: 'A group cannot be a member of itself.',
  },
  group_protected: { status: 403, slug: 'group-protected', title: 'That group cannot be deleted.' },
  already_owner: { status: 409, slug: 'already-owner', title: 'The user is an owner already.' },
  last_owner: { status: 409, slug: 'last-owner', title: 'A space needs another owner first.' },
  not_in_account: notFound,
  entry_conflict: { status: 409, slug: 'conflict', title: 'That is in use, or cannot be changed.' },
  entry_invalid: { status: 400, slug: 'invalid-value', title: 'That value is not accepted.' },
  last_account_owner: { status: 409, slug: 'last-owner', title: 'An account needs another owner first.' },
  same_password: { status: 409, slug: 'same-password', title: 'That is the present password.' },
  credential_in_use: { status: 409, slug: 'credential-in-use', title: 'The credential is in use.' },
  precondition_failed: { status: 412, slug: 'changed-meanwhile', title: 'It was changed meanwhile.' },
  bad_credentials: badCredentials,
  password_login_disabled: badCredentials,
  user_blocked: badCredentials,
  not_authenticated: {
    status: 401,
    slug: 'not-authenticated',
    title: 'This call wants to know who you are.',
    detail: 'Send a username or e-mail address and its password with Basic authentication.',
  },
  forbidden: {
    status: 403,
    slug: 'forbidden',
    title: 'You may not do that.',
    detail: 'It takes a privilege that you do not have.',
  },
  not_implemented: {
    status: 501,
    slug: 'not-implemented',
    title: 'This version cannot do that yet.',
    detail: 'Nothing was changed.',
  },
  password_queue_full: {
    status: 503,
    slug: 'too-many-logins',
    title: 'Too many passwords are being checked.',
    detail: 'Try again.',
    retryAfterSeconds: 1,
  },
  store_full: {
    status: 507,
    slug: 'store-full',
    title: 'The disk is full.',
    detail: 'Nothing was changed. What only reads still works.',
  },
  store_unavailable: { ...unavailable, retryAfterSeconds: 1 },
  outcome_unknown: {
    status: 503,
    slug: 'outcome-unknown',
    title: 'The change may have happened.',
    detail: 'The answer of the database was lost. A repeat is safe.',
    retryAfterSeconds: 1,
  },
}
