import type { EntityKind } from '../../directory/entity.ts'

/** What the API calls the entities of a kind. */
export interface EntityWords {
  /** In paths, in names of admin privileges, and as the key of lists of ids. */
  readonly plural: 'groups' | 'spaces' | 'clusters' | 'harvesters' | 'atm_inventories'
  /** The key of an entity's own id. */
  readonly idKey: string
  /** The path parameter, where it is not the path's first id. */
  readonly parameter: string
  /** In summaries, with the article. */
  readonly one: string
  readonly all: string
}

export const ENTITY_WORDS: Readonly<Record<EntityKind, EntityWords>> = {
  group: { plural: 'groups', idKey: 'groupId', parameter: 'gid', one: 'a group', all: 'groups' },
  space: { plural: 'spaces', idKey: 'spaceId', parameter: 'sid', one: 'a space', all: 'spaces' },
  cluster: { plural: 'clusters', idKey: 'clusterId', parameter: 'cid', one: 'a cluster', all: 'clusters' },
  harvester: {
    plural: 'harvesters',
    idKey: 'harvesterId',
    parameter: 'hid',
    one: 'a harvester',
    all: 'harvesters',
  },
  atm_inventory: {
    plural: 'atm_inventories',
    idKey: 'atmInventoryId',
    parameter: 'aiid',
    one: 'an automation inventory',
    all: 'automation inventories',
  },
}

/** An admin privilege over the entities of a kind: `adminOver('group', 'view')` is `oz_groups_view`. */
export function adminOver(kind: EntityKind, operation: string): string {
  return `oz_${ENTITY_WORDS[kind].plural}_${operation}`
}
