import type { Actor } from '../../authority/actor.ts'
import { createEntity, deleteEntity, updateEntity } from '../../directory/entities.ts'
import type { Creator, EntityKind } from '../../directory/entity.ts'
import { admin, type Alternative, holderOf, memberOf, providerAt, supports } from './callers.ts'
import { entityChangeBodies, newEntityBodies } from './entity-bodies.ts'
import { entityAt } from './entity-in-path.ts'
import { entityJson, entityShapes } from './entity-json.ts'
import { adminOver, ENTITY_WORDS } from './entity-words.ts'
import { created, json, noContent } from './render.ts'
import { type Route, route } from './route.ts'
import { idsUnder } from './shapes.ts'
import { createdAs, noContentAnswer, ok } from './success.ts'

/** Groups, spaces, clusters, harvesters and inventories themselves. */

interface Named {
  readonly kind: EntityKind
  /** The operation that lists them all. */
  readonly list: string
  /** Providers who see the details. */
  readonly providers: readonly Alternative[]
}

const KINDS: readonly Named[] = [
  { kind: 'group', list: 'list_groups', providers: [supports('group')] },
  { kind: 'space', list: 'oz_spaces_list', providers: [supports('space')] },
  { kind: 'cluster', list: 'oz_clusters_list', providers: [providerAt('id')] },
  { kind: 'harvester', list: 'oz_harvesters_list', providers: [supports('harvester')] },
  { kind: 'atm_inventory', list: 'oz_atm_inventories_list', providers: [] },
]

/** Clusters come and go with their providers. */
const MADE_HERE = ['group', 'space', 'harvester', 'atm_inventory'] as const

export const entityRoutes: readonly Route[] = [...KINDS.flatMap(viewsOf), ...MADE_HERE.flatMap(changesOf)]

function viewsOf({ kind, list, providers }: Named): readonly Route[] {
  const { plural, one, all } = ENTITY_WORDS[kind]
  return [
    route({
      method: 'GET',
      path: `/${plural}`,
      operationId: list,
      summary: `List all ${all}`,
      success: ok(idsUnder(plural)),
      resource: `${kind}.null.list:private`,
      callers: [admin(adminOver(kind, 'list'))],
      run: async ({ entities }, { tenant }) => json(200, { [plural]: await entities.list(tenant.id, kind) }),
    }),
    route({
      method: 'GET',
      path: `/${plural}/{id}`,
      operationId: `get_${kind}`,
      summary: `Get the details of ${one}`,
      success: ok(entityShapes[kind]),
      resource: `${kind}.{id}.instance:protected`,
      callers: [memberOf(kind), admin(adminOver(kind, 'view')), ...providers],
      fetch: entityAt(kind),
      run: async (deps, { entity }) => json(200, await entityJson(deps, entity)),
    }),
  ]
}

function changesOf(kind: (typeof MADE_HERE)[number]): readonly Route[] {
  const { plural, one } = ENTITY_WORDS[kind]
  return [
    route({
      method: 'POST',
      path: `/${plural}`,
      operationId: `create_${kind}`,
      summary: `Create ${one} without members`,
      success: createdAs(),
      resource: `${kind}.null.instance:private`,
      callers: [admin(adminOver(kind, 'create'))],
      writes: true,
      body: newEntityBodies[kind],
      run: async (deps, { tenant, actor, body }) => {
        const entity = await createEntity(deps, {
          ...body,
          tenantId: tenant.id,
          kind,
          creator: creatorOf(actor),
        })
        return created(tenant, `/${plural}/${entity.onezoneId}`)
      },
    }),
    route({
      method: 'PATCH',
      path: `/${plural}/{id}`,
      operationId: `modify_${kind}`,
      summary: `Change ${one}`,
      success: noContentAnswer,
      resource: `${kind}.{id}.instance:private`,
      callers: [holderOf(`${kind}_update`), admin(adminOver(kind, 'update'))],
      writes: true,
      fetch: entityAt(kind),
      body: entityChangeBodies[kind],
      run: async (deps, { tenant, entity, body }) => {
        await updateEntity(deps, tenant.id, entity, body)
        return noContent
      },
    }),
    route({
      method: 'DELETE',
      path: `/${plural}/{id}`,
      operationId: `remove_${kind}`,
      summary: `Delete ${one}, and what anybody was or held because of it`,
      success: noContentAnswer,
      resource: `${kind}.{id}.instance:private`,
      callers: [holderOf(`${kind}_delete`), admin(adminOver(kind, 'delete'))],
      fetch: entityAt(kind),
      run: async (deps, { tenant, entity }) => {
        await deleteEntity(deps, tenant.id, entity)
        return noContent
      },
    }),
  ]
}

export function creatorOf(actor: Actor): Creator {
  return actor.kind === 'nobody' ? { kind: 'nobody' } : { kind: actor.kind, onezoneId: actor.onezoneId }
}
