import type { EntityKind } from '../../directory/entity.ts'
import { changeGroupPrivileges, revokeAllGroupPrivileges } from '../../directory/group-privileges.ts'
import { removeMember } from '../../directory/members.ts'
import { privilegeChangeBody } from './bodies.ts'
import { admin, type Condition, holderOf, memberOf, providerAt, supports } from './callers.ts'
import type { OnezoneDeps } from './deps.ts'
import { absent, entityAt, entityOfGroupAt } from './entity-in-path.ts'
import { entityJson, entityShapes } from './entity-json.ts'
import { adminOver, ENTITY_WORDS } from './entity-words.ts'
import { json, noContent } from './render.ts'
import { requireRoomFor } from './room.ts'
import { type Asked, type Route, route } from './route.ts'
import { idsUnder, privilegesShape } from './shapes.ts'
import { noContentAnswer, ok } from './success.ts'

/** What groups give to their members: admin privileges, and a place in what the groups are members of. */

interface Place {
  readonly kind: EntityKind
  /** The segment of paths, and of resource keys. */
  readonly plural: string
  /** What resource keys call one. */
  readonly aspect: string
  readonly parameter: string
  readonly one: string
  readonly all: string
  readonly operations: Readonly<Record<'list' | 'listEffective' | 'get' | 'getEffective' | 'leave', string>>
  readonly leavePrivilege: `group_${string}`
  /** Providers who see it anyway, and so through its groups too. */
  readonly providers: readonly Condition[]
}

const PLACES: readonly Place[] = [
  {
    kind: 'group',
    plural: 'parents',
    aspect: 'parent',
    parameter: 'pid',
    one: 'a parent group',
    all: 'parent groups',
    operations: {
      list: 'list_parent_groups',
      listEffective: 'list_effective_parent_groups',
      get: 'get_parent_group',
      getEffective: 'get_effective_parent_group',
      leave: 'leave_parent_group',
    },
    leavePrivilege: 'group_leave_parent',
    providers: [],
  },
  place('space', 'group_leave_space', [supports('space', 'sid')]),
  {
    ...place('cluster', 'group_leave_cluster', [providerAt('cid')]),
    operations: {
      list: 'list_group_clusters',
      listEffective: 'list_group_effective_clusters',
      get: 'get_group_cluster',
      getEffective: 'get_group_effective_cluster',
      leave: 'group_leave_cluster',
    },
  },
  place('harvester', 'group_remove_harvester', [supports('harvester', 'hid')]),
  place('atm_inventory', 'group_remove_atm_inventory', []),
]

function place(
  kind: Exclude<EntityKind, 'group'>,
  leavePrivilege: `group_${string}`,
  providers: readonly Condition[],
): Place {
  const words = ENTITY_WORDS[kind]
  return {
    ...words,
    kind,
    aspect: kind,
    operations: {
      list: `list_group_${words.plural}`,
      listEffective: `list_effective_group_${words.plural}`,
      get: `get_group_${kind}`,
      getEffective: `get_effective_group_${kind}`,
      leave: `remove_group_from_${kind}`,
    },
    leavePrivilege,
    providers,
  }
}

export const groupRoutes: readonly Route[] = [
  ...adminPrivilegeRoutes(),
  ...PLACES.flatMap((named) => [...listsOf(named), ...detailsOf(named), leavingOf(named)]),
]

