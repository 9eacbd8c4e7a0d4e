import { addMember, changeMemberPrivileges, removeMember } from '../../directory/members.ts'
import { Refused } from '../../failure.ts'
import { memberBodies } from './entity-bodies.ts'
import {
  type Effective,
  effectiveGroupAt,
  effectiveUserAt,
  entityAt,
  type Fetch,
  memberOrCreatorAt,
  membershipAt,
} from './entity-in-path.ts'
import { memberGroupJson, memberGroupShape, memberUserJson, memberUserShape } from './entity-json.ts'
import { ENTITY_WORDS } from './entity-words.ts'
import { childrenOfGroups, groupsOf, type MemberKind, usersOf } from './member-kinds.ts'
import { created, json, noContent } from './render.ts'
import { requireRoomFor } from './room.ts'
import { type Route, route } from './route.ts'
import { idsUnder, privilegesShape } from './shapes.ts'
import { createdAs, noContentAnswer, ok } from './success.ts'

/** Who is a member of what, and with which privileges: the same operations for users and groups, in every kind of entity. */
export const memberRoutes: readonly Route[] = [
  usersOf('group'),
  childrenOfGroups(),
  usersOf('space'),
  groupsOf('space'),
  usersOf('cluster'),
  groupsOf('cluster'),
  usersOf('harvester'),
  groupsOf('harvester'),
  usersOf('atm_inventory'),
  groupsOf('atm_inventory'),
].flatMap((members) => [
  ...listsOf(members),
  ...membershipOf(members),
  ...privilegesOf(members),
  ...detailsOf(members),
])

function pathOf({ kind, plural, parameter }: MemberKind, effective = ''): { all: string; one: string } {
  const all = `/${ENTITY_WORDS[kind].plural}/{id}/${effective}${plural}`
  return { all, one: `${all}/{${parameter}}` }
}

function listsOf(members: MemberKind): readonly Route[] {
  const { kind, member, plural, operations, callers } = members
  const place = ENTITY_WORDS[kind].one
  const key = `${member}s`
  return [
    route({
      method: 'GET',
      path: pathOf(members).all,
      operationId: operations.list,
      summary: `List the ${plural} of ${place}`,
      success: ok(idsUnder(key)),
      resource: `${kind}.{id}.${plural}:private`,
      callers: callers.list,
      fetch: entityAt(kind),
      run: async ({ entities }, { tenant, entity }) =>
        json(200, { [key]: await entities.listMembers(tenant.id, entity, member) }),
    }),
    route({
      method: 'GET',
      path: pathOf(members, 'effective_').all,
      operationId: operations.listEffective,
      summary: `List the ${plural} of ${place}, also those who are it through groups`,
      success: ok(idsUnder(key)),
      resource: `${kind}.{id}.eff_${plural}:private`,
      callers: callers.listEffective,
      fetch: entityAt(kind),
      run: async ({ entities, groups }, { tenant, entity }) =>
        json(200, {
          [key]:
            member === 'user'
              ? await entities.listEffectiveUsers(tenant.id, entity)
              : await groups.listEffectiveGroups(entity.id),
        }),
    }),
  ]
}

