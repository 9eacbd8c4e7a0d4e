import type { Failure } from '../../failure.ts'
import type { OperatorRule } from '../../operators/operator-rule.ts'
import type { PasswordRule, SessionRule } from '../../operators/session-rule.ts'
import type { BodyRefused } from '../dialect.ts'
import { CODES, type SdwanCode } from './codes.ts'
import type { ErrorItem } from './refusal.ts'
import { ruleCodes, ruleMessages } from './rule-codes.ts'

/** Why the domain refuses: the kind of its failure, or the rule that is broken. */
export type Reason = Exclude<Failure['kind'], 'session_rule' | 'operator_rule'> | SessionRule | OperatorRule

/** What an operation says where it is not as everywhere. */
export type Says = Readonly<Partial<Record<Reason, SdwanCode>>>

/** Each refusal of the domain as this API says it, where the operation says nothing else. */
const reasons: Readonly<Record<Exclude<Reason, OperatorRule> | SessionRule, SdwanCode>> = {
  session_cannot_mint: 'TOKEN_INVALID_SESSION_DATA',
  operator_unknown: 'TOKEN_INVALID_OPERATOR_ID',
  subject_not_permitted: 'NOT_PERMITTED',
  expiry_invalid: 'INVALID_EXPIRES_UTC_MS',
  too_many_tokens: 'TOKEN_ACTIVE_TOKEN_EXCEEDED',
  system_owned: 'AUTH_TOKEN_SYSTEM_OPERATIONS_NOT_ALLOWED',
  custom_role_unknown: 'AUTH_ROLE_INVALID',
  roles_exceed_caller: 'TOKEN_INVALID_SUBJECT_ID',
  session_unknown: 'RESOURCE_NOT_FOUND',
  password_unfit: 'ACCOUNT_INVALID_PASSWORD_CHANGE',
  client_not_found: 'RESOURCE_NOT_FOUND',
  not_in_tenant: 'RESOURCE_NOT_FOUND',
  entry_invalid: 'BAD_REQUEST',
  entry_conflict: 'BAD_REQUEST',
  email_taken: 'OPERATOR_INVALID_OPERATOR_EMAIL',
  username_taken: 'OPERATOR_INVALID_OPERATOR_EMAIL',
  precondition_failed: 'OPERATOR_INVALID_ETAG',
  same_password: 'ACCOUNT_INVALID_PASSWORD_CHANGE',
  user_not_found: 'RESOURCE_NOT_FOUND',
  token_not_found: 'RESOURCE_NOT_FOUND',
  name_taken: 'BAD_REQUEST',
  id_taken: 'BAD_REQUEST',
  forbidden: 'NOT_PERMITTED',
  not_authenticated: 'NOT_AUTHENTICATED',
  bad_credentials: 'LOGIN_FAILED',
  password_login_disabled: 'LOGIN_FAILED',
  user_blocked: 'NOT_AUTHENTICATED',
  password_queue_full: 'SERVICE_UNAVAILABLE',
  store_full: 'STORE_FULL',
  store_unavailable: 'SERVICE_UNAVAILABLE',
  outcome_unknown: 'OUTCOME_UNKNOWN',
  // Of other APIs: no operation of this one meets them.
  not_implemented: 'BAD_REQUEST',
  not_in_account: 'RESOURCE_NOT_FOUND',
  last_account_owner: 'NOT_PERMITTED',
  credential_in_use: 'NOT_PERMITTED',
  token_malformed: 'NOT_AUTHENTICATED',
  token_refused: 'NOT_AUTHENTICATED',
  consumer_token_refused: 'NOT_AUTHENTICATED',
  service_token_refused: 'NOT_AUTHENTICATED',
  domain_taken: 'BAD_REQUEST',
  caveat_invalid: 'BAD_REQUEST',
  time_caveat_required: 'BAD_REQUEST',
  caveat_unverified: 'NOT_AUTHENTICATED',
  service_forbidden: 'NOT_PERMITTED',
  session_invalid: 'NOT_AUTHENTICATED',
  invite_target_invalid: 'BAD_REQUEST',
  invite_not_authorized: 'NOT_PERMITTED',
  invite_usage_limit_reached: 'NOT_PERMITTED',
  invite_consumer_invalid: 'NOT_PERMITTED',
  subject_invalid: 'RESOURCE_NOT_FOUND',
  entity_not_found: 'RESOURCE_NOT_FOUND',
  provider_not_found: 'RESOURCE_NOT_FOUND',
  related_not_found: 'RESOURCE_NOT_FOUND',
  relation_exists: 'BAD_REQUEST',
  relation_not_found: 'RESOURCE_NOT_FOUND',
  relation_circular: 'BAD_REQUEST',
  group_protected: 'NOT_PERMITTED',
  last_owner: 'NOT_PERMITTED',
  already_owner: 'BAD_REQUEST',
  not_an_owner: 'RESOURCE_NOT_FOUND',
}

const passwordRules: Readonly<Record<PasswordRule, string>> = {
  too_short: 'is too short',
  too_long: 'is too long',
  too_few_lower_case_letters: 'needs two lower-case letters',
  too_few_upper_case_letters: 'needs two upper-case letters',
  too_few_numbers: 'needs two digits',
  too_few_special_characters: 'needs two special characters',
  like_identity: 'is too much like the name of its operator',
  used_before: 'was used before',
}

/** @param says what the operation says otherwise @returns one for each rule that is broken */
export function itemsOf(failure: Failure, says: Says): readonly ErrorItem[] {
  if (failure.kind === 'operator_rule') {
    return failure.rules.map((rule) => item(says[rule] ?? ruleCodes[rule], ruleMessages[rule]))
  }
  const reason = failure.kind === 'session_rule' ? failure.rule : failure.kind
  return [item(says[reason] ?? reasons[reason], detailOf(failure))]
}

/** What it says beyond its code. */
function detailOf(failure: Failure): string | undefined {
  if (failure.kind === 'password_unfit') return `The password ${passwordRules[failure.rule]}.`
  return failure.kind === 'entry_invalid' ? `${failure.field} ${failure.reason}` : undefined
}

function item(code: SdwanCode, message: string = CODES[code][1]): ErrorItem {
  return { code, message }
}

export const bodyCodes: Readonly<Record<BodyRefused['reason'], SdwanCode>> = {
  too_large: 'PAYLOAD_TOO_LARGE',
  too_slow: 'REQUEST_TIMEOUT',
  no_room: 'SERVICE_UNAVAILABLE',
  // Nobody is left to read it.
  cut_off: 'REQUEST_TIMEOUT',
}
