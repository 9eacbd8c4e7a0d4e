export type InviteType =
  | 'userJoinGroup'
  | 'groupJoinGroup'
  | 'userJoinSpace'
  | 'groupJoinSpace'
  | 'supportSpace'
  | 'harvesterJoinSpace'
  | 'registerOneprovider'
  | 'userJoinCluster'
  | 'groupJoinCluster'
  | 'userJoinHarvester'
  | 'groupJoinHarvester'
  | 'spaceJoinHarvester'
  | 'userJoinAtmInventory'
  | 'groupJoinAtmInventory'

/** What an invite leads into. */
export type InviteEntity = 'group' | 'space' | 'user' | 'cluster' | 'harvester' | 'atmInventory'

/** How one invite type is written in the places that name it. */
export interface InviteKind {
  /** In identifiers. */
  readonly code: string
  /** The key of the target id in JSON. */
  readonly targetKey: string
  /** In error descriptions. */
  readonly snakeName: string
  /** What the target id names. */
  readonly entity: InviteEntity
  /** In error descriptions, before the quoted target id. */
  readonly printable: string
}

/** Order and names of `docs/formats/macaroon.md`, "Invite types". */
export const INVITE_KINDS: Readonly<Record<InviteType, InviteKind>> = {
  userJoinGroup: {
    code: 'ujg',
    targetKey: 'groupId',
    snakeName: 'user_join_group',
    entity: 'group',
    printable: 'invite token for a user to join group',
  },
  groupJoinGroup: {
    code: 'gjg',
    targetKey: 'groupId',
    snakeName: 'group_join_group',
    entity: 'group',
    printable: 'invite token for a group to join group',
  },
  userJoinSpace: {
    code: 'ujs',
    targetKey: 'spaceId',
    snakeName: 'user_join_space',
    entity: 'space',
    printable: 'invite token for a user to join space',
  },
  groupJoinSpace: {
    code: 'gjs',
    targetKey: 'spaceId',
    snakeName: 'group_join_space',
    entity: 'space',
    printable: 'invite token for a group to join space',
  },
  supportSpace: {
    code: 'ssp',
    targetKey: 'spaceId',
    snakeName: 'support_space',
    entity: 'space',
    printable: 'invite token to grant support for space',
  },
  harvesterJoinSpace: {
    code: 'hjs',
    targetKey: 'spaceId',
    snakeName: 'harvester_join_space',
    entity: 'space',
    printable: 'invite token for a harvester to become a metadata sink for space',
  },
  registerOneprovider: {
    code: 'rop',
    targetKey: 'adminUserId',
    snakeName: 'register_oneprovider',
    entity: 'user',
    printable: 'invite token to register a Oneprovider for admin user',
  },
  userJoinCluster: {
    code: 'ujc',
    targetKey: 'clusterId',
    snakeName: 'user_join_cluster',
    entity: 'cluster',
    printable: 'invite token for a user to join cluster',
  },
  groupJoinCluster: {
    code: 'gjc',
    targetKey: 'clusterId',
    snakeName: 'group_join_cluster',
    entity: 'cluster',
    printable: 'invite token for a group to join cluster',
  },
  userJoinHarvester: {
    code: 'ujh',
    targetKey: 'harvesterId',
    snakeName: 'user_join_harvester',
    entity: 'harvester',
    printable: 'invite token for a user to join harvester',
  },
  groupJoinHarvester: {
    code: 'gjh',
    targetKey: 'harvesterId',
    snakeName: 'group_join_harvester',
    entity: 'harvester',
    printable: 'invite token for a group to join harvester',
  },
  spaceJoinHarvester: {
    code: 'sjh',
    targetKey: 'harvesterId',
    snakeName: 'space_join_harvester',
    entity: 'harvester',
    printable: 'invite token for a space to become a metadata source for harvester',
  },
  userJoinAtmInventory: {
    code: 'uji',
    targetKey: 'atmInventoryId',
    snakeName: 'user_join_atm_inventory',
    entity: 'atmInventory',
    printable: 'invite token for a user to join automation inventory',
  },
  groupJoinAtmInventory: {
    code: 'gji',
    targetKey: 'atmInventoryId',
    snakeName: 'group_join_atm_inventory',
    entity: 'atmInventory',
    printable: 'invite token for a group to join automation inventory',
  },
}

// Object.keys says string[]; the table is declared with exactly the invite types as its keys.
export const INVITE_TYPES: readonly InviteType[] = Object.keys(INVITE_KINDS) as InviteType[]

const byCode = new Map(INVITE_TYPES.map((type) => [INVITE_KINDS[type].code, type]))

export function inviteTypeOfCode(code: string): InviteType | undefined {
  return byCode.get(code)
}

export function isInviteType(value: unknown): value is InviteType {
  return typeof value === 'string' && Object.hasOwn(INVITE_KINDS, value)
}
