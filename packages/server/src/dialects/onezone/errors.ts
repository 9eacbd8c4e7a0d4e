import type { TokenError, TokenRefusal } from '@jeton/token'
import type { Failure, RelationEnd } from '../../failure.ts'
import { badValueCaveat, badValueIdentifierOccupied, badValueIdNotFound } from './catalogue-data.ts'
import {
  cannotAddRelationToSelf,
  cannotRemoveLastOwner,
  protectedGroup,
  relationAlreadyExists,
  relationDoesNotExist,
} from './catalogue-directory.ts'
import {
  alreadyExists,
  forbidden,
  notFound,
  notImplemented,
  serviceUnavailable,
  temporaryFailure,
  unauthorized,
} from './catalogue-general.ts'
import {
  badBasicCredentials,
  badConsumerToken,
  badServiceToken,
  badToken,
  basicAuthDisabled,
  inviteTokenConsumerInvalid,
  inviteTokenSubjectNotAuthorized,
  inviteTokenTargetIdInvalid,
  inviteTokenUsageLimitReached,
  notAnAccessToken,
  notAnIdentityToken,
  notAnInviteToken,
  tokenCaveatUnknown,
  tokenCaveatUnverified,
  tokenInvalid,
  tokenRevoked,
  tokenServiceForbidden,
  tokenSessionInvalid,
  tokenSubjectInvalid,
  tokenTimeCaveatRequired,
  tokenTooLarge,
  userBlocked,
} from './catalogue-tokens.ts'
import type { WireError } from './wire-error.ts'

/** Each failure of the domain as Onezone says it: bare, as the outermost error of an operation. */
const failures: {
  readonly [K in Failure['kind']]: (failure: Extract<Failure, { readonly kind: K }>) => WireError
} = {
  token_malformed: ({ error }) => tokenMalformed(error),
  token_refused: ({ why }) => tokenRefused(why),
  consumer_token_refused: ({ why }) => badConsumerToken(wireError(why)),
  service_token_refused: ({ why }) => badServiceToken(wireError(why)),
  token_not_found: () => notFound,
  name_taken: () => badValueIdentifierOccupied('name'),
  caveat_invalid: ({ caveat }) => badValueCaveat(caveat),
  time_caveat_required: ({ maxTtlSeconds }) => tokenTimeCaveatRequired(maxTtlSeconds),
  caveat_unverified: ({ caveat }) => tokenCaveatUnverified(caveat),
  service_forbidden: ({ service }) => tokenServiceForbidden(service),
  session_invalid: () => tokenSessionInvalid,
  invite_target_invalid: ({ id }) => inviteTokenTargetIdInvalid(id),
  invite_not_authorized: () => inviteTokenSubjectNotAuthorized,
  invite_usage_limit_reached: () => inviteTokenUsageLimitReached,
  invite_consumer_invalid: ({ consumer }) => inviteTokenConsumerInvalid(consumer),
  subject_invalid: () => tokenSubjectInvalid,
  user_blocked: () => userBlocked,
  user_not_found: () => notFound,
  username_taken: () => badValueIdentifierOccupied('username'),
  email_taken: () => badValueIdentifierOccupied('email'),
  id_taken: () => alreadyExists,
  // Tenants are made by another API.
  domain_taken: () => alreadyExists,
  entity_not_found: () => notFound,
  provider_not_found: () => notFound,
  related_not_found: ({ related }) => badValueIdNotFound(ID_KEYS[related]),
  relation_exists: ({ child, parent }) => relationAlreadyExists(child, parent),
  relation_not_found: ({ child, parent }) => relationDoesNotExist(child, parent),
  relation_circular: () => cannotAddRelationToSelf,
  group_protected: () => protectedGroup,
  last_owner: ({ spaceId }) => cannotRemoveLastOwner(spaceId),
  already_owner: () => alreadyExists,
  not_an_owner: () => notFound,
  operator_rule: () => forbidden,
  not_in_tenant: () => notFound,
  session_rule: () => forbidden,
  client_not_found: () => notFound,
  password_unfit: () => forbidden,
  // Accounts are another API's: none of these surfaces here.
  not_in_account: () => notFound,
  entry_conflict: ({ field }) => badValueIdentifierOccupied(field),
  entry_invalid: () => forbidden,
  last_account_owner: () => forbidden,
  same_password: () => forbidden,
  credential_in_use: () => forbidden,
  precondition_failed: () => forbidden,
  bad_credentials: () => badBasicCredentials,
  password_login_disabled: () => basicAuthDisabled,
  password_queue_full: () => temporaryFailure,
  not_authenticated: () => unauthorized,
  forbidden: () => forbidden,
  not_implemented: () => notImplemented,
  store_full: () => serviceUnavailable,
  store_unavailable: () => serviceUnavailable,
  outcome_unknown: () => temporaryFailure,
}

/** What the id of a related one is called where it is sent. */
const ID_KEYS: Readonly<Record<RelationEnd['kind'], string>> = {
  user: 'userId',
  group: 'groupId',
  space: 'spaceId',
  cluster: 'clusterId',
  harvester: 'harvesterId',
  atm_inventory: 'atmInventoryId',
  provider: 'providerId',
}

const refusals: {
  readonly [K in TokenRefusal['kind']]: (why: Extract<TokenRefusal, { readonly kind: K }>) => WireError
} = {
  not_an_access_token: ({ received }) => notAnAccessToken(received),
  not_an_identity_token: ({ received }) => notAnIdentityToken(received),
  not_an_invite_token: ({ expected, received }) => notAnInviteToken(expected, received),
  token_invalid: () => tokenInvalid,
  token_revoked: () => tokenRevoked,
  caveat_unknown: ({ caveat }) => tokenCaveatUnknown(caveat),
  caveat_unverified: ({ caveat }) => tokenCaveatUnverified(caveat),
  session_invalid: () => tokenSessionInvalid,
  subject_invalid: () => tokenSubjectInvalid,
  user_blocked: () => userBlocked,
  service_forbidden: ({ service }) => tokenServiceForbidden(service),
}

export function wireError(failure: Failure): WireError {
  // The table's type pairs every kind with its own failure; TypeScript cannot see that through the lookup.
  const say = failures[failure.kind] as (failure: Failure) => WireError
  return say(failure)
}

export function tokenRefused(why: TokenRefusal): WireError {
  // As in `wireError`: the kind chooses the entry that takes exactly this refusal.
  const say = refusals[why.kind] as (why: TokenRefusal) => WireError
  return say(why)
}

/** What the decoder found wrong with a token's text. */
export function tokenMalformed(error: TokenError): WireError {
  return error.code === 'tokenTooLarge' && error.limit !== undefined ? tokenTooLarge(error.limit) : badToken
}
