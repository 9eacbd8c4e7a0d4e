import type { InviteType } from '@jeton/token'
import type { Atomically } from '../atomically.ts'
import type { RelationWrites } from '../directory/relation-ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import { type Actor, consumerOf } from './actor.ts'
import { checkInvitation, type InvitationDeps, type InviteTokenType } from './invitations.ts'
import { INVITE_RULES, type InviteConsumer } from './invite-rules.ts'
import { type InviteTerms, type NamedToken, nameOf, type TokenId } from './named-token.ts'
import type { TokenReads, TokenWrites } from './ports.ts'
import type { PresentedToken } from './presented-token.ts'
import { type Verified, verifyToken, type VerifyDeps } from './verify.ts'

export interface ConsumeDeps<Ports extends ConsumePorts> extends VerifyDeps, InvitationDeps {
  readonly tokens: TokenReads
  readonly atomically: Atomically<Ports>
}

export interface ConsumePorts {
  readonly tokens: TokenWrites
  readonly relations: Pick<RelationWrites, 'hold'>
}

/** An invite as it is shown by whoever wants to consume it. */
export interface ShownInvite {
  readonly actor: Actor
  readonly presented: PresentedToken
  readonly inviteType: InviteType
  /** Where the request comes from, dotted IPv4; `undefined`: unknown, or IPv6. */
  readonly ip: string | undefined
}

/** What an invite that may be consumed leads to. */
export interface Invitation {
  /** As the Onezone names it. */
  readonly targetId: string
  /** What whoever joins gets there; `undefined` for types that carry none. */
  readonly privileges: readonly string[] | undefined
}

/**
 * Consumes an invite: what it invites to is made by `join` in the transaction that counts the use, so both are there
 * or neither. Whether the caller may join is for the caller to have asked.
 *
 * The order is part of the API (Onezone REST, consuming invites): type → verification → kind of consumer → usage
 * limit → target → rights of the issuer → what `join` refuses.
 *
 * @param join may run more than once; uses nothing but the ports it is handed
 * @returns what `join` does
 * @throws {Refused} `token_refused`; `invite_not_authorized`, also when the issuer is blocked;
 *   `invite_consumer_invalid`, `invite_usage_limit_reached`, `invite_target_invalid`; what `join` refuses
 */
export async function consumeInvite<Ports extends ConsumePorts, T>(
  deps: ConsumeDeps<Ports>,
  tenantId: TenantId,
  shown: ShownInvite,
  join: (ports: Ports, invitation: Invitation) => Promise<T>,
): Promise<T> {
  const { subject, type } = await verifiedInvite(deps, tenantId, shown)
  checkConsumer(INVITE_RULES[type.inviteType].consumer, shown.actor)
  const named = await recordOf(deps, tenantId, shown.presented)
  if (named !== undefined && isUsedUp(named.terms, named.terms.usageCount))
    throw new Refused({ kind: 'invite_usage_limit_reached' })
  const carried = carriedBy(type, named?.terms)
  await checkInvitation(deps, tenantId, nameOf(subject), type, carried.profile)
  return deps.atomically(async (ports) => {
    // What joins relates something. Held before the token's row is: a deletion takes them in this order too.
    await ports.relations.hold(tenantId)
    if (named !== undefined) await countUse(ports, tenantId, named.id)
    return refusingGoneTarget(type, join(ports, { targetId: type.targetId, privileges: carried.privileges }))
  })
}

/** A target that was there a moment ago is refused like one that was not. */
async function refusingGoneTarget<T>({ targetId }: InviteTokenType, joined: Promise<T>): Promise<T> {
  try {
    return await joined
  } catch (error) {
    if (!(error instanceof Refused) || error.failure.kind !== 'entity_not_found') throw error
    throw new Refused({ kind: 'invite_target_invalid', id: targetId }, error)
  }
}

async function verifiedInvite<Ports extends ConsumePorts>(
  deps: ConsumeDeps<Ports>,
  tenantId: TenantId,
  { actor, presented, inviteType, ip }: ShownInvite,
): Promise<Extract<Verified, { readonly ok: true }> & { readonly type: InviteTokenType }> {
  const purpose = { kind: 'invite', expected: inviteType } as const
  const verified = await verifyToken(deps, tenantId, 'onezone', presented, purpose, {
    ip,
    interface: undefined,
    service: undefined,
    consumer: consumerOf(actor),
    session: undefined,
    allowDataAccessCaveats: false,
  })
  const { type } = presented.token
  if (verified.ok && type.kind === 'invite') return { ...verified, type }
  if (verified.ok) throw new Error('a token that is no invite was verified as one')
  // Who invites and is blocked is to the guest one who may not invite.
  if (verified.why.kind === 'user_blocked') throw new Refused({ kind: 'invite_not_authorized' })
  throw new Refused({ kind: 'token_refused', why: verified.why })
}

function checkConsumer(consumer: InviteConsumer, actor: Actor): void {
  if (consumer === 'anybody' || consumer === actor.kind) return
  throw new Refused({ kind: 'invite_consumer_invalid', consumer: consumerOf(actor) })
}

interface NamedInvite {
  readonly id: TokenId
  readonly terms: InviteTerms
}

/** @returns `undefined` for a temporary invite, whose uses nobody counts */
async function recordOf<Ports extends ConsumePorts>(
  { tokens }: ConsumeDeps<Ports>,
  tenantId: TenantId,
  { token: { persistence, id } }: PresentedToken,
): Promise<NamedInvite | undefined> {
  if (persistence.kind !== 'named') return undefined
  // Safe as a brand: a text was found well signed under the secret of the token with that id.
  const token = await tokens.find(tenantId, 'onezone', id as TokenId)
  return { id: id as TokenId, terms: termsOf(token) }
}

/** @throws {Refused} when it has gone since it was verified */
function termsOf(token: NamedToken | undefined): InviteTerms {
  if (token?.invite !== undefined) return token.invite
  throw new Refused({ kind: 'token_refused', why: { kind: 'token_invalid' } })
}

function isUsedUp({ usageLimit }: InviteTerms, usedBefore: number): boolean {
  return usageLimit !== 'infinity' && usedBefore >= usageLimit
}

/** What is carried, and whether the issuer must be allowed to set privileges for that: sets are compared, not texts. */
function carriedBy(
  { inviteType }: InviteTokenType,
  terms: InviteTerms | undefined,
): { readonly profile: 'default' | 'custom'; readonly privileges: readonly string[] | undefined } {
  const byDefault = INVITE_RULES[inviteType].carried?.byDefault
  const privileges = terms === undefined ? byDefault : terms.privileges
  const isDefault =
    privileges === byDefault ||
    (privileges?.length === byDefault?.length && privileges?.every((each) => byDefault?.includes(each)))
  return { profile: isDefault ? 'default' : 'custom', privileges }
}

/** Those who come at the same time wait for each other here, so that the last one finds what the others have left. */
async function countUse(
  { tokens }: Pick<ConsumePorts, 'tokens'>,
  tenantId: TenantId,
  id: TokenId,
): Promise<void> {
  const token = await tokens.countUse(tenantId, 'onezone', id)
  const terms = termsOf(token)
  if (token?.isRevoked) throw new Refused({ kind: 'token_refused', why: { kind: 'token_revoked' } })
  if (isUsedUp(terms, terms.usageCount - 1)) throw new Refused({ kind: 'invite_usage_limit_reached' })
}
