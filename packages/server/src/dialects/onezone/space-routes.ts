import { addSpaceOwner, removeSpaceOwner } from '../../directory/owners.ts'
import { addHarvester, removeHarvester, removeSupport } from '../../directory/supports.ts'
import { Refused } from '../../failure.ts'
import { admin, holderOf, memberOf, spaceOwner, supports } from './callers.ts'
import type { OnezoneDeps } from './deps.ts'
import { anyBody } from './entity-bodies.ts'
import { absent, entityAt } from './entity-in-path.ts'
import { entityJson, entityShapes, linkedHarvesterJson, linkedHarvesterShape } from './entity-json.ts'
import { created, json, noContent } from './render.ts'
import { type Asked, type Route, route } from './route.ts'
import { idsUnder } from './shapes.ts'
import { createdAs, noContentAnswer, ok } from './success.ts'

/** What spaces have besides members: owners, providers that support them, and harvesters that collect from them. */
export const spaceRoutes: readonly Route[] = [...ownerRoutes(), ...supportRoutes(), ...harvesterRoutes()]

const findSpace = entityAt('space')

function ownerRoutes(): readonly Route[] {
  const owners = [spaceOwner(), admin('oz_spaces_set_privileges')]
  const ofOwner = {
    path: '/spaces/{id}/owners/{uid}',
    resource: 'space.{id}.owner,{uid}:private',
    success: noContentAnswer,
    callers: owners,
  }
  return [
    route({
      method: 'GET',
      path: '/spaces/{id}/owners',
      operationId: 'list_space_owners',
      summary: 'List the owners of a space',
      success: ok(idsUnder('users')),
      resource: 'space.{id}.owners:private',
      callers: [holderOf('space_view'), admin('oz_spaces_view'), supports('space')],
      fetch: entityAt('space'),
      run: async ({ entities }, { tenant, entity }) =>
        json(200, { users: await entities.listSpaceOwners(tenant.id, entity.onezoneId) }),
    }),
    route({
      ...ofOwner,
      method: 'PUT',
      operationId: 'add_space_owner',
      summary: 'Make a member of a space one of its owners',
      refusals: [409],
      writes: true,
      fetch: entityAt('space'),
      body: anyBody,
      run: async (deps, { tenant, entity, params }) => {
        await addSpaceOwner(deps, tenant.id, entity.onezoneId, params['uid'] ?? '')
        return noContent
      },
    }),
    route({
      ...ofOwner,
      method: 'DELETE',
      operationId: 'remove_space_owner',
      summary: 'Make an owner of a space an ordinary member',
      refusals: [400],
      fetch: async (deps: OnezoneDeps, asked: Asked) => {
        const space = await findSpace(deps, asked)
        const ids = await deps.entities.listSpaceOwners(asked.tenant.id, space.onezoneId)
        return ids.includes(asked.params['uid'] ?? '') ? space : absent()
      },
      run: async (deps, { tenant, entity, params }) => {
        await removeSpaceOwner(deps, tenant.id, entity.onezoneId, params['uid'] ?? '')
        return noContent
      },
    }),
  ]
}

function supportRoutes(): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/spaces/{id}/providers',
      operationId: 'list_space_providers',
      summary: 'List the providers that support a space',
      success: ok(idsUnder('providers')),
      resource: 'space.{id}.eff_providers:private',
      // Where the data is concerns every member, also who sees nothing else of the space.
      callers: [memberOf('space'), admin('oz_spaces_list_relationships'), supports('space')],
      fetch: entityAt('space'),
      run: async ({ entities }, { tenant, entity }) => {
        const found = await entities.listSupports(tenant.id, entity.onezoneId)
        return json(200, { providers: found.map(({ provider }) => provider.onezoneId) })
      },
    }),
    route({
      method: 'DELETE',
      path: '/spaces/{id}/providers/{pid}',
      operationId: 'cease_support_by_provider',
      summary: 'End the support that a provider gives to a space',
      success: noContentAnswer,
      refusals: [400],
      resource: 'space.{id}.provider,{pid}:private',
      callers: [holderOf('space_remove_support'), admin('oz_spaces_remove_relationships')],
      fetch: async (deps: OnezoneDeps, asked: Asked) => {
        const space = await findSpace(deps, asked)
        const found = await deps.entities.listSupports(asked.tenant.id, space.onezoneId)
        return found.some(({ provider }) => provider.onezoneId === asked.params['pid']) ? space : absent()
      },
      run: async (deps, { tenant, entity, params }) => {
        await removeSupport(deps, tenant.id, entity.onezoneId, params['pid'] ?? '')
        return noContent
      },
    }),
  ]
}

/** The space and the harvester of a path, as long as this one collects from that one. */
function linkedAt(spaceParameter: string, harvesterParameter: string) {
  const [space, harvester] = [entityAt('space', spaceParameter), entityAt('harvester', harvesterParameter)]
  return async (deps: OnezoneDeps, asked: Asked) => {
    const found = { space: await space(deps, asked), harvester: await harvester(deps, asked) }
    const ids = await deps.entities.listHarvestersOfSpace(asked.tenant.id, found.space.onezoneId)
    return ids.includes(found.harvester.onezoneId) ? found : absent()
  }
}

