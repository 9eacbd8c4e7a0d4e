import {
  admin,
  type Alternative,
  anyUser,
  type Callers,
  createdBy,
  holderOf,
  memberOf,
  noOwner,
  providerAt,
  self,
  spaceOwner,
  supports,
  userAt,
  whenSent,
} from '../../src/dialects/onezone/callers.ts'
import type { EntityKind } from '../../src/directory/entity.ts'
import type { OperationRow } from './operations.ts'

type Method = OperationRow['method']
type Parts = Partial<Pick<OperationRow, 'body' | 'badBody' | 'entity'>>

const OPERATIONS = { GET: 'get', POST: 'create', PUT: 'create', PATCH: 'update', DELETE: 'delete' } as const
const SUCCESSES = { GET: 200, POST: 201, PUT: 201, PATCH: 204, DELETE: 204 } as const

function row(
  method: Method,
  path: string,
  operationId: string,
  resource: string,
  callers: Callers,
  parts: Parts = {},
): OperationRow {
  const key = `${OPERATIONS[method]} ${resource.includes(':') ? resource : `${resource}:private`}`
  return { operationId, method, path, resource: key, callers, success: SUCCESSES[method], ...parts }
}

const BACKEND = {
  harvestingBackendEndpoint: 'backend.example.org:9200',
  harvestingBackendType: 'elasticsearch_harvesting_backend',
}
const NO_NAME = [{}, 'missingRequiredValue'] as const
const BAD_NAME = [{ name: 'x' }, 'badValueName'] as const
const NOTHING = [{}, 'missingAtLeastOneValue'] as const
const NO_OBJECT = [[], 'malformedData'] as const

const ADMIN_PRIVILEGES: readonly OperationRow[] = [
  row('GET', '/groups/{id}/privileges', 'list_group_admin_privileges', 'group.{id}.oz_privileges', [
    admin('oz_view_privileges'),
  ]),
  row(
    'PATCH',
    '/groups/{id}/privileges',
    'update_group_admin_privileges',
    'group.{id}.oz_privileges',
    [admin('oz_set_privileges')],
    { body: { grant: ['oz_users_list'] }, badBody: NOTHING },
  ),
  row('DELETE', '/groups/{id}/privileges', 'remove_group_admin_privileges', 'group.{id}.oz_privileges', [
    admin('oz_set_privileges'),
  ]),
  row(
    'GET',
    '/groups/{id}/effective_privileges',
    'list_group_effective_admin_privileges',
    'group.{id}.eff_oz_privileges',
    [admin('oz_view_privileges')],
  ),
].map((each) => ({ ...each, entity: 'entity' }))

/** What is the same for all kinds of entity but for their names. */
interface Kind {
  readonly kind: EntityKind
  readonly plural: string
  readonly parameter: string
  /** The operation that lists all of them. */
  readonly list: string
  /** Providers that see into one. */
  readonly viewers: readonly Alternative[]
  /** Providers that see it as what a group is in. */
  readonly throughGroup: readonly Alternative[]
  /** Providers that see its members. */
  readonly memberViewers: readonly Alternative[]
  /** Providers that do there whatever they like. */
  readonly managers: readonly Alternative[]
}

const GROUP: Kind = {
  kind: 'group',
  plural: 'groups',
  parameter: 'gid',
  list: 'list_groups',
  viewers: [supports('group')],
  throughGroup: [],
  memberViewers: [],
  managers: [],
}
const SPACE: Kind = {
  kind: 'space',
  plural: 'spaces',
  parameter: 'sid',
  list: 'oz_spaces_list',
  viewers: [supports('space')],
  throughGroup: [supports('space', 'sid')],
  memberViewers: [supports('space')],
  managers: [],
}
const CLUSTER: Kind = {
  kind: 'cluster',
  plural: 'clusters',
  parameter: 'cid',
  list: 'oz_clusters_list',
  viewers: [providerAt('id')],
  throughGroup: [providerAt('cid')],
  memberViewers: [providerAt('id')],
  managers: [providerAt('id')],
}
const HARVESTER: Kind = {
  kind: 'harvester',
  plural: 'harvesters',
  parameter: 'hid',
  list: 'oz_harvesters_list',
  viewers: [supports('harvester')],
  throughGroup: [supports('harvester', 'hid')],
  memberViewers: [],
  managers: [],
}
const INVENTORY: Kind = {
  kind: 'atm_inventory',
  plural: 'atm_inventories',
  parameter: 'aiid',
  list: 'oz_atm_inventories_list',
  viewers: [],
  throughGroup: [],
  memberViewers: [],
  managers: [],
}

