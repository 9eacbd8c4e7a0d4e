import type { EntityKind } from './entity.ts'

interface Universe {
  /** All that can be held, in ascending order. */
  readonly all: readonly string[]
  /** What a new member gets when nothing else is said, in ascending order. */
  readonly member: readonly string[]
}

/**
 * What can be held in an entity of each kind. A privilege's place in `all` is its bit in the store and in the invites
 * that carry it: one that joins later needs a migration of both. @see the Onezone API, privileges of groups, spaces, …
 */
export const ENTITY_PRIVILEGES: Readonly<Record<EntityKind, Universe>> = {
  group: universe('group', 'view', [
    'add_atm_inventory add_child add_cluster add_harvester add_parent add_space add_user create_handle',
    'create_handle_service delete leave_cluster leave_handle leave_handle_service leave_parent leave_space',
    'remove_atm_inventory remove_child remove_harvester remove_user set_privileges update view view_privileges',
  ]),
  space: universe('space', 'read_data view view_transfers write_data', [
    'add_group add_harvester add_support add_user cancel_eviction cancel_replication create_archives delete',
    'manage_archives manage_atm_workflow_executions manage_datasets manage_in_marketplace manage_qos',
    'manage_shares manage_views query_views read_data recall_archives register_files remove_archives',
    'remove_group remove_harvester remove_support remove_user schedule_atm_workflow_executions',
    'schedule_eviction schedule_replication set_privileges update view view_archives',
    'view_atm_workflow_executions view_changes_stream view_privileges view_qos view_statistics view_transfers',
    'view_views write_data',
  ]),
  cluster: universe('cluster', 'view', [
    'add_group add_user delete remove_group remove_user set_privileges update view view_privileges',
  ]),
  harvester: universe('harvester', 'view', [
    'add_group add_space add_user delete remove_group remove_space remove_user set_privileges update view',
    'view_privileges',
  ]),
  atm_inventory: universe('atm_inventory', 'view', [
    'add_group add_user delete manage_lambdas manage_workflow_schemas remove_group remove_user set_privileges',
    'update view view_privileges',
  ]),
}

/** Those of an entity's kind as one number, a bit for each. @throws {Error} for a name that the kind does not know */
export function privilegeMask(kind: EntityKind, privileges: Iterable<string>): number {
  const { all } = ENTITY_PRIVILEGES[kind]
  let mask = 0
  // Added and not or-ed: the operators on bits cut numbers to 32 of them, and spaces have 39.
  for (const privilege of new Set(privileges)) mask += bitOf(all, privilege)
  return mask
}

/** The names that a mask stands for, in ascending order. */
export function privilegesOfMask(kind: EntityKind, mask: number): readonly string[] {
  return ENTITY_PRIVILEGES[kind].all.filter((_, place) => isSet(mask, place))
}

/** Whether a mask stands for that privilege, too. */
export function hasPrivilege(kind: EntityKind, mask: number, privilege: string): boolean {
  const place = ENTITY_PRIVILEGES[kind].all.indexOf(privilege)
  return place >= 0 && isSet(mask, place)
}

/** A mask with every bit that a number holds exactly, whatever the kind: all privileges, those to come included. */
export const EVERY_PRIVILEGE = Number.MAX_SAFE_INTEGER

function bitOf(all: readonly string[], privilege: string): number {
  const place = all.indexOf(privilege)
  if (place < 0) throw new Error(`no such privilege: ${privilege}`)
  return 2 ** place
}

function isSet(mask: number, place: number): boolean {
  return Math.floor(mask / 2 ** place) % 2 === 1
}

function universe(kind: EntityKind, member: string, lines: readonly string[]): Universe {
  const prefixed = (line: string) => line.split(' ').map((operation) => `${kind}_${operation}`)
  return { all: lines.flatMap(prefixed), member: prefixed(member) }
}
