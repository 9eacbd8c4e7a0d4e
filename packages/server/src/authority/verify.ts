import {
  type Caveat,
  decodeToken,
  type Facts,
  type Hmac,
  type Integer,
  isSigned,
  judge,
  type Purpose,
  type SignedToken,
  signedToken,
  type Token,
  type TokenRefusal,
  typeGate,
} from '@jeton/token'
import type { Ambient } from '../ambient.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { Trust } from '../trust.ts'
import { type Ground, lineOf, readGround } from './ground.ts'
import type { IpFacts } from './ip-facts.ts'
import type { KeyRing } from './key-ring.ts'
import { type Audience, nameOf, type SubjectState } from './named-token.ts'
import {
  NO_RELATIONS,
  readRelations,
  type RelationDeps,
  type RelationFacts,
  relationQuestion,
} from './relation-facts.ts'
import { areOfQuestion, type Presentation, type TokenQuestion } from './same-question.ts'
import type { VerdictWatch } from './verdict-watch.ts'
import type { PresentedToken } from './presented-token.ts'
import type { VerificationMemory } from './verification-memory.ts'

export interface VerifyDeps extends RelationDeps {
  readonly memory: VerificationMemory
  readonly trust: Trust
  readonly watch: VerdictWatch
  readonly keyRing: KeyRing
  readonly hmac: Hmac
  readonly ambient: Ambient
  readonly ipFacts: IpFacts
}

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
 * Judges a token: by what is remembered, at once, or else after one read of the store. Nothing is written. Only where
 * the verdict depends on who is related to whom, that is read before.
 *
 * @param presented not one of its claims is believed before its signature is known to be good
 * @returns no promise where nothing has to be waited for, which is what makes a hot verification cheap
 */
export function verifyToken(
  deps: VerifyDeps,
  tenantId: TenantId,
  audience: Audience,
  presented: PresentedToken,
  purpose: Purpose,
  presentation: Presentation,
): Verified | Promise<Verified> {
  const again = acceptedAgain(deps, tenantId, audience, presented, { purpose, presentation })
  return again ?? verifyAnew(deps, tenantId, audience, deps.memory.whole(presented), purpose, presentation)
}

function verifyAnew(
  deps: VerifyDeps,
  tenantId: TenantId,
  audience: Audience,
  presented: PresentedToken,
  purpose: Purpose,
  presentation: Presentation,
): Verified | Promise<Verified> {
  // What the type alone rules out costs no look-up.
  const wrongType = typeGate(presented.token, purpose)
  if (wrongType !== undefined) return refused(deps, wrongType)

  const { position: since } = deps.memory
  const asked = relationQuestion(presented.token, presentation)
  const question = { presented, purpose, presentation, relations: NO_RELATIONS, since }
  if (asked === undefined) return judgeRelated(deps, tenantId, audience, question)
  return readRelations(deps, tenantId, audience, presented.token, asked).then((relations) =>
    judgeRelated(deps, tenantId, audience, { ...question, relations }),
  )
}

interface Question extends TokenQuestion {
  readonly presented: PresentedToken
  readonly relations: RelationFacts
  /** Up to where changes had been applied when it was asked. */
  readonly since: number
}

function judgeRelated(
  deps: VerifyDeps,
  tenantId: TenantId,
  audience: Audience,
  question: Question,
): Verified | Promise<Verified> {
  const { memory, trust, watch } = deps
  const { presented } = question
  const remembered = memory.find(tenantId, audience, presented)
  // Asked by each verdict itself, with nothing awaited from here to its end: a node that was stopped for a while, here
  // or anywhere before, finds that it may no longer believe what it remembers.
  const isRemembered = remembered !== undefined && trust.isCurrent()
  watch.looked(isRemembered)
  if (isRemembered) return judgeOn(deps, question, remembered)
  return readGround(deps.verification, tenantId, audience, presented.token).then((ground) =>
    judgeOn(deps, question, ground),
  )
}

