import type { Entity, EntityKind } from '../directory/entity.ts'
import { addMemberIn } from '../directory/members.ts'
import type { DirectoryWrites } from '../directory/relation-ports.ts'
import { addHarvesterIn } from '../directory/supports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import { type ConsumeDeps, consumeInvite, type Invitation, type ShownInvite } from './consume-invite.ts'
import { INVITE_RULES } from './invite-rules.ts'
import type { TokenWrites } from './ports.ts'

export interface JoinWrites extends Pick<DirectoryWrites, 'entities' | 'relations' | 'supports'> {
  readonly tokens: TokenWrites
}

/** Who joins, as the Onezone names him. The caller acts for what is not himself. */
export interface Joiner {
  readonly kind: 'user' | 'group' | 'space' | 'harvester'
  readonly onezoneId: string
}

/**
 * Relates who joins to what the invite invites to, and counts the use: both or neither. Whether the caller may act for
 * who joins is for the caller to have asked.
 *
 * @returns the Onezone id of what was joined
 * @throws {Refused} what {@link consumeInvite} refuses; `entity_not_found` when it is who joins that is not there;
 *   `relation_exists`, `relation_circular`
 */
export async function joinByInvite(
  deps: ConsumeDeps<JoinWrites>,
  tenantId: TenantId,
  shown: ShownInvite,
  joiner: Joiner,
): Promise<string> {
  await requireJoiner(deps, tenantId, joiner)
  const { target } = INVITE_RULES[shown.inviteType]
  return consumeInvite(deps, tenantId, shown, async (writes, invitation) => {
    if (target === 'user') throw new Error('nobody joins a user')
    await relate(writes, tenantId, target, invitation, joiner)
    return invitation.targetId
  })
}

/** The caller himself is there. An administrator may act for anything, also for what has never been. */
async function requireJoiner(
  { entities }: Pick<ConsumeDeps<JoinWrites>, 'entities'>,
  tenantId: TenantId,
  { kind, onezoneId }: Joiner,
): Promise<void> {
  if (kind === 'user') return
  const entity: Entity | undefined = await entities.find(tenantId, { kind, onezoneId })
  if (entity === undefined) throw new Refused({ kind: 'entity_not_found' })
}

async function relate(
  writes: JoinWrites,
  tenantId: TenantId,
  target: EntityKind,
  { targetId, privileges }: Invitation,
  { kind, onezoneId }: Joiner,
): Promise<void> {
  switch (kind) {
    case 'user':
    case 'group':
      return addMemberIn(
        writes,
        tenantId,
        { kind: target, onezoneId: targetId },
        { kind, onezoneId },
        privileges,
      )
    case 'space':
      return addHarvesterIn(writes, tenantId, targetId, onezoneId)
    case 'harvester':
      return addHarvesterIn(writes, tenantId, onezoneId, targetId)
  }
}
