import { ENTITY_PRIVILEGES } from '../../directory/entity-privileges.ts'
import { ENTITY_KINDS, type EntityKind } from '../../directory/entity.ts'
import { arrayOf, object } from '../json-schema.ts'
import { ENTITY_WORDS } from './entity-words.ts'
import { json } from './render.ts'
import { type Route, route } from './route.ts'
import { text } from './shapes.ts'
import { ok } from './success.ts'

/** Besides a member's; nothing is ever given as a whole by this name, it is what clients offer. */
const MANAGERS: Readonly<Record<EntityKind, string>> = {
  group: [
    'view_privileges add_user remove_user add_parent leave_parent add_child remove_child add_harvester',
    'remove_harvester add_atm_inventory remove_atm_inventory',
  ].join(' '),
  space: [
    'view_privileges add_user remove_user add_group remove_group add_harvester remove_harvester register_files',
    'manage_shares view_views query_views view_statistics view_changes_stream schedule_replication view_qos',
    'manage_datasets view_archives create_archives manage_archives view_atm_workflow_executions',
    'schedule_atm_workflow_executions',
  ].join(' '),
  cluster: 'add_user remove_user add_group remove_group',
  harvester: 'add_user remove_user add_group remove_group add_space remove_space',
  atm_inventory: 'manage_lambdas manage_workflow_schemas add_user remove_user add_group remove_group',
}

/** What can be held in the entities of each kind, and what a member, a manager and an administrator usually hold. */
export const entityPrivilegeRoutes: readonly Route[] = ENTITY_KINDS.map((kind) => {
  const { all, member } = ENTITY_PRIVILEGES[kind]
  const levels = { admin: all, manager: [...new Set([...member, ...managerOf(kind)])].toSorted(), member }
  const { plural, one } = ENTITY_WORDS[kind]
  const level = arrayOf(text)
  return route({
    method: 'GET',
    path: `/${plural}/privileges`,
    operationId: `list_${kind}_privileges`,
    summary: `List all privileges that there are in ${one}`,
    success: ok(object({ admin: level, manager: level, member: level })),
    resource: `${kind}.null.privileges:private`,
    callers: 'anyone',
    run: () => json(200, levels),
  })
})

function managerOf(kind: EntityKind): readonly string[] {
  return MANAGERS[kind].split(' ').map((operation) => `${kind}_${operation}`)
}