/** The verdict of before, where nothing but the time can have changed it. */
function acceptedAgain(
  { memory, trust, ambient, watch }: VerifyDeps,
  tenantId: TenantId,
  audience: Audience,
  presented: PresentedToken,
  question: TokenQuestion,
): Verified | undefined {
  const before = memory.acceptedBefore(tenantId, audience, presented, question)
  if (before === undefined || !trust.isCurrent()) return undefined
  const now = ambient.now()
  if (before.validUntil !== undefined && now >= before.validUntil) return undefined
  watch.looked(true)
  watch.accepted(before.ground, now)
  const { subject, validUntil } = before
  return {
    ok: true,
    subject,
    // Made only for who asks: some of what is remembered has to be decoded for it.
    get caveats() {
      return before.caveats
    },
    validUntil,
    at: now,
  }
}

function judgeOn(deps: VerifyDeps, question: Question, ground: Ground | undefined): Verified {
  const { presented, purpose, presentation, relations } = question
  const signed = ground && deps.memory.signedUnder(ground, presented)
  const token = signed ?? wholeToken(presented)
  const now = deps.ambient.now()
  const facts = factsAbout(deps, token, ground, relations)
  const verdict = judge(token, purpose, { ...presentation, now }, facts, deps.hmac)
  // Without a ground there is no secret, and without a secret no good signature.
  if (ground === undefined) return refused(deps, verdict.ok ? { kind: 'token_invalid' } : verdict.why)
  // A refusal is remembered too, but only of a text that was accepted once: of others the signature was not looked at.
  const known = verdict.ok ? (signed ?? signedToken(token, verdict)) : signed
  const held = remember(deps, question, ground, known)
  if (!verdict.ok) return refused(deps, verdict.why)
  deps.watch.accepted(ground, now)
  const { caveats, validUntil } = verdict
  if (relations === NO_RELATIONS && areOfQuestion(caveats))
    deps.memory.noteAccepted(held, presented, question, verdict)
  return { ok: true, subject: ground.subject, caveats, validUntil, at: now }
}

function refused({ watch }: VerifyDeps, why: TokenRefusal): Verified {
  watch.refused(why.kind)
  return { ok: false, why }
}

/** @returns the ground by which the token is remembered, if it is */
function remember(
  { memory, trust }: VerifyDeps,
  { presented, since }: Question,
  ground: Ground,
  signed: SignedToken | undefined,
): Ground {
  if (memory.holds(ground, presented) || !trust.isCurrent()) return ground
  if (signed !== undefined) return memory.remember(since, ground, presented, signed)
  memory.renew(since, ground)
  return ground
}

function wholeToken({ text, token }: PresentedToken): Token {
  return isSigned(token) ? decodeToken(text) : token
}

function factsAbout(
  deps: VerifyDeps,
  token: Token | SignedToken,
  ground: Ground | undefined,
  { isServiceAllowed, isConsumerInGroup }: RelationFacts,
): Facts {
  return {
    record: recordOf(deps.keyRing, token, ground),
    subject: ground === undefined ? 'absent' : ground.subject.isBlocked ? 'blocked' : 'active',
    // No sessions: whatever asks for one is not met.
    isSessionOfSubject: false,
    isConsumerInGroup,
    isServiceAllowed,
    asnOf: deps.ipFacts.asnOf,
    countryOf: deps.ipFacts.countryOf,
    parseCaveat: deps.memory.parseCaveat,
  }
}

function recordOf(keyRing: KeyRing, token: Token | SignedToken, ground: Ground | undefined): Facts['record'] {
  if (ground === undefined) {
    // Who never had a temporary token, or is not there at all, is at generation 1 with a secret that nobody has.
    const { kind } = token.persistence
    return kind === 'named' ? undefined : { kind, generation: 1, secret: undefined }
  }
  // Where nothing is compared with it, it is not even derived.
  const secret = isSigned(token) ? undefined : secretOf(keyRing, ground)
  if (ground.kind === 'temporary') {
    return { kind: 'temporary', generation: ground.generation.number, secret }
  }
  return { kind: 'named', subject: nameOf(ground.subject), isRevoked: ground.record.isRevoked, secret }
}

function secretOf(keyRing: KeyRing, ground: Ground): Uint8Array {
  if (ground.kind === 'temporary') return keyRing.temporarySecret(lineOf(ground), ground.generation)
  const { tenantId, audience, tokenId, record } = ground
  return keyRing.namedSecret(tenantId, audience, tokenId, record.key)
}
