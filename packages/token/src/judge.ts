import { type Caveat, type CaveatType, parseCaveat } from './caveat.ts'
import { isMet } from './caveat-check.ts'
import type { Context, Facts, Purpose } from './context.ts'
import type { Hmac } from './hmac.ts'
import type { Integer } from './json.ts'
import { isSignedWith } from './macaroon.ts'
import { ONEZONE_SERVICE } from './service-spec.ts'
import { isSigned, type SignedToken } from './signed-token.ts'
import { isSameSubject, type TokenSubject } from './subject.ts'
import type { Token } from './token.ts'
import type { TokenRefusal, Verdict } from './verdict.ts'

const INVALID: TokenRefusal = { kind: 'token_invalid' }

type Judged = Token | SignedToken

/**
 * Judges a token: type, record, caveats in order, signature, session, subject, service. The order is part of the
 * contract, for the verdict names the first step that failed: a forged token with an unmet caveat is told of the
 * caveat.
 *
 * Costs two HMACs and one per caveat, and none at all for a token that fails before its signature is looked at, or whose
 * signature is known to be good.
 *
 * @see docs/formats/macaroon.md, "Judging"
 */
export function judge(token: Judged, purpose: Purpose, context: Context, facts: Facts, hmac: Hmac): Verdict {
  const subject = subjectOf(token, facts)
  const read: Caveat[] = []
  const caveats = isSigned(token) ? token.caveats : read
  const why =
    typeGate(token, purpose) ??
    checkRecord(token, facts) ??
    checkCaveats(token, purpose, context, facts, read) ??
    checkSignature(token, facts, hmac) ??
    checkSession(token, context) ??
    checkSubject(token, subject, facts) ??
    checkService(token, subject, context, facts) ??
    lateTypeGate(token, purpose, subject)
  return why === undefined
    ? { ok: true, subject, caveats, validUntil: earliestEnd(caveats) }
    : { ok: false, why }
}

/**
 * The part of the type check that needs no record. A session-less access token passes as an identity: whether its
 * subject is a provider, the only one who may do that, is known for sure only once the token is verified.
 */
export function typeGate(token: Judged, purpose: Purpose): TokenRefusal | undefined {
  const received = token.type
  switch (purpose.kind) {
    case 'access':
      return received.kind === 'access' ? undefined : { kind: 'not_an_access_token', received }
    case 'identity': {
      const isSessionless = received.kind === 'access' && received.sessionId === undefined
      if (received.kind === 'identity' || isSessionless) return undefined
      return { kind: 'not_an_identity_token', received }
    }
    case 'invite': {
      const { expected } = purpose
      if (received.kind === 'invite' && (expected ?? received.inviteType) === received.inviteType)
        return undefined
      return { kind: 'not_an_invite_token', expected, received }
    }
  }
}

/** Tokens of version 1 do not say whose they are. */
function subjectOf(token: Judged, { record }: Facts): TokenSubject {
  return token.version === 1 && record?.kind === 'named' ? record.subject : token.subject
}

function checkRecord(token: Judged, { record }: Facts): TokenRefusal | undefined {
  const { persistence, subject } = token
  if (record === undefined || record.kind !== persistence.kind) return INVALID
  if (record.kind === 'named') {
    if (record.isRevoked) return { kind: 'token_revoked' }
    const isAsRecorded = token.version === 1 || isSameSubject(subject, record.subject)
    return isAsRecorded ? undefined : { kind: 'subject_invalid' }
  }
  // Nobody and groups have no generation; only a forger writes such a token.
  if (subject.type === 'nobody' || subject.type === 'group' || persistence.kind === 'named') return INVALID
  if (persistence.generation < record.generation) return { kind: 'token_revoked' }
  return persistence.generation > record.generation ? INVALID : undefined
}

const EVERYWHERE: readonly CaveatType[] = ['time', 'ip', 'asn', 'geo.country', 'geo.region', 'consumer']
const SUPPORTED: Readonly<
  Record<'access' | 'identity' | 'invite' | 'accessAsIdentity', ReadonlySet<CaveatType>>
