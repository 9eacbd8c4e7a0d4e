import { ENTITY_PRIVILEGES } from '../../directory/entity-privileges.ts'
import { type EntityKind, GROUP_TYPES } from '../../directory/entity.ts'
import type { EntityChange } from '../../directory/relation-ports.ts'
import { badData, badValueEmpty } from './catalogue-data.ts'
import { type BodyParser, bodyOf, bodyParser, type ValueParser, valueParser } from './schema.ts'
import { jsonObject, later, listOf, name, oneOf, stringOrNull } from './values.ts'
import { WireRefusal } from './wire-error.ts'

/** The bodies of the operations on groups, spaces, clusters, harvesters and inventories. */

/** The one search engine that Onezone's harvesters feed. */
const HARVESTING_BACKENDS = ['elasticsearch_harvesting_backend'] as const

const CONTROL = /\p{Cc}/u

const endpoint: ValueParser<string> = valueParser({ type: 'string', minLength: 1 }, (key, value, tokens) => {
  // Kept as Onezone keeps it.
  const taken = stringOrNull(key, value, tokens)?.replace(/\/$/, '')
  if (taken === undefined || taken === '') throw new WireRefusal(badValueEmpty(key))
  // In no address; and PostgreSQL keeps no text with a zero in it.
  if (CONTROL.test(taken)) throw new WireRefusal(badData(key))
  return taken
})

const groupType = oneOf(...GROUP_TYPES)
const backend = { harvestingBackendEndpoint: endpoint, harvestingBackendType: oneOf(...HARVESTING_BACKENDS) }

export type NewEntityBody = EntityChange & { readonly name: string }

const named = bodyOf({ required: { name } })

const newHarvester = bodyOf({ required: { name, ...backend }, optional: { guiPluginConfig: jsonObject } })

/** An entity to be made. Clusters come with their providers. */
export const newEntityBodies: Readonly<Record<Exclude<EntityKind, 'cluster'>, BodyParser<NewEntityBody>>> = {
  group: bodyOf({ required: { name }, optional: { type: groupType } }),
  space: named,
  harvester: bodyParser(newHarvester.schema, (sent, tokens) => {
    const body = newHarvester(sent, tokens)
    return { name: body.name, type: body.harvestingBackendType, endpoint: body.harvestingBackendEndpoint }
  }),
  atm_inventory: named,
}

const harvesterChange = bodyOf({ atLeastOne: { name, ...backend } })

export const entityChangeBodies: Readonly<Record<keyof typeof newEntityBodies, BodyParser<EntityChange>>> = {
  group: bodyOf({ atLeastOne: { name, type: groupType } }),
  space: bodyOf({ atLeastOne: { name } }),
  harvester: bodyParser(harvesterChange.schema, (sent, tokens) => {
    const body = harvesterChange(sent, tokens)
    return {
      ...(body.name !== undefined && { name: body.name }),
      ...(body.harvestingBackendType !== undefined && { type: body.harvestingBackendType }),
      ...(body.harvestingBackendEndpoint !== undefined && { endpoint: body.harvestingBackendEndpoint }),
    }
  }),
  atm_inventory: named,
}

/** Any object: nothing in it matters. */
export const anyBody = bodyOf({})

interface MemberBodies {
  /** What a new member gets; complained of only once he is known to be there. */
  readonly join: BodyParser<{ privileges?: () => readonly string[] }>
  readonly change: BodyParser<{ grant?: readonly string[]; revoke?: readonly string[] }>
}

export const memberBodies: Readonly<Record<EntityKind, MemberBodies>> = {
  group: memberBodiesOf('group', 'GroupPrivilege'),
  space: memberBodiesOf('space', 'SpacePrivilege'),
  cluster: memberBodiesOf('cluster', 'ClusterPrivilege'),
  harvester: memberBodiesOf('harvester', 'HarvesterPrivilege'),
  atm_inventory: memberBodiesOf('atm_inventory', 'AtmInventoryPrivilege'),
}

function memberBodiesOf(kind: EntityKind, title: string): MemberBodies {
  const privileges = listOf(title, ENTITY_PRIVILEGES[kind].all)
  return {
    join: bodyOf({ optional: { privileges: later(privileges) } }),
    change: bodyOf({ atLeastOne: { grant: privileges, revoke: privileges } }),
  }
}
