import type { Kysely } from 'kysely'
import type { Change, NumberedChange } from '../change.ts'
import type { Schema } from './schema.ts'

/**
 * Numbers the changes and writes them. Nothing may follow in the transaction but its commit: whoever holds the
 * counter's row commits before anybody else gets a number, so commit order is number order and a reader who has seen
 * number n will never find a smaller one that is new.
 *
 * @returns the changes with their numbers
 */
export async function writeChanges(
  db: Kysely<Schema>,
  changes: readonly Change[],
): Promise<readonly NumberedChange[]> {
  if (changes.length === 0) return []
  const { last_number } = await db
    .updateTable('change_counter')
    .set((eb) => ({ last_number: eb('last_number', '+', changes.length) }))
    .returning('last_number')
    .executeTakeFirstOrThrow()
  const first = last_number - changes.length + 1
  const numbered = changes.map((change, index) => ({ ...change, number: first + index }))
  await db
    .insertInto('changes')
    .values(numbered.map(({ number, kind, tenantId, key }) => ({ number, kind, tenant_id: tenantId, key })))
    .execute()
  return numbered
}
