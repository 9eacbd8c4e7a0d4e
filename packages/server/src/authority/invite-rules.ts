import type { InviteType } from '@jeton/token'
import { ENTITY_PRIVILEGES } from '../directory/entity-privileges.ts'
import type { EntityKind } from '../directory/entity.ts'

/** Who may consume an invite: whoever acts for what is to be related, or for registrations anybody. */
export type InviteConsumer = 'user' | 'provider' | 'anybody'

export interface InviteRule {
  /** What the target id names. */
  readonly target: EntityKind | 'user'
  readonly consumer: InviteConsumer
  /** What the issuer must be able to do in the target; for users he must be that user. */
  readonly invite: string | undefined
  /** The admin privilege that is enough instead. */
  readonly inviteAsAdmin: string
  /** What who joins gets; absent for types that carry nothing. */
  readonly carried?: CarriedPrivileges
}

export interface CarriedPrivileges {
  /** In ascending order. */
  readonly allowed: readonly string[]
  /** In ascending order. */
  readonly byDefault: readonly string[]
  /** What the issuer of others than the default ones must be able to do in the target. */
  readonly setPrivileges: string
  readonly setPrivilegesAsAdmin: string
}

const ADMIN_PLURALS: Readonly<Record<EntityKind, string>> = {
  group: 'oz_groups',
  space: 'oz_spaces',
  cluster: 'oz_clusters',
  harvester: 'oz_harvesters',
  atm_inventory: 'oz_atm_inventories',
}

/** @see the Onezone API, invite types */
export const INVITE_RULES: Readonly<Record<InviteType, InviteRule>> = {
  userJoinGroup: joining('group', 'add_user'),
  groupJoinGroup: joining('group', 'add_child'),
  userJoinSpace: joining('space', 'add_user'),
  groupJoinSpace: joining('space', 'add_group'),
  supportSpace: { ...relating('space', 'add_support'), consumer: 'provider' },
  harvesterJoinSpace: relating('space', 'add_harvester'),
  registerOneprovider: {
    target: 'user',
    consumer: 'anybody',
    invite: undefined,
    inviteAsAdmin: 'oz_providers_invite',
  },
  // The one type whose guests get everything unless something else is said.
  userJoinCluster: joining('cluster', 'add_user', ENTITY_PRIVILEGES.cluster.all),
  groupJoinCluster: joining('cluster', 'add_group'),
  userJoinHarvester: joining('harvester', 'add_user'),
  groupJoinHarvester: joining('harvester', 'add_group'),
  spaceJoinHarvester: relating('harvester', 'add_space'),
  userJoinAtmInventory: joining('atm_inventory', 'add_user'),
  groupJoinAtmInventory: joining('atm_inventory', 'add_group'),
}

/** Users and groups become members. */
function joining(
  target: EntityKind,
  operation: string,
  byDefault: readonly string[] = ENTITY_PRIVILEGES[target].member,
): InviteRule {
  return {
    ...relating(target, operation),
    carried: {
      allowed: ENTITY_PRIVILEGES[target].all,
      byDefault,
      setPrivileges: `${target}_set_privileges`,
      setPrivilegesAsAdmin: `${ADMIN_PLURALS[target]}_set_privileges`,
    },
  }
}

function relating(target: EntityKind, operation: string): InviteRule {
  return {
    target,
    consumer: 'user',
    invite: `${target}_${operation}`,
    inviteAsAdmin: `${ADMIN_PLURALS[target]}_add_relationships`,
  }
}
