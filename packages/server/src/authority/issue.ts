import {
  type Caveat,
  type Hmac,
  type Integer,
  type MintParts,
  mintToken,
  TokenError,
  type TokenType,
} from '@jeton/token'
import type { Ambient } from '../ambient.ts'
import type { Atomically } from '../atomically.ts'
import { newOnezoneId } from '../directory/new-ids.ts'
import type { Tenant } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import { checkInvitation, type InvitationDeps, type InviteTokenType } from './invitations.ts'
import { INVITE_RULES } from './invite-rules.ts'
import type { KeyRing } from './key-ring.ts'
import type {
  Audience,
  InviteTerms,
  JsonObject,
  NamedToken,
  SubjectName,
  SubjectRef,
  TokenId,
  TokenLine,
  UsageLimit,
} from './named-token.ts'
import type { TokenWrites } from './ports.ts'
import { checkSubject, type SubjectDeps } from './subject-rules.ts'
import { textOfNamedToken } from './token-text.ts'

export interface DraftDeps {
  readonly keyRing: KeyRing
  readonly hmac: Hmac
  readonly ambient: Ambient
}

export interface IssueDeps extends DraftDeps, SubjectDeps, InvitationDeps {
  readonly atomically: Atomically<{ readonly tokens: TokenWrites }>
  /** The longest a temporary token may live. */
  readonly maxTemporaryTtlSeconds: number
}

export interface TokenRequest {
  readonly tenant: Tenant
  readonly audience: Audience
  /** Whom the token will speak for. He need not exist. */
  readonly subject: SubjectName
  readonly type: TokenType
  readonly caveats: readonly Caveat[]
}

export interface NamedTokenRequest extends TokenRequest {
  readonly name: string
  readonly customMetadata: JsonObject
  readonly isRevoked: boolean
  /** Of invites that carry some. Whoever names them, even the default ones, must be allowed to set privileges. */
  readonly privileges?: readonly string[] | undefined
  /**
   * Of invites; without one there is none. Asked for once the subject is known to be allowed to invite, for a limit
   * that is none is complained of only then.
   */
  readonly usageLimit?: (() => UsageLimit) | undefined
}

/**
 * Issues a named token. Its text is in the answer; the store keeps what it takes to check it, not the text.
 * @throws {Refused} what {@link checkInvitation} refuses of an invite; what {@link checkSubject} refuses;
 *   `token_malformed` for one that would be too large; `name_taken` last of all
 */
export async function createNamedToken(
  deps: IssueDeps,
  request: NamedTokenRequest,
): Promise<{ readonly id: TokenId; readonly text: string }> {
  const { type } = request
  const invite = type.kind === 'invite' ? await inviteTerms(deps, request, type) : undefined
  const ref = await checkRequest(deps, request)
  // Before it is recorded: what has no text must leave no record.
  const { token, text } = draftNamedToken(deps, ref, request, invite)
  await deps.atomically(({ tokens }) => tokens.insert(token))
  return { id: token.id, text }
}

/**
 * A named token as it would be issued, for a transaction that creates it together with other things.
 * @throws {Refused} `token_malformed` for one that would be too large
 */
export function draftNamedToken(
  deps: DraftDeps,
  subject: SubjectRef,
  request: Omit<NamedTokenRequest, 'privileges' | 'usageLimit'>,
  invite?: InviteTerms,
): { readonly token: NamedToken; readonly text: string } {
  const token: NamedToken = {
    line: lineOf(request, subject),
    // Safe as a brand: this is where token ids come from.
    id: newOnezoneId(deps.ambient) as TokenId,
    name: request.name,
    type: request.type,
    caveats: request.caveats,
    customMetadata: request.customMetadata,
    isRevoked: request.isRevoked,
    createdAt: deps.ambient.now(),
    key: deps.keyRing.newReference(),
    ...(invite !== undefined && { invite }),
  }
  return { token, text: sized(() => textOfNamedToken(deps, request.tenant, request.subject, token)) }
}

/**
 * Issues a temporary token: recorded nowhere, dead with its generation or its time caveat.
 * @throws {Refused} what {@link checkInvitation} refuses of an invite; what {@link checkSubject} refuses;
 *   `time_caveat_required`; `token_malformed` for one that would be too large
 */
export async function createTemporaryToken(
  deps: IssueDeps,
  request: TokenRequest,
): Promise<{ readonly text: string }> {
  const { tenant, subject, type } = request
  if (type.kind === 'invite') await checkInvitation(deps, tenant.id, subject, type, 'default')
  const line = lineOf(request, await checkRequest(deps, request))
  checkTtl(deps, request.caveats)
  const firstKey = deps.keyRing.newReference()
  const generation = await deps.atomically(({ tokens }) => tokens.ensureGeneration(line, firstKey))
  const parts: MintParts = {
    location: tenant.onezoneDomain,
    id: newOnezoneId(deps.ambient),
    persistence: { kind: 'temporary', generation: generation.number },
    subject,
    type,
    caveats: request.caveats,
    secret: deps.keyRing.temporarySecret(line, generation),
  }
  return { text: sized(() => mintToken(parts, deps.hmac)) }
}

async function inviteTerms(
  deps: InvitationDeps,
  { tenant, subject, privileges, usageLimit }: NamedTokenRequest,
  type: InviteTokenType,
): Promise<InviteTerms> {
  const { carried } = INVITE_RULES[type.inviteType]
  const profile = privileges === undefined ? 'default' : 'custom'
  await checkInvitation(deps, tenant.id, subject, type, profile)
  return {
    privileges: carried && (privileges?.toSorted() ?? carried.byDefault),
    usageLimit: usageLimit?.() ?? 'infinity',
    usageCount: 0,
  }
}

/** @throws {Refused} `token_malformed` when the caveats make the token larger than any may be */
function sized<T>(mint: () => T): T {
  try {
    return mint()
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw new Refused({ kind: 'token_malformed', error })
  }
}

function checkRequest(deps: SubjectDeps, request: TokenRequest): Promise<SubjectRef> {
  return checkSubject(deps, request.tenant.id, request.subject, request.type, request.caveats)
}

/** Only the upper bound: a token that has already expired harms nobody, and the real Onezone issues it. */
function checkTtl(deps: IssueDeps, caveats: readonly Caveat[]): void {
  const maxTtlSeconds = deps.maxTemporaryTtlSeconds
  const expiry = caveats
    .filter((caveat) => caveat.type === 'time')
    .reduce<Integer>(
      // Not `Math.min(...)`: it takes no bigint, and a call fewer arguments than a body has room for caveats.
      (earliest, { validUntil }) => (validUntil < earliest ? validUntil : earliest),
      Number.POSITIVE_INFINITY,
    )
  if (expiry > deps.ambient.now() + maxTtlSeconds) {
    throw new Refused({ kind: 'time_caveat_required', maxTtlSeconds })
  }
}

function lineOf(request: Pick<TokenRequest, 'tenant' | 'audience'>, subject: SubjectRef): TokenLine {
  return { tenantId: request.tenant.id, audience: request.audience, subject }
}