function membershipOf(members: MemberKind): readonly Route[] {
  const { kind, member, parameter, aspect, one, operations, callers } = members
  const place = ENTITY_WORDS[kind].one
  const resource = `${kind}.{id}.${aspect},{${parameter}}:private`
  return [
    route({
      method: 'PUT',
      path: pathOf(members).one,
      operationId: operations.add,
      summary: `Make ${one} a member of ${place}`,
      success: createdAs(),
      refusals: [409],
      resource,
      callers: callers.add,
      writes: true,
      fetch: entityAt(kind),
      body: memberBodies[kind].join,
      run: async (deps, { tenant, entity, params, body }) => {
        const onezoneId = params[parameter] ?? ''
        const ref = { kind: member, onezoneId }
        const found = await (member === 'user'
          ? deps.users.findByOnezoneId(tenant.id, onezoneId)
          : deps.entities.find(tenant.id, { kind: 'group', onezoneId }))
        // Before the body's privileges are looked at: an id in the path is a value like theirs, and is checked first.
        if (found === undefined) throw new Refused({ kind: 'related_not_found', related: member })
        await addMember(deps, tenant.id, entity, ref, body.privileges?.())
        const { plural } = ENTITY_WORDS[kind]
        return created(tenant, `/${plural}/${entity.onezoneId}/${members.plural}/${onezoneId}`)
      },
    }),
    route({
      method: 'DELETE',
      path: pathOf(members).one,
      operationId: operations.remove,
      summary: `End the membership of ${one} in ${place}`,
      success: noContentAnswer,
      refusals: [400],
      resource,
      callers: callers.remove,
      fetch: membershipAt(kind, member, parameter),
      run: async (deps, { tenant, entity: { entity, member: ref } }) => {
        await removeMember(deps, tenant.id, entity, ref)
        return noContent
      },
    }),
  ]
}

function privilegesOf(members: MemberKind): readonly Route[] {
  const { kind, member, parameter, aspect, one, operations, callers } = members
  const place = ENTITY_WORDS[kind].one
  const aspectOf = `${aspect}_privileges,{${parameter}}`
  const direct = {
    path: `${pathOf(members).one}/privileges`,
    resource: `${kind}.{id}.${aspectOf}:private`,
    fetch: membershipAt(kind, member, parameter),
  }
  const findEffective: Fetch<Effective<unknown>> =
    member === 'user' ? effectiveUserAt(kind) : effectiveGroupAt(kind, parameter)
  return [
    route({
      ...direct,
      method: 'GET',
      operationId: operations.listPrivileges,
      summary: `List the privileges that ${one} holds in ${place} directly`,
      success: ok(privilegesShape),
      callers: callers.listPrivileges,
      run: (_, { entity: { privileges } }) => json(200, { privileges }),
    }),
    route({
      ...direct,
      method: 'PATCH',
      operationId: operations.updatePrivileges,
      summary: `Grant and revoke privileges that ${one} holds in ${place}`,
      success: noContentAnswer,
      callers: callers.updatePrivileges,
      body: memberBodies[kind].change,
      run: async (deps, { tenant, entity: { entity, member: ref }, body: { grant = [], revoke = [] } }) => {
        requireRoomFor(deps, grant)
        await changeMemberPrivileges(deps, tenant.id, entity, ref, { grant, revoke })
        return noContent
      },
    }),
    route({
      method: 'GET',
      path: `${pathOf(members, 'effective_').one}/privileges`,
      operationId: operations.listEffectivePrivileges,
      summary: `List the privileges that ${one} holds in ${place} in all`,
      success: ok(privilegesShape),
      resource: `${kind}.{id}.eff_${aspectOf}:private`,
      callers: callers.listEffectivePrivileges,
      fetch: findEffective,
      run: (_, { entity: { privileges } }) => json(200, { privileges }),
    }),
  ]
}

/** What a member shows of itself, to those who see that it is one. */
function detailsOf(members: MemberKind): readonly Route[] {
  const { kind, member, parameter, one, operations, callers } = members
  const place = ENTITY_WORDS[kind].one
  const common = { method: 'GET', resource: `${member}.{${parameter}}.instance:shared` } as const
  return (['', 'effective_'] as const).map((effective) => {
    const named = {
      ...common,
      path: pathOf(members, effective).one,
      operationId: effective === '' ? operations.get : operations.getEffective,
      summary: `Get the details of ${one} of ${place}${effective && ', also through groups'}`,
      callers: effective === '' ? callers.get : callers.getEffective,
    }
    return member === 'user'
      ? route({
          ...named,
          success: ok(memberUserShape),
          fetch: memberOrCreatorAt(kind),
          run: (_, { entity }) => json(200, memberUserJson(entity)),
        })
      : route({
          ...named,
          success: ok(memberGroupShape),
          fetch: effectiveGroupAt(kind, parameter),
          run: (_, { entity }) => json(200, memberGroupJson(entity.member)),
        })
  })
}
