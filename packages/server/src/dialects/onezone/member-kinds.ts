import type { EntityKind, MemberRef } from '../../directory/entity.ts'
import {
  admin,
  type Alternative,
  createdBy,
  holderOf,
  memberOf,
  noOwner,
  providerAt,
  spaceOwner,
  supports,
  userAt,
  whenSent,
} from './callers.ts'
import { adminOver } from './entity-words.ts'

/** Users, or groups, as members of the entities of one kind: how the API names them, and who may do what with them. */
export interface MemberKind {
  readonly kind: EntityKind
  readonly member: MemberRef['kind']
  /** The path parameter of the member's id. */
  readonly parameter: string
  /** The segment of paths, and of resource keys, that stands for all of them. */
  readonly plural: string
  /** What resource keys call one. */
  readonly aspect: string
  /** In summaries, with the article. */
  readonly one: string
  readonly operations: Readonly<Record<MemberOperation, string>>
  readonly callers: Readonly<Record<MemberOperation, readonly Alternative[]>>
}

export type MemberOperation =
  | 'list'
  | 'listEffective'
  | 'add'
  | 'get'
  | 'getEffective'
  | 'remove'
  | 'listPrivileges'
  | 'listEffectivePrivileges'
  | 'updatePrivileges'

export function usersOf(kind: EntityKind): MemberKind {
  const named = effectivelyNamed(kind, 'user')
  return {
    kind,
    member: 'user',
    parameter: 'uid',
    plural: 'users',
    aspect: 'user',
    one: 'a user',
    operations: {
      ...named,
      list: `list_${kind}_users`,
      add: `add_${kind}_user`,
      get: `get_${kind}_user`,
      remove: `remove_${kind}_user`,
      listPrivileges: `list_user_${kind}_privileges`,
      listEffectivePrivileges: `list_effective_user_${kind}_privileges`,
      updatePrivileges: `update_user_${kind}_privileges`,
    },
    callers: callersOf(kind, {
      view: 'oz_users_view',
      // Only himself: nobody is put anywhere by others without an invite, unless by administrators.
      add: [userAt('uid'), holderOf(`${kind}_add_user`)],
      addAsAdmin: [adminOver(kind, 'add_relationships'), 'oz_users_add_relationships'],
      remove:
        kind === 'space'
          ? [[holderOf('space_remove_user'), noOwner('uid')], spaceOwner()]
          : [holderOf(`${kind}_remove_user`)],
      removeAsAdmin: [adminOver(kind, 'remove_relationships'), 'oz_users_remove_relationships'],
      // Who created it is no secret to its members.
      itself: [userAt('uid'), [memberOf(kind), createdBy('uid', kind)]],
      holder: [userAt('uid')],
    }),
  }
}

export function groupsOf(kind: Exclude<EntityKind, 'group'>): MemberKind {
  return {
    kind,
    member: 'group',
    parameter: 'gid',
    plural: 'groups',
    aspect: 'group',
    one: 'a group',
    operations: {
      ...effectivelyNamed(kind, 'group'),
      list: `list_${kind}_groups`,
      add: `add_group_to_${kind}`,
      get: `get_${kind}_group`,
      remove: `remove_${kind}_group`,
      listPrivileges: `list_group_${kind}_privileges`,
      listEffectivePrivileges: `list_effective_group_${kind}_privileges`,
      updatePrivileges: `update_group_${kind}_privileges`,
    },
    callers: callersOf(kind, {
      view: 'oz_groups_view',
      add: [holderOf(`${kind}_add_group`), holderOf(`group_add_${kind}`, 'gid')],
      addAsAdmin: [adminOver(kind, 'add_relationships'), 'oz_groups_add_relationships'],
      remove: [holderOf(`${kind}_remove_group`)],
      removeAsAdmin: [adminOver(kind, 'remove_relationships'), 'oz_groups_remove_relationships'],
      itself: [memberOf('group', 'gid')],
      holder: [],
    }),
  }
}

