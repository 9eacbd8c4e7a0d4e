import {
  type Caveat,
  caveatReason,
  type InviteType,
  INVITE_KINDS,
  printableTokenType,
  SERVICE_NAMES,
  type ServiceSpec,
  type TokenSubject,
  type TokenType,
  tokenTypeToJson,
} from '@jeton/token'
import { caveatToBody } from './caveat-json.ts'
import { beginningOf } from './told-text.ts'
import { nested, type WireError } from './wire-error.ts'

/** The catalogue, credentials and tokens: 400 each as the outermost error, 401 inside `unauthorized`. */

export const userBlocked = tokenError(
  'userBlocked',
  'This user account has been blocked by the administrator and cannot be used unless it is unblocked again.',
)
export const badBasicCredentials = tokenError('badBasicCredentials', 'Invalid username or password.')
export const basicAuthNotSupported = tokenError(
  'basicAuthNotSupported',
  'Basic auth is not supported by this Onezone.',
)
export const basicAuthDisabled = tokenError('basicAuthDisabled', 'Basic auth is disabled for this user.')
export const badToken = tokenError('badToken', 'Provided token could not be understood by the server.')
export const tokenInvalid = tokenError('tokenInvalid', 'Provided token is not valid.')
export const tokenRevoked = tokenError('tokenRevoked', 'Provided token has been revoked.')
export const tokenSubjectInvalid = tokenError(
  'tokenSubjectInvalid',
  'The token subject is invalid (does not exist or is different than expected).',
)
export const tokenSessionInvalid = tokenError(
  'tokenSessionInvalid',
  'This token is bound to a session different than presented by the client or no longer existent.',
)

export const inviteTokenSubjectNotAuthorized = tokenError(
  'inviteTokenSubjectNotAuthorized',
  'The subject of this token is not (or no longer) authorized to issue such invitations.',
)
export const inviteTokenUsageLimitReached = tokenError(
  'inviteTokenUsageLimitReached',
  'The usage limit of this invite token has been reached.',
)

export function inviteTokenConsumerInvalid(consumer: TokenSubject): WireError {
  // Nobody's id is in Onezone's words `undefined`.
  const name = `${consumer.type}:${consumer.id ?? 'undefined'}`
  return tokenError(
    'inviteTokenConsumerInvalid',
    `The consumer '${name}' is invalid for this type of invite token.`,
    { consumer: { id: consumer.id, type: consumer.type } },
  )
}

export function inviteTokenTargetIdInvalid(id: string): WireError {
  return tokenError(
    'inviteTokenTargetIdInvalid',
    `The target id '${id}' is invalid for this type of invite token.`,
    { id },
  )
}

export function badServiceToken(error: WireError): WireError {
  return tokenError('badServiceToken', 'Provided service token is not valid (see details).', {
    tokenError: nested(error),
  })
}

export function badConsumerToken(error: WireError): WireError {
  return tokenError('badConsumerToken', 'Provided consumer token is not valid (see details).', {
    tokenError: nested(error),
  })
}

export function tokenTooLarge(limit: number): WireError {
  return tokenError('tokenTooLarge', `Provided token exceeds the allowed size (${limit} characters).`, {
    limit,
  })
}

export function notAnAccessToken(received: TokenType): WireError {
  return tokenError(
    'notAnAccessToken',
    `Expected an access token, but received a(n) ${printableTokenType(received)}.`,
    { received: tokenTypeToJson(received) },
  )
}

export function notAnIdentityToken(received: TokenType): WireError {
  return tokenError(
    'notAnIdentityToken',
    `Expected an identity token, but received a(n) ${printableTokenType(received)}.`,
    { received: tokenTypeToJson(received) },
  )
}

/** @param expected `undefined`: any invite type would have done */
export function notAnInviteToken(expected: InviteType | undefined, received: TokenType): WireError {
  const expectedText = expected === undefined ? 'any' : INVITE_KINDS[expected].snakeName
  return tokenError(
    'notAnInviteToken',
    `Expected an invitation token of type '${expectedText}', but received a(n) ${printableTokenType(received)}.`,
    { expectedInviteType: expected ?? 'any', received: tokenTypeToJson(received) },
  )
}

/** @param caveat the text as it stands in the token; told by its beginning when it is longer than {@link MAX_TOLD_CHARS} */
export function tokenCaveatUnknown(caveat: string): WireError {
  const told = beginningOf(caveat)
  return tokenError('tokenCaveatUnknown', `Unknown caveat - '${told}'.`, { caveat: told })
}

export function tokenCaveatUnverified(caveat: Caveat): WireError {
  return tokenError('tokenCaveatUnverified', `Provided token is not valid - ${caveatReason(caveat)}.`, {
    caveat: caveatToBody(caveat),
  })
}

export function tokenTimeCaveatRequired(maxTtl: number): WireError {
  return tokenError(
    'tokenTimeCaveatRequired',
    `You must specify a time caveat with maximum TTL of ${maxTtl} seconds.`,
    { maxTtl },
  )
}

export function tokenServiceForbidden(service: ServiceSpec): WireError {
  const type = SERVICE_NAMES[service.type]
  return tokenError(
    'tokenServiceForbidden',
    `The service ${type}:${service.id} is forbidden for this subject.`,
    { service: { id: service.id, type } },
  )
}

function tokenError(id: string, description: string, details?: WireError['details']): WireError {
  return details === undefined ? { status: 400, id, description } : { status: 400, id, details, description }
}
