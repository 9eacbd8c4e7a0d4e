import { type Kysely, type RawBuilder, sql } from 'kysely'
import { privilegesOfMask } from '../directory/entity-privileges.ts'
import type { EntityId } from '../directory/entity.ts'
import type { GroupReads } from '../directory/relation-ports.ts'
import { entityKindCode } from './entity-codes.ts'
import type { Schema } from './schema.ts'

export function groupReads(db: Kysely<Schema>): GroupReads {
  return {
    async listOfGroup(group, kind): Promise<readonly string[]> {
      const rows = await db
        .selectFrom('entity_groups')
        .innerJoin('entities', 'entities.id', 'entity_groups.entity_id')
        .select('entities.onezone_id')
        .where('entity_groups.group_id', '=', group)
        .where('entities.kind', '=', entityKindCode(kind))
        .orderBy('entities.onezone_id')
        .execute()
      return rows.map(({ onezone_id }) => onezone_id)
    },

    async listEffectiveOfGroup(group, kind): Promise<readonly string[]> {
      const { rows } = await sql<{ readonly onezone_id: string }>`
        with recursive reached(id) as (${reachedFrom(group)})
        select e.onezone_id from reached r join entities e on e.id = r.id
        where e.kind = ${entityKindCode(kind)} and e.id <> ${group}
        order by e.onezone_id`.execute(db)
      return rows.map(({ onezone_id }) => onezone_id)
    },

    async listEffectiveGroups(entity): Promise<readonly string[]> {
      const { rows } = await sql<{ readonly onezone_id: string }>`
        with recursive below(id) as (
          select m.group_id from entity_groups m where m.entity_id = ${entity}
          union
          select m.group_id from below b join entity_groups m on m.entity_id = b.id
        )
        select e.onezone_id from below b join entities e on e.id = b.id
        order by e.onezone_id`.execute(db)
      return rows.map(({ onezone_id }) => onezone_id)
    },

    async effectivePrivilegesOfGroup(entity, groupId): Promise<readonly string[] | undefined> {
      const { rows } = await sql<{ readonly privileges: number }>`
        with recursive reached(id) as (
          select e.id from entities e
          where e.tenant_id = ${entity.tenantId} and e.kind = ${entityKindCode('group')}
            and e.onezone_id = ${groupId}
          union
          select m.entity_id from reached r join entity_groups m on m.group_id = r.id
        )
        select m.privileges from entity_groups m
        where m.entity_id = ${entity.id} and m.group_id in (select id from reached)`.execute(db)
      if (rows.length === 0) return undefined
      // Put together here: masks have more bits than SQLite's one aggregate for them, a sum, could bear.
      const held = new Set(rows.flatMap(({ privileges }) => privilegesOfMask(entity.kind, privileges)))
      return [...held].toSorted()
    },

    async listEffectiveAdminPrivilegesOfGroup(group): Promise<readonly string[]> {
      const { rows } = await sql<{ readonly privilege: string }>`
        with recursive reached(id) as (${reachedFrom(group)})
        select distinct g.privilege from reached r join group_privileges g on g.group_id = r.id
        order by g.privilege`.execute(db)
      return rows.map(({ privilege }) => privilege)
    },
  }
}

/** The group, and whatever it is a member of, directly or through others. */
export function reachedFrom(group: EntityId): RawBuilder<unknown> {
  return sql`
    select cast(${group} as bigint)
    union
    select m.entity_id from reached r join entity_groups m on m.group_id = r.id`
}
