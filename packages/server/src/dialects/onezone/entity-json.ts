import type { TokenSubject } from '@jeton/token'
import type { JsonObject } from '../../authority/named-token.ts'
import type { Creator, Entity, EntityKind } from '../../directory/entity.ts'
import type { Support } from '../../directory/relation-ports.ts'
import type { User } from '../../directory/user.ts'
import { arrayOf, type JsonSchema, mapOf, named, nullable, object } from '../json-schema.ts'
import type { OnezoneDeps } from './deps.ts'
import { ENTITY_WORDS } from './entity-words.ts'
import { subjectJson } from './render.ts'
import { anyObject, entityId, flag, subjectShape, text, timestamp } from './shapes.ts'

const UNTOLD = { build: 'unknown', gui: 'empty', release: '18.02.*' }
const version = object({ build: text, gui: text, release: text })

/** What every kind of entity shows. */
function shapeOf(kind: EntityKind, title: string, own: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const common = { [ENTITY_WORDS[kind].idKey]: entityId, creationTime: timestamp, creator: subjectShape }
  return named(title, object({ ...common, ...own }))
}

/** The details of an entity, for its members. */
export const entityShapes: Readonly<Record<EntityKind, JsonSchema>> = {
  group: shapeOf('group', 'Group', { name: text, type: text }),
  space: shapeOf('space', 'Space', {
    advertisedInMarketplace: flag,
    description: text,
    marketplaceContactEmail: text,
    name: text,
    organizationName: text,
    providers: mapOf({ type: 'integer', description: 'How many bytes it keeps for the space.' }),
    supportParametersRegistry: anyObject,
    tags: arrayOf(text),
  }),
  cluster: shapeOf('cluster', 'Cluster', {
    onepanelProxy: flag,
    onepanelVersion: version,
    type: text,
    workerVersion: version,
  }),
  harvester: shapeOf('harvester', 'Harvester', {
    harvestingBackendEndpoint: nullable(text),
    harvestingBackendType: nullable(text),
    name: text,
    public: flag,
  }),
  atm_inventory: shapeOf('atm_inventory', 'AtmInventory', { name: text }),
}

/** An entity's details. */
export async function entityJson({ entities }: OnezoneDeps, entity: Entity): Promise<JsonObject> {
  const { kind, tenantId, onezoneId } = entity
  const common = {
    [ENTITY_WORDS[kind].idKey]: onezoneId,
    creationTime: entity.createdAt,
    creator: subjectJson(creatorSubject(entity.creator)),
  }
  const supports = kind === 'space' ? await entities.listSupports(tenantId, onezoneId) : []
  return withKeysInOrder({ ...common, ...ownJson(entity, supports) })
}

function ownJson(entity: Entity, supports: readonly Support[]): JsonObject {
  const { name } = entity
  switch (entity.kind) {
    case 'group':
      return { name, type: entity.type ?? null }
    case 'space':
      return { name, ...UNUSED_OF_SPACES, providers: supportSizes(supports) }
    case 'cluster':
      return {
        onepanelProxy: true,
        onepanelVersion: UNTOLD,
        type: entity.type ?? null,
        workerVersion: UNTOLD,
      }
    case 'harvester':
      return {
        harvestingBackendEndpoint: entity.endpoint ?? null,
        harvestingBackendType: entity.type ?? null,
        name,
        public: false,
      }
    case 'atm_inventory':
      return { name }
  }
}

/** What spaces have for Onezone's marketplace and for support, as a space shows it that makes no use of either. */
const UNUSED_OF_SPACES = {
  advertisedInMarketplace: false,
  description: '',
  marketplaceContactEmail: '',
  organizationName: '',
  supportParametersRegistry: {},
  tags: [],
}

/** Who supports the space is known here, and not how much room he gives. */
function supportSizes(supports: readonly Support[]): JsonObject {
  return Object.fromEntries(supports.map(({ provider }) => [provider.onezoneId, 0]))
}

function creatorSubject(creator: Creator): TokenSubject {
  switch (creator.kind) {
    case 'user':
      return { type: 'user', id: creator.onezoneId }
    case 'provider':
      return { type: 'oneprovider', id: creator.onezoneId }
    // What the server has made itself, nobody outside has.
    case 'root':
    case 'nobody':
      return { type: 'nobody', id: null }
  }
}

const shown = { creationTime: timestamp, name: text }

export const memberGroupShape: JsonSchema = named(
  'MemberGroup',
  object({ ...shown, groupId: entityId, type: text }),
)

/** What a group shows to those who see that it is a member. */
export function memberGroupJson({ createdAt, name, onezoneId, type }: Entity): JsonObject {
  return { creationTime: createdAt, groupId: onezoneId, name, type: type ?? null }
}

export const linkedHarvesterShape: JsonSchema = named(
  'LinkedHarvester',
  object({ harvesterId: entityId, name: text }),
)

/** What a harvester shows to the members of the spaces that it collects from. */
export function linkedHarvesterJson({ name, onezoneId }: Entity): JsonObject {
  return { harvesterId: onezoneId, name }
}

const maybe = nullable(text)

export const memberUserShape: JsonSchema = named(
  'MemberUser',
  object({ ...shown, alias: maybe, fullName: text, login: maybe, userId: entityId, username: maybe }),
)

/** What a user shows to those who see that he is a member; some of it twice, for older clients. */
export function memberUserJson({ createdAt, fullName, onezoneId, ...user }: User): JsonObject {
  const username = user.username ?? null
  return {
    alias: username,
    creationTime: createdAt,
    fullName,
    login: username,
    name: fullName,
    userId: onezoneId,
    username,
  }
}

function withKeysInOrder(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