function harvesterRoutes(): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/spaces/{id}/harvesters',
      operationId: 'list_space_harvesters',
      summary: 'List the harvesters that collect from a space',
      success: ok(idsUnder('harvesters')),
      resource: 'space.{id}.harvesters:private',
      callers: [holderOf('space_view'), admin('oz_spaces_list_relationships'), supports('space')],
      fetch: entityAt('space'),
      run: async ({ entities }, { tenant, entity }) =>
        json(200, { harvesters: await entities.listHarvestersOfSpace(tenant.id, entity.onezoneId) }),
    }),
    route({
      method: 'GET',
      path: '/spaces/{id}/harvesters/{hid}',
      operationId: 'get_space_harvester',
      summary: 'Get the details of a harvester that collects from a space',
      success: ok(linkedHarvesterShape),
      resource: 'harvester.{hid}.instance:shared',
      callers: [holderOf('space_view'), admin('oz_harvesters_view'), supports('harvester', 'hid')],
      fetch: linkedAt('id', 'hid'),
      run: (_, { entity }) => json(200, linkedHarvesterJson(entity.harvester)),
    }),
    route({
      method: 'DELETE',
      path: '/spaces/{id}/harvesters/{hid}',
      operationId: 'remove_space_from_harvester',
      summary: 'Let a harvester collect from a space no more, as the space',
      success: noContentAnswer,
      refusals: [400],
      resource: 'space.{id}.harvester,{hid}:private',
      callers: [
        holderOf('space_remove_harvester'),
        admin('oz_spaces_remove_relationships', 'oz_harvesters_remove_relationships'),
      ],
      fetch: linkedAt('id', 'hid'),
      run: async (deps, { tenant, entity: { space, harvester } }) => {
        await removeHarvester(deps, tenant.id, harvester.onezoneId, space.onezoneId)
        return noContent
      },
    }),
    route({
      method: 'GET',
      path: '/harvesters/{id}/spaces',
      operationId: 'list_harvester_spaces',
      summary: 'List the spaces that a harvester collects from',
      success: ok(idsUnder('spaces')),
      resource: 'harvester.{id}.spaces:private',
      callers: [holderOf('harvester_view'), admin('oz_harvesters_list_relationships')],
      fetch: entityAt('harvester'),
      run: async ({ entities }, { tenant, entity }) =>
        json(200, { spaces: await entities.listSpacesOfHarvester(tenant.id, entity.onezoneId) }),
    }),
    route({
      method: 'PUT',
      path: '/harvesters/{id}/spaces/{sid}',
      operationId: 'add_space_to_harvester',
      summary: 'Let a harvester collect from a space',
      success: createdAs(),
      refusals: [409],
      resource: 'harvester.{id}.space,{sid}:private',
      callers: [
        [holderOf('harvester_add_space'), holderOf('space_add_harvester', 'sid')],
        admin('oz_harvesters_add_relationships', 'oz_spaces_add_relationships'),
      ],
      writes: true,
      fetch: entityAt('harvester'),
      body: anyBody,
      run: async (deps, { tenant, entity, params }) => {
        const spaceId = params['sid'] ?? ''
        const space = await deps.entities.find(tenant.id, { kind: 'space', onezoneId: spaceId })
        if (space === undefined) throw new Refused({ kind: 'related_not_found', related: 'space' })
        await addHarvester(deps, tenant.id, entity.onezoneId, spaceId)
        return created(tenant, `/harvesters/${entity.onezoneId}/spaces/${spaceId}`)
      },
    }),
    route({
      method: 'GET',
      path: '/harvesters/{id}/spaces/{sid}',
      operationId: 'get_harvester_space',
      summary: 'Get the details of a space that a harvester collects from',
      success: ok(entityShapes.space),
      resource: 'space.{sid}.instance:protected',
      callers: [holderOf('harvester_view'), admin('oz_spaces_view'), supports('space', 'sid')],
      fetch: linkedAt('sid', 'id'),
      run: async (deps, { entity }) => json(200, await entityJson(deps, entity.space)),
    }),
    route({
      method: 'DELETE',
      path: '/harvesters/{id}/spaces/{sid}',
      operationId: 'remove_harvester_space',
      summary: 'Let a harvester collect from a space no more, as the harvester',
      success: noContentAnswer,
      refusals: [400],
      resource: 'harvester.{id}.space,{sid}:private',
      callers: [holderOf('harvester_remove_space'), admin('oz_harvesters_remove_relationships')],
      fetch: linkedAt('sid', 'id'),
      run: async (deps, { tenant, entity: { space, harvester } }) => {
        await removeHarvester(deps, tenant.id, harvester.onezoneId, space.onezoneId)
        return noContent
      },
    }),
  ]
}