function adminPrivilegeRoutes(): readonly Route[] {
  const direct = {
    path: '/groups/{id}/privileges',
    resource: 'group.{id}.oz_privileges:private',
    fetch: entityAt('group'),
  }
  return [
    route({
      ...direct,
      method: 'GET',
      operationId: 'list_group_admin_privileges',
      summary: 'List the admin privileges that a group gives to its members',
      success: ok(privilegesShape),
      callers: [admin('oz_view_privileges')],
      run: async ({ entities }, { entity }) =>
        json(200, { privileges: await entities.listAdminPrivileges(entity.id) }),
    }),
    route({
      ...direct,
      method: 'PATCH',
      operationId: 'update_group_admin_privileges',
      summary: 'Grant and revoke admin privileges of a group',
      success: noContentAnswer,
      callers: [admin('oz_set_privileges')],
      body: privilegeChangeBody,
      run: async (deps, { tenant, entity, body: { grant = [], revoke = [] } }) => {
        requireRoomFor(deps, grant)
        await changeGroupPrivileges(deps, tenant.id, entity.onezoneId, grant, revoke)
        return noContent
      },
    }),
    route({
      ...direct,
      method: 'DELETE',
      operationId: 'remove_group_admin_privileges',
      summary: 'Revoke all admin privileges of a group',
      success: noContentAnswer,
      callers: [admin('oz_set_privileges')],
      run: async (deps, { tenant, entity }) => {
        await revokeAllGroupPrivileges(deps, tenant.id, entity.onezoneId)
        return noContent
      },
    }),
    route({
      method: 'GET',
      path: '/groups/{id}/effective_privileges',
      operationId: 'list_group_effective_admin_privileges',
      summary: 'List the admin privileges that a group and its parents give to its members',
      success: ok(privilegesShape),
      resource: 'group.{id}.eff_oz_privileges:private',
      callers: [admin('oz_view_privileges')],
      fetch: entityAt('group'),
      run: async ({ groups }, { entity }) =>
        json(200, { privileges: await groups.listEffectiveAdminPrivilegesOfGroup(entity.id) }),
    }),
  ]
}

function listsOf({ kind, plural, all, operations }: Place): readonly Route[] {
  const key = ENTITY_WORDS[kind].plural
  const common = {
    method: 'GET',
    success: ok(idsUnder(key)),
    callers: [holderOf('group_view'), admin('oz_groups_list_relationships')],
    fetch: entityAt('group'),
  } as const
  return [
    route({
      ...common,
      path: `/groups/{id}/${plural}`,
      operationId: operations.list,
      summary: `List the ${all} that a group is in itself`,
      resource: `group.{id}.${plural}:private`,
      run: async ({ groups }, { entity }) => json(200, { [key]: await groups.listOfGroup(entity.id, kind) }),
    }),
    route({
      ...common,
      path: `/groups/{id}/effective_${plural}`,
      operationId: operations.listEffective,
      summary: `List the ${all} that a group is in, through its parents too`,
      resource: `group.{id}.eff_${plural}:private`,
      run: async ({ groups }, { entity }) =>
        json(200, { [key]: await groups.listEffectiveOfGroup(entity.id, kind) }),
    }),
  ]
}

function detailsOf({ kind, plural, parameter, one, operations, providers }: Place): readonly Route[] {
  return (['', 'effective_'] as const).map((effective) =>
    route({
      method: 'GET',
      path: `/groups/{id}/${effective}${plural}/{${parameter}}`,
      operationId: effective === '' ? operations.get : operations.getEffective,
      summary: `Get ${one} that a group is in${effective && ', also through its parents'}`,
      success: ok(entityShapes[kind]),
      resource: `${kind}.{${parameter}}.instance:protected`,
      callers: [
        // Its parents are shown to every member of a group; what else it is in, to those who see into it.
        kind === 'group' ? memberOf('group') : holderOf('group_view'),
        admin(adminOver(kind, 'view')),
        ...providers,
      ],
      fetch: entityOfGroupAt(kind, parameter),
      run: async (deps, { entity }) => json(200, await entityJson(deps, entity)),
    }),
  )
}

function leavingOf({ kind, plural, aspect, parameter, one, operations, leavePrivilege }: Place): Route {
  const findGroup = entityAt('group')
  const removal = [adminOver(kind, 'remove_relationships'), 'oz_groups_remove_relationships']
  return route({
    method: 'DELETE',
    path: `/groups/{id}/${plural}/{${parameter}}`,
    operationId: operations.leave,
    summary: `End the membership of a group in ${one}`,
    success: noContentAnswer,
    refusals: [400],
    resource: `group.{id}.${aspect},{${parameter}}:private`,
    callers: [holderOf(leavePrivilege), admin(...new Set(removal))],
    fetch: async (deps: OnezoneDeps, asked: Asked) => {
      const { onezoneId } = await findGroup(deps, asked)
      const entity = { kind, onezoneId: asked.params[parameter] ?? '' }
      const member = { kind: 'group', onezoneId } as const
      const privileges = await deps.entities.directPrivileges(asked.tenant.id, entity, member)
      return privileges === undefined ? absent() : { entity, member }
    },
    run: async (deps, { tenant, entity: { entity, member } }) => {
      await removeMember(deps, tenant.id, entity, member)
      return noContent
    },
  })
}
