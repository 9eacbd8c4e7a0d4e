import type { Integer, Interface, Purpose, TokenSubject } from '@jeton/token'
import { accessScopeOf } from '../../authority/access-scope.ts'
import { consumerOf } from '../../authority/actor.ts'
import {
  type CompanionPresentation,
  consumerOfToken,
  serviceOfToken,
} from '../../authority/companion-tokens.ts'
import { nameOf, type SubjectState } from '../../authority/named-token.ts'
import type { PresentedToken } from '../../authority/presented-token.ts'
import type { Presentation } from '../../authority/same-question.ts'
import { type Verified, verifyToken } from '../../authority/verify.ts'
import type { Answer } from '../dialect.ts'
import { inferScopeBody, verifyAccessBody, verifyIdentityBody, verifyInviteBody } from './bodies.ts'
import { badValueIdNotFound } from './catalogue-data.ts'
import { tokenInvalid } from './catalogue-tokens.ts'
import type { OnezoneDeps } from './deps.ts'
import { tokenRefused } from './errors.ts'
import { ipv4Of } from './ipv4-of.ts'
import { type ProviderIdentity, providerIdentityBody } from './provider-bodies.ts'
import { accessScopeJson, errorAnswer, json, jsonText, noContent, subjectJson } from './render.ts'
import { type Exchange, type Route, route } from './route.ts'
import { tokenScopeShape, verifiedShape } from './shapes.ts'
import { noContentAnswer, ok } from './success.ts'
import { WireRefusal } from './wire-error.ts'

/** `/tokens/verify_*` and `/tokens/infer_access_token_scope`: what others ask about a token that was shown to them. */
export const verifyRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/tokens/verify_access_token',
    operationId: 'verify_access_token',
    summary: 'Verify an access token and tell whom it speaks for',
    success: ok(verifiedShape),
    resource: 'token.null.verify_access_token:public',
    callers: 'anyone',
    body: verifyAccessBody,
    run: (deps, exchange) => verify(deps, exchange, { kind: 'access' }),
  }),
  route({
    method: 'POST',
    path: '/tokens/verify_identity_token',
    operationId: 'verify_identity_token',
    summary: 'Verify an identity token and tell whom it speaks for',
    success: ok(verifiedShape),
    resource: 'token.null.verify_identity_token:public',
    callers: 'anyone',
    body: verifyIdentityBody,
    run: (deps, exchange) => verify(deps, exchange, { kind: 'identity' }),
  }),
  route({
    method: 'POST',
    path: '/tokens/verify_invite_token',
    operationId: 'verify_invite_token',
    summary: 'Verify an invite token and tell who invites',
    success: ok(verifiedShape),
    resource: 'token.null.verify_invite_token:public',
    callers: 'anyone',
    body: verifyInviteBody,
    run: (deps, exchange) => {
      const expected = exchange.body.expectedInviteType
      return verify(
        deps,
        exchange,
        expected === undefined ? { kind: 'invite' } : { kind: 'invite', expected },
      )
    },
  }),
  route({
    method: 'POST',
    path: '/tokens/infer_access_token_scope',
    operationId: 'infer_access_token_scope',
    summary: 'Tell which spaces an access token opens, and where',
    success: ok(tokenScopeShape),
    resource: 'token.null.infer_access_token_scope:public',
    callers: 'anyone',
    body: inferScopeBody,
    run: inferScope,
  }),
  route({
    method: 'POST',
    path: '/provider/public/verify_provider_identity',
    operationId: 'verify_provider_identity',
    summary: 'Verify that a token proves the identity of a provider',
    success: noContentAnswer,
    resource: 'provider.null.verify_provider_identity:private',
    callers: 'anyone',
    body: providerIdentityBody,
    run: verifyProvider,
  }),
]

/**
 * What a provider says of itself to others, who ask here whether to believe it. That it is there is looked at before
 * the token, unless that comes under its old name (Onezone REST, order of validation).
 */
async function verifyProvider(
  deps: OnezoneDeps,
  { tenant, call, actor, body: { providerId, token } }: Exchange<ProviderIdentity, undefined>,
): Promise<Answer> {
  const isThere =
    typeof providerId === 'string' && (await deps.providers.find(tenant.id, providerId)) !== undefined
  if (!isThere) throw new WireRefusal(badValueIdNotFound('providerId'))
  const shown: Presentation = {
    ip: ipv4Of(call.clientAddress),
    interface: undefined,
    service: undefined,
    consumer: consumerOf(actor),
    session: 'any',
    allowDataAccessCaveats: false,
  }
  const verified = await verifyToken(deps, tenant.id, 'onezone', token(), { kind: 'identity' }, shown)
  if (!verified.ok) return errorAnswer(tokenRefused(verified.why))
  const { type, id } = nameOf(verified.subject)
  return type === 'oneprovider' && id === providerId ? noContent : errorAnswer(tokenInvalid)
}