const LEAVES: Readonly<Record<EntityKind, string>> = {
  group: 'leave_group',
  space: 'leave_space',
  cluster: 'user_leave_cluster',
  harvester: 'user_leave_harvester',
  atm_inventory: 'leave_atm_inventory',
}

const LEAVING: Readonly<Record<EntityKind, `group_${string}`>> = {
  group: 'group_leave_parent',
  space: 'group_leave_space',
  cluster: 'group_leave_cluster',
  harvester: 'group_remove_harvester',
  atm_inventory: 'group_remove_atm_inventory',
}

export const DIRECTORY_OPERATIONS: readonly OperationRow[] = [
  ...ADMIN_PRIVILEGES,
  ...[GROUP, SPACE, CLUSTER, HARVESTER, INVENTORY].flatMap((kind) => [
    ...views(kind),
    ...usersIn(kind),
    ...(kind === GROUP ? [] : groupsIn(kind)),
    ...ofTheUser(kind),
    ...ofTheGroup(kind),
  ]),
  ...children(),
  ...changes(GROUP, { name: 'Other' }, { name: 'New', type: 'unit' }, NO_NAME, NOTHING),
  ...changes(SPACE, { name: 'Other' }, { name: 'New' }, BAD_NAME, BAD_NAME),
  ...changes(HARVESTER, { name: 'Other' }, { name: 'New', ...BACKEND }, NO_NAME, NOTHING),
  ...changes(INVENTORY, { name: 'Other' }, { name: 'New' }, NO_NAME, NO_NAME),
  ...owners(),
  ...supportsOfSpaces(),
  ...harvestersOfSpaces(),
]

function views({ kind, plural, list, viewers }: Kind): readonly OperationRow[] {
  return [
    row('GET', `/${plural}`, list, `${kind}.null.list`, [admin(`oz_${plural}_list`)]),
    row(
      'GET',
      `/${plural}/{id}`,
      `get_${kind}`,
      `${kind}.{id}.instance:protected`,
      [memberOf(kind), admin(`oz_${plural}_view`), ...viewers],
      { entity: 'entity' },
    ),
    row('GET', `/${plural}/privileges`, `list_${kind}_privileges`, `${kind}.null.privileges`, 'anyone'),
  ]
}

function changes(
  { kind, plural }: Kind,
  change: object,
  body: object,
  badBody: NonNullable<OperationRow['badBody']>,
  badChange: NonNullable<OperationRow['badBody']>,
): readonly OperationRow[] {
  return [
    row('POST', `/${plural}`, `create_${kind}`, `${kind}.null.instance`, [admin(`oz_${plural}_create`)], {
      body,
      badBody,
    }),
    row(
      'POST',
      `/user/${plural}`,
      `create_user_${kind}`,
      `${kind}.null.instance`,
      [kind === 'harvester' ? admin('oz_harvesters_create') : anyUser],
      { body, badBody },
    ),
    row(
      'PATCH',
      `/${plural}/{id}`,
      `modify_${kind}`,
      `${kind}.{id}.instance`,
      [holderOf(`${kind}_update`), admin(`oz_${plural}_update`)],
      { entity: 'entity', body: change, badBody: badChange },
    ),
    row(
      'DELETE',
      `/${plural}/{id}`,
      `remove_${kind}`,
      `${kind}.{id}.instance`,
      [holderOf(`${kind}_delete`), admin(`oz_${plural}_delete`)],
      { entity: 'entity' },
    ),
  ]
}

function usersIn(kind: Kind): readonly OperationRow[] {
  const { kind: k, plural } = kind
  const effective = k === 'cluster' ? 'cluster_effective' : `effective_${k}`
  return members(kind, {
    member: 'user',
    path: 'users',
    aspect: 'user',
    parameter: 'uid',
    key: 'userId',
    names: {
      list: `list_${k}_users`,
      listEffective: k === 'cluster' ? `list_${effective}_users` : `list_${effective}_users`,
      add: `add_${k}_user`,
      get: `get_${k}_user`,
      getEffective: `get_${effective}_user`,
      remove: `remove_${k}_user`,
      privileges: `list_user_${k}_privileges`,
      effectivePrivileges: `list_effective_user_${k}_privileges`,
      update: `update_user_${k}_privileges`,
    },
    adds: [userAt('uid'), holderOf(`${k}_add_user`)],
    addsAsAdmin: admin(`oz_${plural}_add_relationships`, 'oz_users_add_relationships'),
    removes:
      k === 'space'
        ? [[holderOf('space_remove_user'), noOwner('uid')], spaceOwner()]
        : [holderOf(`${k}_remove_user`)],
    removesAsAdmin: admin(`oz_${plural}_remove_relationships`, 'oz_users_remove_relationships'),
    itself: [userAt('uid')],
    shown: [[memberOf(k), createdBy('uid', k)]],
  })
}

