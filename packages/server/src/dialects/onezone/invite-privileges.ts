import type { InviteType } from '@jeton/token'

/** The privileges that an entity of each kind knows, in ascending order: what an invitation to it may carry. */
const GROUP = prefixed('group', [
  'add_atm_inventory add_child add_cluster add_harvester add_parent add_space add_user create_handle',
  'create_handle_service delete leave_cluster leave_handle leave_handle_service leave_parent leave_space',
  'remove_atm_inventory remove_child remove_harvester remove_user set_privileges update view view_privileges',
])
const SPACE = prefixed('space', [
  'add_group add_harvester add_support add_user cancel_eviction cancel_replication create_archives delete',
  'manage_archives manage_atm_workflow_executions manage_datasets manage_in_marketplace manage_qos',
  'manage_shares manage_views query_views read_data recall_archives register_files remove_archives',
  'remove_group remove_harvester remove_support remove_user schedule_atm_workflow_executions',
  'schedule_eviction schedule_replication set_privileges update view view_archives',
  'view_atm_workflow_executions view_changes_stream view_privileges view_qos view_statistics view_transfers',
  'view_views write_data',
])
const CLUSTER = prefixed('cluster', [
  'add_group add_user delete remove_group remove_user set_privileges update view view_privileges',
])
const HARVESTER = prefixed('harvester', [
  'add_group add_space add_user delete remove_group remove_space remove_user set_privileges update view',
  'view_privileges',
])
const ATM_INVENTORY = prefixed('atm_inventory', [
  'add_group add_user delete manage_lambdas manage_workflow_schemas remove_group remove_user set_privileges',
  'update view view_privileges',
])

const CARRIED: Readonly<Record<InviteType, readonly string[] | undefined>> = {
  userJoinGroup: GROUP,
  groupJoinGroup: GROUP,
  userJoinSpace: SPACE,
  groupJoinSpace: SPACE,
  supportSpace: undefined,
  harvesterJoinSpace: undefined,
  registerOneprovider: undefined,
  userJoinCluster: CLUSTER,
  groupJoinCluster: CLUSTER,
  userJoinHarvester: HARVESTER,
  groupJoinHarvester: HARVESTER,
  spaceJoinHarvester: undefined,
  userJoinAtmInventory: ATM_INVENTORY,
  groupJoinAtmInventory: ATM_INVENTORY,
}

/** The privileges that an invitation of that type may carry; `undefined`: it carries none. */
export function carriedPrivileges(type: InviteType): readonly string[] | undefined {
  return CARRIED[type]
}

function prefixed(entity: string, lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' ')).map((operation) => `${entity}_${operation}`)
}
