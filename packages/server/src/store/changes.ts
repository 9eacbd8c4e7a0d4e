import type { Kysely } from 'kysely'
import type { Audience, TokenLine } from '../authority/named-token.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { Schema } from './schema.ts'

/** What of a verdict's grounds changed. A reader that does not know a kind forgets everything it remembers. */
export type ChangeKind = 'token' | 'epoch' | 'generation' | 'subject' | 'password' | 'privilege' | 'tenant'

/** One row of the change feed, before it has its number. */
export interface Change {
  readonly kind: ChangeKind
  readonly tenantId: TenantId
  /** Which one: {@link tokenKey}, {@link lineKey}, or the user's or tenant's canonical id in decimal. */
  readonly key: string
}

/** The key of a `token` change: `audience/id`. */
export function tokenKey(audience: Audience, id: string): string {
  return `${audience}/${id}`
}

/** The key of an `epoch` or `generation` change: `audience/subject kind/subject id`. */
export function lineKey(line: TokenLine): string {
  return `${line.audience}/${line.subject.kind}/${line.subject.id}`
}

/**
 * Numbers the changes and writes them. Nothing may follow in the transaction but its commit: whoever holds the
 * counter's row commits before anybody else gets a number, so commit order is number order and a reader who has seen
 * number n will never find a smaller one that is new.
 */
export async function writeChanges(db: Kysely<Schema>, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  const { last_number } = await db
    .updateTable('change_counter')
    .set((eb) => ({ last_number: eb('last_number', '+', changes.length) }))
    .returning('last_number')
    .executeTakeFirstOrThrow()
  const first = last_number - changes.length + 1
  await db
    .insertInto('changes')
    .values(
      changes.map(({ kind, tenantId, key }, index) => ({
        number: first + index,
        kind,
        tenant_id: tenantId,
        key,
      })),
    )
    .execute()
}