function groupsIn(kind: Kind): readonly OperationRow[] {
  const { kind: k, plural } = kind
  const effective = k === 'cluster' ? 'cluster_effective' : `effective_${k}`
  return members(kind, {
    member: 'group',
    path: 'groups',
    aspect: 'group',
    parameter: 'gid',
    key: 'groupId',
    names: {
      list: `list_${k}_groups`,
      listEffective: `list_${effective}_groups`,
      add: `add_group_to_${k}`,
      get: `get_${k}_group`,
      getEffective: `get_${effective}_group`,
      remove: `remove_${k}_group`,
      privileges: `list_group_${k}_privileges`,
      effectivePrivileges: `list_effective_group_${k}_privileges`,
      update: `update_group_${k}_privileges`,
    },
    adds: [holderOf(`${k}_add_group`), holderOf(`group_add_${k}`, 'gid')],
    addsAsAdmin: admin(`oz_${plural}_add_relationships`, 'oz_groups_add_relationships'),
    removes: [holderOf(`${k}_remove_group`)],
    removesAsAdmin: admin(`oz_${plural}_remove_relationships`, 'oz_groups_remove_relationships'),
    itself: [memberOf('group', 'gid')],
    shown: [],
  })
}

function children(): readonly OperationRow[] {
  return members(GROUP, {
    member: 'group',
    path: 'children',
    aspect: 'child',
    parameter: 'cid',
    key: 'groupId',
    names: {
      list: 'list_child_groups',
      listEffective: 'get_effective_children_groups',
      add: 'add_child_group',
      get: 'get_child_group',
      getEffective: 'get_effective_child_group',
      remove: 'remove_child_group',
      privileges: 'list_child_group_privileges',
      effectivePrivileges: 'list_effective_child_group_privileges',
      update: 'update_child_group_privileges',
    },
    adds: [holderOf('group_add_child'), holderOf('group_add_parent', 'cid')],
    addsAsAdmin: admin('oz_groups_add_relationships'),
    removes: [holderOf('group_remove_child')],
    removesAsAdmin: admin('oz_groups_remove_relationships'),
    itself: [memberOf('group', 'cid')],
    shown: [],
  })
}

interface Members {
  readonly member: 'user' | 'group'
  readonly path: string
  readonly aspect: string
  readonly parameter: string
  readonly key: string
  readonly names: Readonly<Record<string, string>>
  readonly adds: readonly Exclude<Alternative, readonly unknown[]>[]
  readonly addsAsAdmin: Exclude<Alternative, readonly unknown[]>
  readonly removes: readonly Alternative[]
  readonly removesAsAdmin: Alternative
  readonly itself: readonly Alternative[]
  /** Who else sees the details. */
  readonly shown: readonly Alternative[]
}

