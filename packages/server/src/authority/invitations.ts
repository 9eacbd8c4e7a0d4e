import type { TokenType } from '@jeton/token'
import type { UserReads } from '../directory/ports.ts'
import type { EntityReads, ProviderReads, RelationReads } from '../directory/relation-ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { Refused } from '../failure.ts'
import { INVITE_RULES, type InviteRule } from './invite-rules.ts'
import { findSubject } from './line.ts'
import type { SubjectName } from './named-token.ts'

export interface InvitationDeps {
  readonly users: UserReads
  readonly providers: ProviderReads
  readonly entities: EntityReads
  readonly relations: RelationReads
}

export type InviteTokenType = Extract<TokenType, { readonly kind: 'invite' }>

/**
 * Whether the subject may invite so, now: asked when the invite is issued, and again when it is consumed.
 *
 * @param issuer the token's subject, whoever asked for the token; he need not exist
 * @param privileges whether the invite carries others than the default ones
 * @throws {Refused} `invite_target_invalid`, `invite_not_authorized`
 */
export async function checkInvitation(
  deps: InvitationDeps,
  tenantId: TenantId,
  issuer: SubjectName,
  { inviteType, targetId }: InviteTokenType,
  privileges: 'default' | 'custom',
): Promise<void> {
  const rule = INVITE_RULES[inviteType]
  if (!(await isTargetThere(deps, tenantId, rule, targetId)))
    throw new Refused({ kind: 'invite_target_invalid', id: targetId })
  const holds = await rightsOf(deps, tenantId, issuer, rule, targetId)
  const mayInvite = await holds(rule.invite, rule.inviteAsAdmin)
  const { carried } = rule
  const isAllowed =
    privileges === 'default' || carried === undefined
      ? mayInvite
      : mayInvite && (await holds(carried.setPrivileges, carried.setPrivilegesAsAdmin))
  if (!isAllowed) throw new Refused({ kind: 'invite_not_authorized' })
}

async function isTargetThere(
  { users, entities }: InvitationDeps,
  tenantId: TenantId,
  { target }: InviteRule,
  targetId: string,
): Promise<boolean> {
  const found =
    target === 'user'
      ? await users.findByOnezoneId(tenantId, targetId)
      : await entities.find(tenantId, { kind: target, onezoneId: targetId })
  return found !== undefined
}

/** Whether the issuer may do something in the target: by a privilege there, or by one of an administrator. */
type Holds = (privilege: string | undefined, adminPrivilege: string) => Promise<boolean>

async function rightsOf(
  deps: InvitationDeps,
  tenantId: TenantId,
  issuer: SubjectName,
  { target }: InviteRule,
  targetId: string,
): Promise<Holds> {
  // A provider invites into its own cluster, which has its id, and may give whatever there is to give there.
  if (issuer.type === 'oneprovider') return async () => target === 'cluster' && issuer.id === targetId
  const ref = (await findSubject(deps, tenantId, issuer))?.ref
  if (ref?.kind !== 'user') return async () => false
  return async (privilege, adminPrivilege) =>
    (target === 'user'
      ? issuer.id === targetId
      : await isHeldIn(deps, tenantId, ref.id, { kind: target, onezoneId: targetId }, privilege)) ||
    deps.relations.hasAdminPrivilege(tenantId, ref.id, adminPrivilege)
}

async function isHeldIn(
  { relations }: InvitationDeps,
  tenantId: TenantId,
  userId: UserId,
  entity: Parameters<RelationReads['hasPrivilegeIn']>[2],
  privilege: string | undefined,
): Promise<boolean> {
  return privilege !== undefined && relations.hasPrivilegeIn(tenantId, userId, entity, privilege)
}
