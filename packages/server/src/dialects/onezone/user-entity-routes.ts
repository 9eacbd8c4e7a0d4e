import { createEntity } from '../../directory/entities.ts'
import type { EntityKind } from '../../directory/entity.ts'
import { removeMember } from '../../directory/members.ts'
import { admin, anyUser, self } from './callers.ts'
import { newEntityBodies } from './entity-bodies.ts'
import { absent, callingUser, entityAt, entityOfCallerAt } from './entity-in-path.ts'
import { entityJson, entityShapes } from './entity-json.ts'
import { creatorOf } from './entity-routes.ts'
import { ENTITY_WORDS } from './entity-words.ts'
import { created, json, noContent } from './render.ts'
import { type Asked, callerAs, type Route, route } from './route.ts'
import type { OnezoneDeps } from './deps.ts'
import { idsUnder } from './shapes.ts'
import { createdAs, noContentAnswer, ok } from './success.ts'

/** `/user/groups…` and its like: what the caller is a member of himself, makes for himself, and leaves. */

interface Named {
  readonly kind: EntityKind
  /** Operations whose names do not follow from the kind. */
  readonly leave: string
  readonly listEffective: string
  readonly getEffective: string
}

const KINDS: readonly Named[] = [
  {
    kind: 'group',
    leave: 'leave_group',
    listEffective: 'list_effective_user_groups',
    getEffective: 'get_user_effective_group',
  },
  {
    kind: 'space',
    leave: 'leave_space',
    listEffective: 'list_effective_user_spaces',
    getEffective: 'get_effective_user_space',
  },
  {
    kind: 'cluster',
    leave: 'user_leave_cluster',
    listEffective: 'list_user_effective_clusters',
    getEffective: 'get_user_effective_cluster',
  },
  {
    kind: 'harvester',
    leave: 'user_leave_harvester',
    listEffective: 'list_effective_user_harvesters',
    getEffective: 'get_effective_user_harvester',
  },
  {
    kind: 'atm_inventory',
    leave: 'leave_atm_inventory',
    listEffective: 'list_effective_user_atm_inventories',
    getEffective: 'get_effective_user_atm_inventory',
  },
]

const ofCaller = { subject: callerAs('user') }

export const userEntityRoutes: readonly Route[] = [
  creationOf('group'),
  creationOf('space'),
  creationOf('harvester'),
  creationOf('atm_inventory'),
  ...KINDS.flatMap((named) => [...listsOf(named), ...detailsOf(named), leavingOf(named)]),
]

function creationOf(kind: keyof typeof newEntityBodies): Route {
  const { plural, one } = ENTITY_WORDS[kind]
  return route({
    ...ofCaller,
    method: 'POST',
    path: `/user/${plural}`,
    operationId: `create_user_${kind}`,
    summary: `Create ${one} that the caller holds all privileges in`,
    success: createdAs(),
    resource: `${kind}.null.instance:private`,
    // Harvesters take up the zone's own means, so they are not for everybody.
    callers: kind === 'harvester' ? [admin('oz_harvesters_create')] : [anyUser],
    writes: true,
    body: newEntityBodies[kind],
    run: async (deps, { tenant, actor, body }) => {
      const entity = await createEntity(deps, {
        ...body,
        tenantId: tenant.id,
        kind,
        creator: creatorOf(actor),
        ...(actor.kind === 'user' && { firstMember: actor.userId }),
      })
      return created(tenant, `/user/${plural}/${entity.onezoneId}`)
    },
  })
}

function listsOf({ kind, listEffective }: Named): readonly Route[] {
  const { plural, all } = ENTITY_WORDS[kind]
  const common = {
    ...ofCaller,
    method: 'GET',
    success: ok(idsUnder(plural)),
    callers: [self],
    fetch: callingUser,
  } as const
  return [
    route({
      ...common,
      path: `/user/${plural}`,
      operationId: `list_user_${plural}`,
      summary: `List the ${all} that the caller is in himself`,
      resource: `user.{subject}.${plural}:private`,
      run: async ({ entities }, { entity: user }) =>
        json(200, { [plural]: await entities.listOfUser(user.id, kind) }),
    }),
    route({
      ...common,
      path: `/user/effective_${plural}`,
      operationId: listEffective,
      summary: `List the ${all} that the caller is in, through groups too`,
      resource: `user.{subject}.eff_${plural}:private`,
      run: async ({ entities }, { entity: user }) =>
        json(200, { [plural]: await entities.listEffectiveOfUser(user.id, kind) }),
    }),
  ]
}

function detailsOf({ kind, getEffective }: Named): readonly Route[] {
  const { plural, parameter, one } = ENTITY_WORDS[kind]
  return (['', 'effective_'] as const).map((effective) =>
    route({
      ...ofCaller,
      method: 'GET',
      path: `/user/${effective}${plural}/{${parameter}}`,
      operationId: effective === '' ? `get_user_${kind}` : getEffective,
      summary: `Get ${one} that the caller is in${effective && ', also through groups'}`,
      success: ok(entityShapes[kind]),
      resource: `${kind}.{${parameter}}.instance:protected`,
      callers: [self],
      fetch: entityOfCallerAt(kind),
      run: async (deps, { entity }) => json(200, await entityJson(deps, entity)),
    }),
  )
}

function leavingOf({ kind, leave }: Named): Route {
  const { plural, parameter, one } = ENTITY_WORDS[kind]
  const findEntity = entityAt(kind, parameter)
  return route({
    ...ofCaller,
    method: 'DELETE',
    path: `/user/${plural}/{${parameter}}`,
    operationId: leave,
    summary: `Leave ${one}`,
    success: noContentAnswer,
    refusals: [400],
    resource: `user.{subject}.${kind},{${parameter}}:private`,
    callers: [self],
    fetch: async (deps: OnezoneDeps, asked: Asked) => {
      const { onezoneId } = await callingUser(deps, asked)
      const entity = await findEntity(deps, asked)
      const member = { kind: 'user', onezoneId } as const
      const privileges = await deps.entities.directPrivileges(asked.tenant.id, entity, member)
      return privileges === undefined ? absent() : { entity, member }
    },
    run: async (deps, { tenant, entity: { entity, member } }) => {
      await removeMember(deps, tenant.id, entity, member)
      return noContent
    },
  })
}
