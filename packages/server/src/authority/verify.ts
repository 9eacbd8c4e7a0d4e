import {
  type Caveat,
  type Context,
  type Facts,
  type Hmac,
  type Integer,
  judge,
  type Purpose,
  type Token,
  type TokenRefusal,
  typeGate,
} from '@jeton/token'
import type { Ambient } from '../ambient.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { IpFacts } from './ip-facts.ts'
import type { KeyRing } from './key-ring.ts'
import type { Audience, SubjectState } from './named-token.ts'
import type { VerificationReads } from './ports.ts'
import { isServiceAllowed } from './subject-rules.ts'

export interface VerifyDeps {
  readonly verification: VerificationReads
  readonly keyRing: KeyRing
  readonly hmac: Hmac
  readonly ambient: Ambient
  readonly ipFacts: IpFacts
}

/** How and by whom the token is presented; the time is the authority's own. */
export type Presentation = Omit<Context, 'now'>

export type Verified =
  | {
      readonly ok: true
      readonly subject: SubjectState
      readonly caveats: readonly Caveat[]
      readonly validUntil: Integer | undefined
      /** When the verdict was reached. */
      readonly at: number
    }
  | { readonly ok: false; readonly why: TokenRefusal }

/**
 * Judges a token: one read of the store, then the pure judgement. Nothing is written.
 *
 * @param token decoded; not one of its claims is believed before the signature is compared
 */
export async function verifyToken(
  deps: VerifyDeps,
  tenantId: TenantId,
  audience: Audience,
  token: Token,
  purpose: Purpose,
  presentation: Presentation,
): Promise<Verified> {
  // What the type alone rules out costs no look-up.
  const wrongType = typeGate(token, purpose)
  if (wrongType !== undefined) return { ok: false, why: wrongType }

  const { record, subject } = await findRecord(deps, tenantId, audience, token)
  const now = deps.ambient.now()
  const verdict = judge(
    token,
    purpose,
    { ...presentation, now },
    factsAbout(deps, record, subject),
    deps.hmac,
  )
  if (!verdict.ok) return verdict
  // A good signature stands on a secret, and a secret on a subject that was read; without one nothing is accepted.
  if (subject === undefined) return { ok: false, why: { kind: 'token_invalid' } }
  return { ok: true, subject, caveats: verdict.caveats, validUntil: verdict.validUntil, at: now }
}

interface Found {
  readonly record: Facts['record']
  readonly subject: SubjectState | undefined
}

async function findRecord(
  deps: VerifyDeps,
  tenantId: TenantId,
  audience: Audience,
  token: Token,
): Promise<Found> {
  if (token.persistence.kind === 'temporary') return findGeneration(deps, tenantId, audience, token)
  const found = await deps.verification.findNamed(tenantId, audience, token.id)
  if (found === undefined) return { record: undefined, subject: undefined }
  const secret = deps.keyRing.namedSecret(tenantId, audience, token.id, found.token.key)
  const subject = { type: 'user', id: found.subject.id } as const
  return {
    record: { kind: 'named', subject, isRevoked: found.token.isRevoked, secret },
    subject: found.subject,
  }
}

/** Who never had a temporary token, or is not there at all, is at generation 1 with a secret that nobody has. */
async function findGeneration(
  deps: VerifyDeps,
  tenantId: TenantId,
  audience: Audience,
  token: Token,
): Promise<Found> {
  const found =
    token.subject.type === 'user'
      ? await deps.verification.findGeneration(tenantId, audience, token.subject.id)
      : undefined
  if (found?.generation === undefined) {
    return { record: { kind: 'temporary', generation: 1, secret: undefined }, subject: found?.subject }
  }
  const line = { tenantId, audience, subject: { kind: 'user', id: found.subject.userId } } as const
  const secret = deps.keyRing.temporarySecret(line, found.generation)
  return {
    record: { kind: 'temporary', generation: found.generation.number, secret },
    subject: found.subject,
  }
}

function factsAbout(deps: VerifyDeps, record: Facts['record'], subject: SubjectState | undefined): Facts {
  return {
    record,
    subject: subject === undefined ? 'absent' : subject.isBlocked ? 'blocked' : 'active',
    // No sessions, no groups: whatever asks for one is not met.
    isSessionOfSubject: false,
    isConsumerInGroup: () => false,
    isServiceAllowed,
    asnOf: deps.ipFacts.asnOf,
    countryOf: deps.ipFacts.countryOf,
  }
}
