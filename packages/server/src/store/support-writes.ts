import type { Entity } from '../directory/entity.ts'
import type { SupportWrites } from '../directory/relation-ports.ts'
import { flag } from './rows.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export function supportWrites(unit: UnitOfWork): SupportWrites {
  const { db } = unit
  const recordChange = ({ tenantId, id }: Entity) =>
    unit.recordChange({ kind: 'support', tenantId, key: String(id) })

  return {
    async set(space, provider, isReadonly): Promise<void> {
      const written = await db
        .insertInto('space_supports')
        .values({ space_id: space.id, provider_id: provider.id, is_readonly: flag(isReadonly) })
        .onConflict((conflict) =>
          conflict
            .columns(['space_id', 'provider_id'])
            .doUpdateSet({ is_readonly: flag(isReadonly) })
            .where('space_supports.is_readonly', '!=', flag(isReadonly)),
        )
        .returning('space_id')
        .executeTakeFirst()
      if (written !== undefined) recordChange(space)
    },

    async remove(space, provider): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('space_supports')
        .where('space_id', '=', space.id)
        .where('provider_id', '=', provider.id)
        .executeTakeFirstOrThrow()
      if (numDeletedRows > 0n) recordChange(space)
      return numDeletedRows > 0n
    },

    async addHarvester(space, harvester): Promise<boolean> {
      const written = await db
        .insertInto('space_harvesters')
        .values({ space_id: space.id, harvester_id: harvester.id })
        .onConflict((conflict) => conflict.columns(['space_id', 'harvester_id']).doNothing())
        .returning('space_id')
        .executeTakeFirst()
      if (written !== undefined) recordChange(space)
      return written !== undefined
    },

    async removeHarvester(space, harvester): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('space_harvesters')
        .where('space_id', '=', space.id)
        .where('harvester_id', '=', harvester.id)
        .executeTakeFirstOrThrow()
      if (numDeletedRows > 0n) recordChange(space)
      return numDeletedRows > 0n
    },
  }
}