/** What the three kinds of verification may be told about the presentation. */
interface VerifyBody {
  readonly token: PresentedToken
  readonly allowDataAccessCaveats?: boolean
  readonly consumerToken?: PresentedToken
  readonly interface?: Interface
  readonly peerIp?: string | null
  readonly serviceToken?: PresentedToken
}

type Verification = Exchange<VerifyBody, undefined>

/** @returns no promise where nothing has to be waited for */
function verify(deps: OnezoneDeps, exchange: Verification, purpose: Purpose): Answer | Promise<Answer> {
  const { actor, body } = exchange
  // Without a consumer token it is the caller himself who was shown the token, even one who does not say who he is.
  return body.serviceToken === undefined && body.consumerToken === undefined
    ? answerVerdict(deps, exchange, purpose, undefined, consumerOf(actor))
    : verifyWithCompanions(deps, exchange, purpose)
}

async function verifyWithCompanions(
  deps: OnezoneDeps,
  exchange: Verification,
  purpose: Purpose,
): Promise<Answer> {
  const { tenant, actor, body } = exchange
  const { serviceToken, consumerToken } = body
  const shown: CompanionPresentation = {
    ip: shownIp(exchange),
    interface: body.interface,
    allowDataAccessCaveats: false,
  }
  const service =
    serviceToken === undefined ? undefined : await serviceOfToken(deps, tenant.id, serviceToken, shown)
  const consumer =
    consumerToken === undefined
      ? consumerOf(actor)
      : await consumerOfToken(deps, tenant.id, consumerToken, shown)
  return answerVerdict(deps, exchange, purpose, service, consumer)
}

function answerVerdict(
  deps: OnezoneDeps,
  exchange: Verification,
  purpose: Purpose,
  service: Presentation['service'],
  consumer: TokenSubject,
): Answer | Promise<Answer> {
  const { tenant, body } = exchange
  const verdict = verifyToken(deps, tenant.id, 'onezone', body.token, purpose, {
    ip: shownIp(exchange),
    interface: body.interface,
    service,
    consumer,
    // Whoever asks did not bring the session along: only the token's own use is tied to it.
    session: 'any',
    allowDataAccessCaveats: body.allowDataAccessCaveats ?? false,
  })
  return verdict instanceof Promise ? verdict.then(verdictAnswer) : verdictAnswer(verdict)
}

function shownIp({ call, body }: Verification): string | undefined {
  return body.peerIp === undefined ? ipv4Of(call.clientAddress) : (body.peerIp ?? undefined)
}

function verdictAnswer(verified: Verified): Answer {
  return verified.ok ? verifiedAnswer(verified) : errorAnswer(tokenRefused(verified.why))
}

/** Put together by hand, for it is most of what is answered here: `JSON.stringify` takes several times as long. */
function verifiedAnswer({ subject, validUntil, at }: Extract<Verified, { ok: true }>): Answer {
  return jsonText(200, `{"subject":${subjectText(subject)},"ttl":${ttlText(validUntil, at)}}`)
}

/** What is remembered of a token brings the same subject along each time. */
function subjectText(subject: SubjectState): string {
  let text = SUBJECT_TEXTS.get(subject)
  if (text === undefined) SUBJECT_TEXTS.set(subject, (text = JSON.stringify(subjectJson(nameOf(subject)))))
  return text
}

const SUBJECT_TEXTS = new WeakMap<SubjectState, string>()

function ttlText(validUntil: Integer | undefined, at: number): string {
  if (validUntil === undefined) return 'null'
  return String(typeof validUntil === 'bigint' ? validUntil - BigInt(at) : validUntil - at)
}

const IGNORED_FOR_SCOPE = new Set(['service', 'interface'] as const)

/** Where the token can be used is what is asked for, so caveats on that are ignored. */
async function inferScope(
  deps: OnezoneDeps,
  { tenant, call, body }: Exchange<Pick<VerifyBody, 'token' | 'consumerToken'>, undefined>,
): Promise<Answer> {
  const presentation: CompanionPresentation = {
    ip: ipv4Of(call.clientAddress),
    interface: undefined,
    allowDataAccessCaveats: true,
    ignoredCaveats: IGNORED_FOR_SCOPE,
  }
  const { token, consumerToken } = body
  const consumer =
    consumerToken === undefined
      ? token.token.subject
      : await consumerOfToken(deps, tenant.id, consumerToken, presentation)
  const shown: Presentation = { ...presentation, service: undefined, consumer, session: 'any' }
  const verified = await verifyToken(deps, tenant.id, 'onezone', token, { kind: 'access' }, shown)
  if (!verified.ok) return errorAnswer(tokenRefused(verified.why))
  return json(200, accessScopeJson(await accessScopeOf(deps, verified)))
}
