import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Entity } from '../directory/entity.ts'
import type { EntityReads, Support, SupportedSpace } from '../directory/relation-ports.ts'
import { entityKindCode } from './entity-codes.ts'
import { idsOf, ofTenant } from './entity-query.ts'
import { providerFromRow } from './entity-rows.ts'
import { reachedFrom } from './group-reads.ts'
import type { ProviderRow, Schema } from './schema.ts'

type SupportReads = Pick<
  EntityReads,
  'listSupportedSpaces' | 'listSupports' | 'isSupportedBy' | 'listHarvestersOfSpace' | 'listSpacesOfHarvester'
>

export function supportReads(db: Kysely<Schema>): SupportReads {
  return {
    async listSupportedSpaces(userId): Promise<readonly SupportedSpace[]> {
      const spaces = await db
        .selectFrom('effective_members')
        .innerJoin('entities', 'entities.id', 'effective_members.entity_id')
        .select(['entities.id', 'entities.onezone_id', 'entities.name'])
        .where('effective_members.user_id', '=', userId)
        .where('entities.kind', '=', entityKindCode('space'))
        .orderBy('entities.onezone_id')
        .execute()
      const supports = await db
        .selectFrom('effective_members')
        .innerJoin('space_supports', 'space_supports.space_id', 'effective_members.entity_id')
        .innerJoin('providers', 'providers.id', 'space_supports.provider_id')
        .selectAll('providers')
        .select(['space_supports.space_id', 'space_supports.is_readonly'])
        .where('effective_members.user_id', '=', userId)
        .orderBy('providers.onezone_id')
        .execute()
      const bySpace = Map.groupBy(supports, ({ space_id }) => space_id)
      return spaces.map(({ id, onezone_id, name }) => ({
        onezoneId: onezone_id,
        name,
        supports: (bySpace.get(id) ?? []).map(supportFromRow),
      }))
    },

    async listSupports(tenantId, spaceId): Promise<readonly Support[]> {
      const rows = await ofTenant(db, tenantId, { kind: 'space', onezoneId: spaceId })
        .innerJoin('space_supports', 'space_supports.space_id', 'entities.id')
        .innerJoin('providers', 'providers.id', 'space_supports.provider_id')
        .selectAll('providers')
        .select('space_supports.is_readonly')
        .orderBy('providers.onezone_id')
        .execute()
      return rows.map(supportFromRow)
    },

    async isSupportedBy(entity, provider): Promise<boolean> {
      const { rows } = await sql`
        with recursive reached(id) as (${spacesOf(entity)})
        select s.space_id from reached r join space_supports s on s.space_id = r.id
        where s.provider_id = ${provider}
        limit 1`.execute(db)
      return rows.length > 0
    },

    listHarvestersOfSpace: (tenantId, spaceId) =>
      idsOf(
        ofTenant(db, tenantId, { kind: 'space', onezoneId: spaceId })
          .innerJoin('space_harvesters', 'space_harvesters.space_id', 'entities.id')
          .innerJoin('entities as harvesters', 'harvesters.id', 'space_harvesters.harvester_id')
          .select('harvesters.onezone_id')
          .orderBy('harvesters.onezone_id'),
      ),

    listSpacesOfHarvester: (tenantId, harvesterId) =>
      idsOf(
        ofTenant(db, tenantId, { kind: 'harvester', onezoneId: harvesterId })
          .innerJoin('space_harvesters', 'space_harvesters.harvester_id', 'entities.id')
          .innerJoin('entities as spaces', 'spaces.id', 'space_harvesters.space_id')
          .select('spaces.onezone_id')
          .orderBy('spaces.onezone_id'),
      ),
  }
}

/** The ids of the spaces that the entity has to do with; other ids may be among them. */
function spacesOf({ kind, id }: Entity): RawBuilder<unknown> {
  if (kind === 'group') return reachedFrom(id)
  if (kind === 'harvester') return sql`select space_id from space_harvesters where harvester_id = ${id}`
  return sql`select cast(${id} as bigint)`
}

function supportFromRow(row: ProviderRow & { readonly is_readonly: number }): Support {
  return { provider: providerFromRow(row), isReadonly: row.is_readonly === 1 }
}
