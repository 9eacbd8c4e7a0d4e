import { type ServiceSpec, type TokenSubject } from '@jeton/token'
import type { TenantId } from '../directory/tenant.ts'
import { type Failure, Refused } from '../failure.ts'
import { nameOf } from './named-token.ts'
import type { Presentation } from './same-question.ts'
import type { PresentedToken } from './presented-token.ts'
import { type Verified, verifyToken, type VerifyDeps } from './verify.ts'

/** How a token is presented that goes with another one: neither by a service nor by a consumer of its own. */
export type CompanionPresentation = Pick<
  Presentation,
  'ip' | 'interface' | 'ignoredCaveats' | 'allowDataAccessCaveats'
>

/**
 * Whose identity token that is: the consumer of the token that it goes with.
 * @throws {Refused} `consumer_token_refused`
 */
export async function consumerOfToken(
  deps: VerifyDeps,
  tenantId: TenantId,
  presented: PresentedToken,
  presentation: CompanionPresentation,
): Promise<TokenSubject> {
  const verified = await verifyIdentity(deps, tenantId, presented, presentation)
  if (!verified.ok) throw new Refused({ kind: 'consumer_token_refused', why: refusalOf(verified) })
  return nameOf(verified.subject)
}

/**
 * Which service of a provider presents the token that this identity token goes with: its worker, unless the text says
 * in front that its panel does.
 * @throws {Refused} `service_token_refused`, also for the identity of a user
 */
export async function serviceOfToken(
  deps: VerifyDeps,
  tenantId: TenantId,
  presented: PresentedToken,
  presentation: CompanionPresentation,
): Promise<ServiceSpec> {
  const verified = await verifyIdentity(deps, tenantId, presented, presentation)
  if (!verified.ok) throw new Refused({ kind: 'service_token_refused', why: refusalOf(verified) })
  const { ref, id } = verified.subject
  if (ref.kind === 'provider') return { type: indicatedService(presented), id }
  const why: Failure = { kind: 'token_refused', why: { kind: 'token_invalid' } }
  throw new Refused({ kind: 'service_token_refused', why })
}

async function verifyIdentity(
  deps: VerifyDeps,
  tenantId: TenantId,
  presented: PresentedToken,
  presentation: CompanionPresentation,
): Promise<Verified> {
  const alone = { service: undefined, consumer: undefined, session: undefined }
  return verifyToken(
    deps,
    tenantId,
    'onezone',
    presented,
    { kind: 'identity' },
    { ...presentation, ...alone },
  )
}

function refusalOf({ why }: Extract<Verified, { readonly ok: false }>): Failure {
  return { kind: 'token_refused', why }
}

/** Read from the text: of a token that was accepted before, no more than what is left to judge is remembered. */
function indicatedService({ text }: PresentedToken): 'opw' | 'opp' {
  return text.startsWith('opp-') ? 'opp' : 'opw'
}
