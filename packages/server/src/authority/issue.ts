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
import type { UserReads } from '../directory/ports.ts'
import type { Tenant } from '../directory/tenant.ts'
import type { User } from '../directory/user.ts'
import { Refused } from '../failure.ts'
import type { KeyRing } from './key-ring.ts'
import type { Audience, JsonObject, NamedToken, TokenId, TokenLine } from './named-token.ts'
import type { TokenWrites } from './ports.ts'
import { checkSubject } from './subject-rules.ts'
import { textOfNamedToken } from './token-text.ts'

export interface IssueDeps {
  readonly users: UserReads
  readonly atomically: Atomically<{ readonly tokens: TokenWrites }>
  readonly keyRing: KeyRing
  readonly hmac: Hmac
  readonly ambient: Ambient
  /** The longest a temporary token may live. */
  readonly maxTemporaryTtlSeconds: number
}

export interface TokenRequest {
  readonly tenant: Tenant
  readonly audience: Audience
  /** The user that the token will speak for, as the audience shows him. He need not exist. */
  readonly subjectId: string
  readonly type: TokenType
  readonly caveats: readonly Caveat[]
}

export interface NamedTokenRequest extends TokenRequest {
  readonly name: string
  readonly customMetadata: JsonObject
  readonly isRevoked: boolean
}

/**
 * Issues a named token. Its text is in the answer; the store keeps what it takes to check it, not the text.
 * @throws {Refused} `not_implemented` for invites; what {@link checkSubject} refuses; `token_malformed` for
 *   one that would be too large; `name_taken` last of all
 */
export async function createNamedToken(
  deps: IssueDeps,
  request: NamedTokenRequest,
): Promise<{ readonly id: TokenId; readonly text: string }> {
  const user = await checkRequest(deps, request)
  const token: NamedToken = {
    line: lineOf(request, user),
    // Safe as a brand: this is where token ids come from.
    id: newOnezoneId(deps.ambient) as TokenId,
    name: request.name,
    type: request.type,
    caveats: request.caveats,
    customMetadata: request.customMetadata,
    isRevoked: request.isRevoked,
    createdAt: deps.ambient.now(),
    key: deps.keyRing.newReference(),
  }
  // Before it is recorded: what has no text must leave no record.
  const text = sized(() => textOfNamedToken(deps, request.tenant, request.subjectId, token))
  await deps.atomically(({ tokens }) => tokens.insert(token))
  return { id: token.id, text }
}

/**
 * Issues a temporary token: recorded nowhere, dead with its generation or its time caveat.
 * @throws {Refused} `not_implemented` for invites; what {@link checkSubject} refuses; `time_caveat_required`;
 *   `token_malformed` for one that would be too large
 */
export async function createTemporaryToken(
  deps: IssueDeps,
  request: TokenRequest,
): Promise<{ readonly text: string }> {
  const user = await checkRequest(deps, request)
  checkTtl(deps, request.caveats)
  const line = lineOf(request, user)
  const firstKey = deps.keyRing.newReference()
  const generation = await deps.atomically(({ tokens }) => tokens.ensureGeneration(line, firstKey))
  const parts: MintParts = {
    location: request.tenant.onezoneDomain,
    id: newOnezoneId(deps.ambient),
    persistence: { kind: 'temporary', generation: generation.number },
    subject: { type: 'user', id: request.subjectId },
    type: request.type,
    caveats: request.caveats,
    secret: deps.keyRing.temporarySecret(line, generation),
  }
  return { text: sized(() => mintToken(parts, deps.hmac)) }
}

/** @throws {Refused} `token_malformed` when the caveats make the token larger than any may be */
function sized(mint: () => string): string {
  try {
    return mint()
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw new Refused({ kind: 'token_malformed', error })
  }
}

function checkRequest(deps: IssueDeps, request: TokenRequest): Promise<User> {
  // A wrong success would be an invitation that nothing here can honour or count.
  if (request.type.kind === 'invite') throw new Refused({ kind: 'not_implemented' })
  const subject = { type: 'user', id: request.subjectId } as const
  return checkSubject(deps.users, request.tenant.id, subject, request.type, request.caveats)
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

function lineOf(request: TokenRequest, user: User): TokenLine {
  return {
    tenantId: request.tenant.id,
    audience: request.audience,
    subject: { kind: 'user', id: user.id },
  }
}