/** The groups that are members of a group. */
export function childrenOfGroups(): MemberKind {
  return {
    kind: 'group',
    member: 'group',
    parameter: 'cid',
    plural: 'children',
    aspect: 'child',
    one: 'a child group',
    operations: {
      list: 'list_child_groups',
      listEffective: 'get_effective_children_groups',
      add: 'add_child_group',
      get: 'get_child_group',
      getEffective: 'get_effective_child_group',
      remove: 'remove_child_group',
      listPrivileges: 'list_child_group_privileges',
      listEffectivePrivileges: 'list_effective_child_group_privileges',
      updatePrivileges: 'update_child_group_privileges',
    },
    callers: callersOf('group', {
      view: 'oz_groups_view',
      add: [holderOf('group_add_child'), holderOf('group_add_parent', 'cid')],
      addAsAdmin: ['oz_groups_add_relationships'],
      remove: [holderOf('group_remove_child')],
      removeAsAdmin: ['oz_groups_remove_relationships'],
      itself: [memberOf('group', 'cid')],
      holder: [],
    }),
  }
}

/** The cluster came first, and has its words in another order. */
function effectivelyNamed(
  kind: EntityKind,
  member: MemberRef['kind'],
): Pick<MemberKind['operations'], 'listEffective' | 'getEffective'> {
  return kind === 'cluster'
    ? { listEffective: `list_cluster_effective_${member}s`, getEffective: `get_cluster_effective_${member}` }
    : { listEffective: `list_effective_${kind}_${member}s`, getEffective: `get_effective_${kind}_${member}` }
}

/** What differs between users and groups as members. */
interface MemberRules {
  /** The admin privilege that shows the member's details. */
  readonly view: string
  /** Without an administrator. */
  readonly add: readonly Exclude<Alternative, readonly unknown[]>[]
  readonly addAsAdmin: readonly string[]
  readonly remove: readonly Alternative[]
  readonly removeAsAdmin: readonly string[]
  /** Whoever sees the member's details because of what he is to it. */
  readonly itself: readonly Alternative[]
  /** Whoever sees because of that what it holds. Being in a group is not enough. */
  readonly holder: readonly Alternative[]
}

function callersOf(kind: EntityKind, rules: MemberRules): MemberKind['callers'] {
  const { viewers, managers } = PROVIDERS[kind] ?? NO_PROVIDERS
  const list = [holderOf(`${kind}_view`), admin(adminOver(kind, 'list_relationships')), ...viewers]
  const get = [...rules.itself, holderOf(`${kind}_view`), admin(rules.view), ...viewers]
  const listPrivileges = [
    ...rules.holder,
    holderOf(`${kind}_view_privileges`),
    admin(adminOver(kind, 'view_privileges')),
    ...viewers,
  ]
  const set = holderOf(`${kind}_set_privileges`)
  const setAsAdmin = admin(adminOver(kind, 'set_privileges'))
  return {
    list,
    listEffective: list,
    add: [
      [...rules.add, whenSent('privileges', set)],
      [admin(...rules.addAsAdmin), whenSent('privileges', setAsAdmin)],
      ...managers,
    ],
    get,
    getEffective: get,
    remove: [...rules.remove, admin(...rules.removeAsAdmin), ...managers],
    listPrivileges,
    listEffectivePrivileges: listPrivileges,
    updatePrivileges: [set, setAsAdmin, ...managers],
  }
}

interface ProviderCallers {
  readonly viewers: readonly Alternative[]
  readonly managers: readonly Alternative[]
}

const NO_PROVIDERS: ProviderCallers = { viewers: [], managers: [] }

/** A provider does in its own cluster whatever it likes, and looks into the spaces that it supports. */
const PROVIDERS: Readonly<Partial<Record<EntityKind, ProviderCallers>>> = {
  space: { viewers: [supports('space')], managers: [] },
  cluster: { viewers: [providerAt('id')], managers: [providerAt('id')] },
}
