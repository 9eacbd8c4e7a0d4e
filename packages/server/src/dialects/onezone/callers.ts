import { ENTITY_KINDS, type EntityKind } from '../../directory/entity.ts'

/**
 * Who may call an operation: everybody, or whoever meets one of the alternatives. An alternative is one condition, or
 * several that are all to be met.
 */
export type Callers = 'anyone' | readonly Alternative[]
export type Alternative = Condition | readonly Condition[]

/** Something to be true of whoever calls. Nobody meets none. */
export type Condition =
  /** The one whom it is about: the caller of `/user…` and `/provider…`, the `{id}` of `/users/{id}…`, a token's subject. */
  | { readonly kind: 'self' }
  /** Any user, any provider; with a parameter only the one whose id the path has there. */
  | { readonly kind: 'user' | 'provider'; readonly parameter: string | undefined }
  /** A user who holds all these admin privileges, directly or through groups. */
  | { readonly kind: 'admin'; readonly privileges: readonly string[] }
  /** A user who is a member, directly or through groups. */
  | { readonly kind: 'member'; readonly entity: EntityAt }
  /** A user who holds that there, directly or through groups; an owner of a space holds everything in it. */
  | { readonly kind: 'privilege'; readonly entity: EntityAt; readonly privilege: string }
  | { readonly kind: 'space_owner'; readonly parameter: string }
  /** A provider that supports the user whom it is about. */
  | { readonly kind: 'supporter' }
  /** A user whom the provider with that id supports. */
  | { readonly kind: 'supported'; readonly parameter: string }
  /** A provider that supports the space, or any that the group is a member of or the harvester collects from. */
  | { readonly kind: 'supports'; readonly entity: EntityInPath }
  /** Not of the caller, but of the user whose id the path has there: he is no owner of the space `{id}`. */
  | { readonly kind: 'no_owner'; readonly parameter: string }
  /** Not of the caller either: the user whose id the path has there created the entity. */
  | { readonly kind: 'creator'; readonly entity: EntityInPath; readonly parameter: string }
  /** Asked only of whoever sends that key in the body, with whatever value. */
  | { readonly kind: 'when_sent'; readonly key: string; readonly condition: Condition }

/** The entity whose id the path has there. */
export interface EntityInPath {
  readonly kind: EntityKind
  readonly parameter: string
}

/** That, or the cluster of the provider whom it is about. */
export type EntityAt = EntityInPath | 'cluster_of_subject'

export const self: Condition = { kind: 'self' }
export const anyUser: Condition = { kind: 'user', parameter: undefined }
export const anyProvider: Condition = { kind: 'provider', parameter: undefined }
export const supporter: Condition = { kind: 'supporter' }

export function supportedBy(parameter = 'id'): Condition {
  return { kind: 'supported', parameter }
}

export function userAt(parameter: string): Condition {
  return { kind: 'user', parameter }
}

export function providerAt(parameter: string): Condition {
  return { kind: 'provider', parameter }
}

/** All of them are required. */
export function admin(...privileges: readonly string[]): Condition {
  return { kind: 'admin', privileges }
}

/** `memberOf('group')` is a member of the group `{id}`. */
export function memberOf(kind: EntityKind, parameter = 'id'): Condition {
  return { kind: 'member', entity: { kind, parameter } }
}

/** `holderOf('group_update')` holds it in the group `{id}`. */
export function holderOf(privilege: EntityPrivilege, parameter = 'id'): Condition {
  return { kind: 'privilege', entity: { kind: kindOf(privilege), parameter }, privilege }
}

export function spaceOwner(parameter = 'id'): Condition {
  return { kind: 'space_owner', parameter }
}

/** `supports('space')` is a provider that supports the space `{id}`. */
export function supports(kind: 'space' | 'group' | 'harvester', parameter = 'id'): Condition {
  return { kind: 'supports', entity: { kind, parameter } }
}

export function noOwner(parameter: string): Condition {
  return { kind: 'no_owner', parameter }
}

export function createdBy(parameter: string, kind: EntityKind): Condition {
  return { kind: 'creator', entity: { kind, parameter: 'id' }, parameter }
}

export function whenSent(key: string, condition: Condition): Condition {
  return { kind: 'when_sent', key, condition }
}

/** In the cluster of the provider whom it is about; of a user there is none. */
export const clusterMember: Condition = { kind: 'member', entity: 'cluster_of_subject' }

/** See {@link clusterMember}. */
export function clusterHolder(privilege: `cluster_${string}`): Condition {
  return { kind: 'privilege', entity: 'cluster_of_subject', privilege }
}

/** Entity privileges say in their first words what they are privileges in. */
type EntityPrivilege = `${EntityKind}_${string}`

function kindOf(privilege: EntityPrivilege): EntityKind {
  const kind = ENTITY_KINDS.find((known) => privilege.startsWith(`${known}_`))
  if (kind === undefined) throw new Error(`no privilege in an entity: ${privilege}`)
  return kind
}
