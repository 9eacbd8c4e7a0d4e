import type { ExpressionBuilder, Kysely } from 'kysely'
import type { Lease, Leases } from '../cluster/ports.ts'
import type { Schema } from './schema.ts'

/**
 * The lease rows. Each call is one statement; what it may change is in its condition, so that of two that meet one
 * finds the row as the other has left it. A renewal has to survive a crash of the database as much as a fence: the
 * others would see an older number stand still, and take a lease for ended that its holder has renewed.
 * @param quick for what may be lost in a crash, and need not wait for the disk
 */
export function leases(db: Kysely<Schema>, quick: Kysely<Schema>): Leases {
  return {
    async acquire({ nodeId, address, ttlMillis }): Promise<void> {
      const terms = { node_id: nodeId, address, ttl_millis: ttlMillis }
      await db
        .insertInto('node_leases')
        .values({ ...terms, renewal: 1, applied: 0, is_fenced: 0 })
        .execute()
    },

    async renew(nodeId, renewal, applied): Promise<boolean> {
      const { numUpdatedRows } = await unfenced(db, nodeId)
        .set({ renewal: renewal + 1, applied })
        .where('renewal', '=', renewal)
        .where(isThere(applied))
        .executeTakeFirstOrThrow()
      return numUpdatedRows > 0n
    },

    async reportApplied(nodeId, applied): Promise<boolean> {
      // Lost in a crash it leaves a smaller number, for which somebody waits a little longer.
      const { numUpdatedRows } = await unfenced(quick, nodeId)
        .set({ applied })
        .where(isThere(applied))
        .executeTakeFirstOrThrow()
      return numUpdatedRows > 0n
    },

    async list(): Promise<readonly Lease[]> {
      const rows = await db.selectFrom('node_leases').selectAll().orderBy('node_id').execute()
      return rows.map((row) => ({
        nodeId: row.node_id,
        address: row.address,
        ttlMillis: row.ttl_millis,
        renewal: row.renewal,
        applied: row.applied,
        isFenced: row.is_fenced === 1,
      }))
    },

    async fence(nodeId, renewal): Promise<boolean> {
      const { numUpdatedRows } = await unfenced(db, nodeId)
        .set({ is_fenced: 1 })
        .where('renewal', '=', renewal)
        .executeTakeFirstOrThrow()
      return numUpdatedRows > 0n
    },

    async release(nodeId): Promise<void> {
      await db.deleteFrom('node_leases').where('node_id', '=', nodeId).execute()
    },
  }
}

function unfenced(db: Kysely<Schema>, nodeId: string) {
  return db.updateTable('node_leases').where('node_id', '=', nodeId).where('is_fenced', '=', 0)
}

/**
 * Nobody has applied more than there is. Who says so has read it in a database that has since lost its last commits,
 * and would pass for having applied what gets those numbers next.
 */
function isThere(applied: number) {
  return (eb: ExpressionBuilder<Schema, 'node_leases'>) =>
    eb(eb.selectFrom('change_counter').select('last_number'), '>=', applied)
}