> = {
  access: new Set([
    ...EVERYWHERE,
    'interface',
    'service',
    'api',
    'data.readonly',
    'data.path',
    'data.objectid',
  ] as const),
  identity: new Set([...EVERYWHERE, 'interface'] as const),
  invite: new Set(EVERYWHERE),
  accessAsIdentity: new Set([...EVERYWHERE, 'interface', 'scope'] as const),
}

function supportedCaveats(token: Judged, purpose: Purpose): ReadonlySet<CaveatType> {
  const { kind } = token.type
  return SUPPORTED[kind === 'access' && purpose.kind === 'identity' ? 'accessAsIdentity' : kind]
}

/** @param met takes the caveats that had to be read and are met, up to the first that is not */
function checkCaveats(
  token: Judged,
  purpose: Purpose,
  context: Context,
  facts: Facts,
  met: Caveat[],
): TokenRefusal | undefined {
  const supported = supportedCaveats(token, purpose)
  if (isSigned(token)) return checkEach(token.caveats, supported, context, facts)
  const parse = facts.parseCaveat ?? parseCaveat
  for (const { thirdParty } of token.macaroon.caveats) {
    if (thirdParty !== undefined) return INVALID
    const text = token.caveats[met.length] ?? ''
    const caveat = parse(text)
    if (caveat === undefined) return { kind: 'caveat_unknown', caveat: text }
    const why = checkCaveat(caveat, supported, context, facts)
    if (why !== undefined) return why
    met.push(caveat)
  }
  return undefined
}

function checkEach(
  caveats: readonly Caveat[],
  supported: ReadonlySet<CaveatType>,
  context: Context,
  facts: Facts,
): TokenRefusal | undefined {
  for (const caveat of caveats) {
    const why = checkCaveat(caveat, supported, context, facts)
    if (why !== undefined) return why
  }
  return undefined
}

function checkCaveat(
  caveat: Caveat,
  supported: ReadonlySet<CaveatType>,
  context: Context,
  facts: Facts,
): TokenRefusal | undefined {
  const isIgnored = context.ignoredCaveats?.has(caveat.type) ?? false
  const passes = supported.has(caveat.type) && (isIgnored || isMet(caveat, context, facts))
  return passes ? undefined : { kind: 'caveat_unverified', caveat }
}

function checkSignature(token: Judged, { record }: Facts, hmac: Hmac): TokenRefusal | undefined {
  if (isSigned(token)) return undefined
  const secret = record?.secret
  return secret !== undefined && isSignedWith(token.macaroon, secret, hmac) ? undefined : INVALID
}

function checkSession({ type }: Judged, { session }: Context): TokenRefusal | undefined {
  if (type.kind !== 'access' || type.sessionId === undefined) return undefined
  return session === 'any' || session === type.sessionId ? undefined : { kind: 'session_invalid' }
}

function checkSubject({ type }: Judged, subject: TokenSubject, facts: Facts): TokenRefusal | undefined {
  if (facts.subject === 'absent') return { kind: 'subject_invalid' }
  if (facts.subject === 'blocked') return { kind: 'user_blocked' }
  if (type.kind !== 'access' || type.sessionId === undefined) return undefined
  return subject.type === 'user' && facts.isSessionOfSubject ? undefined : { kind: 'session_invalid' }
}

function checkService(
  { type }: Judged,
  subject: TokenSubject,
  context: Context,
  facts: Facts,
): TokenRefusal | undefined {
  if (type.kind !== 'access') return undefined
  const service = context.service ?? ONEZONE_SERVICE
  // Every subject may use the Onezone itself.
  const isOnezone = service.type === 'ozw' && (service.id === ONEZONE_SERVICE.id || service.id === '*')
  return isOnezone || facts.isServiceAllowed(subject, service)
    ? undefined
    : { kind: 'service_forbidden', service }
}

function lateTypeGate(token: Judged, purpose: Purpose, subject: TokenSubject): TokenRefusal | undefined {
  const isAccessAsIdentity = purpose.kind === 'identity' && token.type.kind === 'access'
  if (!isAccessAsIdentity || subject.type === 'oneprovider') return undefined
  return { kind: 'not_an_identity_token', received: token.type }
}

function earliestEnd(caveats: readonly Caveat[]): Integer | undefined {
  let end: Integer | undefined
  for (const caveat of caveats) {
    if (caveat.type === 'time' && (end === undefined || caveat.validUntil < end)) end = caveat.validUntil
  }
  return end
}