function members(
  { kind, plural, memberViewers, managers }: Kind,
  { member, path, aspect, parameter, names, ...rules }: Members,
): readonly OperationRow[] {
  const all = `/${plural}/{id}/${path}`
  const one = `${all}/{${parameter}}`
  const effective = `/${plural}/{id}/effective_${path}`
  const entity = 'entity'
  const lists = [holderOf(`${kind}_view`), admin(`oz_${plural}_list_relationships`), ...memberViewers]
  const details = [
    ...rules.itself,
    ...rules.shown,
    holderOf(`${kind}_view`),
    admin(`oz_${member}s_view`),
    ...memberViewers,
  ]
  const privileges = [
    ...(member === 'user' ? rules.itself : []),
    holderOf(`${kind}_view_privileges`),
    admin(`oz_${plural}_view_privileges`),
    ...memberViewers,
  ]
  const sets = holderOf(`${kind}_set_privileges`)
  const setsAsAdmin = admin(`oz_${plural}_set_privileges`)
  const name = (operation: string) => names[operation] ?? ''
  const shared = `${member}.{${parameter}}.instance:shared`
  const place = `${kind}.{id}`
  return [
    row('GET', all, name('list'), `${place}.${path}`, lists, { entity }),
    row('GET', effective, name('listEffective'), `${place}.eff_${path}`, lists, {
      entity,
    }),
    row(
      'PUT',
      one,
      name('add'),
      `${place}.${aspect},{${parameter}}`,
      [
        [...rules.adds, whenSent('privileges', sets)],
        [rules.addsAsAdmin, whenSent('privileges', setsAsAdmin)],
        ...managers,
      ],
      { entity, body: {}, badBody: [{ privileges: 1 }, 'badValueListOfStrings'] },
    ),
    row('GET', one, name('get'), shared, details),
    row('GET', `${effective}/{${parameter}}`, name('getEffective'), shared, details),
    row(
      'DELETE',
      one,
      name('remove'),
      `${place}.${aspect},{${parameter}}`,
      [...rules.removes, rules.removesAsAdmin, ...managers],
      { entity },
    ),
    row(
      'GET',
      `${one}/privileges`,
      name('privileges'),
      `${place}.${aspect}_privileges,{${parameter}}`,
      privileges,
      { entity },
    ),
    row(
      'GET',
      `${effective}/{${parameter}}/privileges`,
      name('effectivePrivileges'),
      `${place}.eff_${aspect}_privileges,{${parameter}}`,
      privileges,
      { entity },
    ),
    row(
      'PATCH',
      `${one}/privileges`,
      name('update'),
      `${place}.${aspect}_privileges,{${parameter}}`,
      [sets, setsAsAdmin, ...managers],
      { entity, body: { grant: [`${kind}_view`] }, badBody: NOTHING },
    ),
  ]
}

/** `/user/groups…` and its like. */
function ofTheUser({ kind, plural, parameter }: Kind): readonly OperationRow[] {
  const isOld = kind === 'group' || kind === 'cluster'
  return [
    row('GET', `/user/${plural}`, `list_user_${plural}`, `user.{caller}.${plural}`, [self]),
    row(
      'GET',
      `/user/effective_${plural}`,
      kind === 'cluster' ? 'list_user_effective_clusters' : `list_effective_user_${plural}`,
      `user.{caller}.eff_${plural}`,
      [self],
    ),
    row(
      'GET',
      `/user/${plural}/{${parameter}}`,
      `get_user_${kind}`,
      `${kind}.{${parameter}}.instance:protected`,
      [self],
    ),
    row(
      'GET',
      `/user/effective_${plural}/{${parameter}}`,
      isOld ? `get_user_effective_${kind}` : `get_effective_user_${kind}`,
      `${kind}.{${parameter}}.instance:protected`,
      [self],
    ),
    row('DELETE', `/user/${plural}/{${parameter}}`, LEAVES[kind], `user.{caller}.${kind},{${parameter}}`, [
      self,
    ]),
  ]
}

/** What a group is a member of. */
function ofTheGroup({ kind, plural, parameter, throughGroup }: Kind): readonly OperationRow[] {
  const isParent = kind === 'group'
  const [path, id, aspect] = isParent ? ['parents', 'pid', 'parent'] : [plural, parameter, kind]
  const names = isParent
    ? [
        'list_parent_groups',
        'list_effective_parent_groups',
        'get_parent_group',
        'get_effective_parent_group',
        'leave_parent_group',
      ]
    : kind === 'cluster'
      ? [
          'list_group_clusters',
          'list_group_effective_clusters',
          'get_group_cluster',
          'get_group_effective_cluster',
          'group_leave_cluster',
        ]
      : [
          `list_group_${plural}`,
          `list_effective_group_${plural}`,
          `get_group_${kind}`,
          `get_effective_group_${kind}`,
          `remove_group_from_${kind}`,
        ]
  const [list = '', listEffective = '', get = '', getEffective = '', leave = ''] = names
  const lists = [holderOf('group_view'), admin('oz_groups_list_relationships')]
  const details = [
    isParent ? memberOf('group') : holderOf('group_view'),
    admin(`oz_${plural}_view`),
    ...throughGroup,
  ]
  const shown = `${kind}.{${id}}.instance:protected`
  const removal = ['oz_groups_remove_relationships']
  return [
    row('GET', `/groups/{id}/${path}`, list, `group.{id}.${path}`, lists, { entity: 'entity' }),
    row('GET', `/groups/{id}/effective_${path}`, listEffective, `group.{id}.eff_${path}`, lists, {
      entity: 'entity',
    }),
    row('GET', `/groups/{id}/${path}/{${id}}`, get, shown, details),
    row('GET', `/groups/{id}/effective_${path}/{${id}}`, getEffective, shown, details),
    row(
      'DELETE',
      `/groups/{id}/${path}/{${id}}`,
      leave,
      `group.{id}.${aspect},{${id}}`,
      [
        holderOf(LEAVING[kind]),
        admin(...(isParent ? removal : [`oz_${plural}_remove_relationships`, ...removal])),
      ],
      { entity: 'entity' },
    ),
  ]
}

