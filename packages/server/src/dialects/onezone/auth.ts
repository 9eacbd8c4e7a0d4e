import { TokenError } from '@jeton/token'
import type { Actor } from '../../authority/actor.ts'
import {
  type CompanionPresentation,
  consumerOfToken,
  serviceOfToken,
} from '../../authority/companion-tokens.ts'
import type { PresentedToken } from '../../authority/presented-token.ts'
import type { Presentation } from '../../authority/same-question.ts'
import { type Verified, verifyToken } from '../../authority/verify.ts'
import { checkPassword } from '../../directory/passwords.ts'
import type { Tenant } from '../../directory/tenant.ts'
import { Refused } from '../../failure.ts'
import { decodeBasicCredentials } from '../basic-credentials.ts'
import type { Call } from '../dialect.ts'
import { isSentTwice } from '../token-header.ts'
import { unauthorizedBecause } from './catalogue-general.ts'
import {
  badBasicCredentials,
  badConsumerToken,
  badServiceToken,
  badToken,
  basicAuthNotSupported,
} from './catalogue-tokens.ts'
import type { OnezoneDeps } from './deps.ts'
import { tokenMalformed, wireError } from './errors.ts'
import { ipv4Of } from './ipv4-of.ts'
import { WireRefusal, type WireError } from './wire-error.ts'

/** What a request brings to be known by. */
export type Credential =
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'basic'; readonly encoded: string }
  | { readonly kind: 'none' }

/**
 * The one credential that counts; the others are not looked at, even when this one turns out bad. Scheme words are
 * matched with their case, an unknown scheme is no credential.
 */
export function selectCredential(headers: Headers): Credential {
  const authorization = headers.get('authorization') ?? ''
  const text =
    headers.get('x-auth-token') ??
    afterScheme('Bearer ', authorization) ??
    headers.get('macaroon') ??
    undefined
  if (text !== undefined) return { kind: 'token', text }
  const encoded = afterScheme('Basic ', authorization)
  return encoded === undefined ? NO_CREDENTIAL : { kind: 'basic', encoded }
}

const NO_CREDENTIAL: Credential = { kind: 'none' }

function afterScheme(scheme: string, header: string): string | undefined {
  return header.startsWith(scheme) ? header.slice(scheme.length) : undefined
}

/** Thrown when a request's credential does not hold. Its answer is another one than an operation's. */
export class AuthenticationFailed extends Error {
  override readonly name = 'AuthenticationFailed'
  /** The whole error: `unauthorized`, with the reason inside. */
  readonly error: WireError

  constructor(reason: WireError) {
    super(reason.id)
    this.error = unauthorizedBecause(reason)
  }
}

/**
 * Who calls with that credential.
 * @throws {AuthenticationFailed}; {@link Refused} and {@link WireRefusal} where the credential is not to blame
 */
export async function authenticate(
  deps: OnezoneDeps,
  tenant: Tenant,
  call: Call,
  credential: Credential,
): Promise<Actor> {
  try {
    return await actorOf(deps, tenant, call, credential)
  } catch (error) {
    const reason =
      error instanceof Refused
        ? wireError(error.failure)
        : error instanceof WireRefusal
          ? error.error
          : undefined
    // Busy, out of order, not built yet: none of that is said to be a bad credential.
    if (reason === undefined || reason.status >= 500) throw error
    throw new AuthenticationFailed(reason)
  }
}

async function actorOf(
  deps: OnezoneDeps,
  tenant: Tenant,
  call: Call,
  credential: Credential,
): Promise<Actor> {
  switch (credential.kind) {
    case 'none':
      return { kind: 'nobody' }
    case 'basic':
      return userOfPassword(deps, tenant, call, credential.encoded)
    case 'token':
      return actorOfToken(deps, tenant, call, credential.text)
  }
}

async function userOfPassword(
  deps: OnezoneDeps,
  tenant: Tenant,
  call: Call,
  encoded: string,
): Promise<Actor> {
  const credentials = decodeBasicCredentials(encoded)
  if (credentials === undefined) throw new WireRefusal(badBasicCredentials)
  if (!deps.isBasicAuthEnabled) throw new WireRefusal(basicAuthNotSupported)
  const user = await checkPassword(deps, {
    ...credentials,
    tenantId: tenant.id,
    isEmailAccepted: false,
    isStateTold: true,
    clientAddress: call.clientAddress,
  })
  return { kind: 'user', userId: user.id, onezoneId: user.onezoneId, caveats: [] }
}

async function actorOfToken(deps: OnezoneDeps, tenant: Tenant, call: Call, text: string): Promise<Actor> {
  const token = decodeHeaderToken(deps, text, (error) => error)
  const shown: CompanionPresentation = {
    ip: ipv4Of(call.clientAddress),
    interface: 'rest',
    allowDataAccessCaveats: false,
  }
  const serviceToken = headerToken(deps, call, 'x-onedata-service-token', badServiceToken)
  const service = serviceToken && (await serviceOfToken(deps, tenant.id, serviceToken, shown))
  const consumerToken = headerToken(deps, call, 'x-onedata-consumer-token', badConsumerToken)
  const consumer = consumerToken && (await consumerOfToken(deps, tenant.id, consumerToken, shown))
  // There are no sessions: which cookie came along makes no difference.
  const presentation: Presentation = { ...shown, service, consumer, session: undefined }
  const verified = await verifyToken(deps, tenant.id, 'onezone', token, { kind: 'access' }, presentation)
  if (!verified.ok) throw new Refused({ kind: 'token_refused', why: verified.why })
  return actorOfVerified(verified)
}

function actorOfVerified({
  subject: { id: onezoneId, ref },
  caveats,
}: Extract<Verified, { ok: true }>): Actor {
  switch (ref.kind) {
    case 'user':
      return { kind: 'user', userId: ref.id, onezoneId, caveats }
    case 'provider':
      return { kind: 'provider', providerId: ref.id, onezoneId, caveats }
  }
}

function headerToken(
  deps: OnezoneDeps,
  { headers }: Call,
  header: string,
  complaint: (error: WireError) => WireError,
): PresentedToken | undefined {
  const text = headers.get(header)
  return text === null ? undefined : decodeHeaderToken(deps, text, complaint)
}

function decodeHeaderToken(
  { memory }: OnezoneDeps,
  text: string,
  complaint: (error: WireError) => WireError,
): PresentedToken {
  if (isSentTwice(text)) throw new WireRefusal(complaint(badToken))
  try {
    return memory.decode(text)
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw new WireRefusal(complaint(tokenMalformed(error)))
  }
}
