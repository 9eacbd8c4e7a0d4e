import { type Entity, type EntityKind, isCreatedBy, type MemberRef } from '../../directory/entity.ts'
import type { User } from '../../directory/user.ts'
import { getUser } from '../../directory/users.ts'
import { Refused } from '../../failure.ts'
import { ENTITY_WORDS } from './entity-words.ts'
import type { OnezoneDeps } from './deps.ts'
import type { Asked } from './route.ts'

export type Fetch<T> = (deps: OnezoneDeps, asked: Asked) => Promise<T>

/** The entity that the path names there. @throws {Refused} `entity_not_found` */
export function entityAt(kind: EntityKind, parameter = 'id'): Fetch<Entity> {
  return async ({ entities }, { tenant, params }) => {
    const entity = await entities.find(tenant.id, { kind, onezoneId: params[parameter] ?? '' })
    return entity ?? absent()
  }
}

/** An entity and somebody whom it has as a direct member. */
export interface Membership {
  readonly entity: Entity
  readonly member: MemberRef
  /** By that membership alone. */
  readonly privileges: readonly string[]
}

/** @throws {Refused} `entity_not_found` also when he is no direct member: what it is about is his being one */
export function membershipAt(
  kind: EntityKind,
  memberKind: MemberRef['kind'],
  parameter: string,
): Fetch<Membership> {
  const findEntity = entityAt(kind)
  return async (deps, asked) => {
    const entity = await findEntity(deps, asked)
    const member = { kind: memberKind, onezoneId: asked.params[parameter] ?? '' }
    const privileges = await deps.entities.directPrivileges(asked.tenant.id, entity, member)
    return privileges === undefined ? absent() : { entity, member, privileges }
  }
}

/** What an effective member of an entity is and holds there by all paths. */
export interface Effective<Member> {
  readonly member: Member
  readonly privileges: readonly string[]
}

/** @throws {Refused} `entity_not_found`, `user_not_found` also when he is no member, directly or through groups */
export function effectiveUserAt(kind: EntityKind): Fetch<Effective<User>> {
  return async (deps, { tenant, params }) => {
    const member = await getUser(deps, tenant.id, params['uid'] ?? '')
    const entity = { kind, onezoneId: params['id'] ?? '' }
    const privileges = await deps.relations.effectivePrivileges(tenant.id, member.id, entity)
    return privileges === undefined ? absent() : { member, privileges }
  }
}

/** The same of a group. */
export function effectiveGroupAt(kind: EntityKind, parameter: string): Fetch<Effective<Entity>> {
  const findEntity = entityAt(kind)
  const findGroup = entityAt('group', parameter)
  return async (deps, asked) => {
    const [entity, member] = [await findEntity(deps, asked), await findGroup(deps, asked)]
    const privileges = await deps.groups.effectivePrivilegesOfGroup(entity, member.onezoneId)
    return privileges === undefined ? absent() : { member, privileges }
  }
}

/**
 * A member of an entity, directly or through groups, or who created it: he is shown also when he has left.
 * @throws {Refused} `entity_not_found`, `user_not_found`
 */
export function memberOrCreatorAt(kind: EntityKind): Fetch<User> {
  const findEntity = entityAt(kind)
  return async (deps, asked) => {
    const user = await getUser(deps, asked.tenant.id, asked.params['uid'] ?? '')
    const entity = await findEntity(deps, asked)
    if (isCreatedBy(entity, user.onezoneId)) return user
    return (await deps.relations.isEffectiveMember(asked.tenant.id, user.id, entity)) ? user : absent()
  }
}

/** The entity, as long as the group of the path's first id is a member of it, directly or through others. */
export function entityOfGroupAt(kind: EntityKind, parameter: string): Fetch<Entity> {
  const findEntity = entityAt(kind, parameter)
  return async (deps, asked) => {
    const entity = await findEntity(deps, asked)
    const privileges = await deps.groups.effectivePrivilegesOfGroup(entity, asked.params['id'] ?? '')
    return privileges === undefined ? absent() : entity
  }
}

/** The user who calls. Nobody is no user, and neither is a provider. @throws {Refused} `user_not_found` */
export async function callingUser(deps: OnezoneDeps, { actor, tenant }: Asked): Promise<User> {
  if (actor.kind === 'nobody') throw new Refused({ kind: 'not_authenticated' })
  return getUser(deps, tenant.id, actor.kind === 'user' ? actor.onezoneId : '')
}

/** The entity that the path names there, as long as the caller is a member of it, directly or through groups. */
export function entityOfCallerAt(kind: EntityKind): Fetch<Entity> {
  const findEntity = entityAt(kind, ENTITY_WORDS[kind].parameter)
  return async (deps, asked) => {
    const user = await callingUser(deps, asked)
    const entity = await findEntity(deps, asked)
    return (await deps.relations.isEffectiveMember(asked.tenant.id, user.id, entity)) ? entity : absent()
  }
}

export function absent(): never {
  throw new Refused({ kind: 'entity_not_found' })
}