function owners(): readonly OperationRow[] {
  const managers = [spaceOwner(), admin('oz_spaces_set_privileges')]
  return [
    row('GET', '/spaces/{id}/owners', 'list_space_owners', 'space.{id}.owners', [
      holderOf('space_view'),
      admin('oz_spaces_view'),
      supports('space'),
    ]),
    {
      ...row('PUT', '/spaces/{id}/owners/{uid}', 'add_space_owner', 'space.{id}.owner,{uid}', managers, {
        body: {},
        badBody: NO_OBJECT,
      }),
      success: 204,
    },
    row('DELETE', '/spaces/{id}/owners/{uid}', 'remove_space_owner', 'space.{id}.owner,{uid}', managers),
  ].map((each) => ({ ...each, entity: 'entity' }))
}

/** The space is one that the provider supports, which takes no call of this API. */
function supportsOfSpaces(): readonly OperationRow[] {
  return [
    row('GET', '/spaces/{id}/providers', 'list_space_providers', 'space.{id}.eff_providers', [
      memberOf('space'),
      admin('oz_spaces_list_relationships'),
      supports('space'),
    ]),
    row('DELETE', '/spaces/{id}/providers/{pid}', 'cease_support_by_provider', 'space.{id}.provider,{pid}', [
      holderOf('space_remove_support'),
      admin('oz_spaces_remove_relationships'),
    ]),
  ].map((each) => ({ ...each, entity: 'entity' }))
}

function harvestersOfSpaces(): readonly OperationRow[] {
  return [
    row(
      'GET',
      '/spaces/{id}/harvesters',
      'list_space_harvesters',
      'space.{id}.harvesters',
      [holderOf('space_view'), admin('oz_spaces_list_relationships'), supports('space')],
      { entity: 'entity' },
    ),
    row(
      'GET',
      '/spaces/{id}/harvesters/{hid}',
      'get_space_harvester',
      'harvester.{hid}.instance:shared',
      [holderOf('space_view'), admin('oz_harvesters_view'), supports('harvester', 'hid')],
      { entity: 'entity' },
    ),
    row(
      'DELETE',
      '/spaces/{id}/harvesters/{hid}',
      'remove_space_from_harvester',
      'space.{id}.harvester,{hid}',
      [
        holderOf('space_remove_harvester'),
        admin('oz_spaces_remove_relationships', 'oz_harvesters_remove_relationships'),
      ],
      { entity: 'entity' },
    ),
    row(
      'GET',
      '/harvesters/{id}/spaces',
      'list_harvester_spaces',
      'harvester.{id}.spaces',
      [holderOf('harvester_view'), admin('oz_harvesters_list_relationships')],
      { entity: 'entity' },
    ),
    row(
      'PUT',
      '/harvesters/{id}/spaces/{sid}',
      'add_space_to_harvester',
      'harvester.{id}.space,{sid}',
      [
        [holderOf('harvester_add_space'), holderOf('space_add_harvester', 'sid')],
        admin('oz_harvesters_add_relationships', 'oz_spaces_add_relationships'),
      ],
      { entity: 'entity', body: {}, badBody: NO_OBJECT },
    ),
    row(
      'GET',
      '/harvesters/{id}/spaces/{sid}',
      'get_harvester_space',
      'space.{sid}.instance:protected',
      [holderOf('harvester_view'), admin('oz_spaces_view'), supports('space', 'sid')],
      { entity: 'entity' },
    ),
    row(
      'DELETE',
      '/harvesters/{id}/spaces/{sid}',
      'remove_harvester_space',
      'harvester.{id}.space,{sid}',
      [holderOf('harvester_remove_space'), admin('oz_harvesters_remove_relationships')],
      { entity: 'entity' },
    ),
  ]
}
