import { CompiledQuery, type Kysely } from 'kysely'
import type { UnixSeconds } from '../ambient.ts'
import type { TokenUsage, TokenUse, UsageReads, UsageWrites } from '../authority/ports.ts'
import { audienceCode } from './codes.ts'
import type { Schema } from './schema.ts'
import type { Transact, UnitOfWork } from './unit-of-work.ts'

export function usageReads(db: Kysely<Schema>): UsageReads {
  return {
    async find(tenantId, audience, id): Promise<TokenUsage | undefined> {
      const row = await db
        .selectFrom('token_usage')
        .select(['last_used_at', 'uses'])
        .where('serial', '=', (eb) =>
          eb
            .selectFrom('named_tokens')
            .select('serial')
            .where('tenant_id', '=', tenantId)
            .where('audience', '=', audienceCode(audience))
            .where('id', '=', id),
        )
        .executeTakeFirst()
      // Safe as a brand: the column is written from one.
      return row && { lastUsedAt: row.last_used_at as UnixSeconds, uses: row.uses }
    },
  }
}

export function usageWrites(transact: Transact): UsageWrites {
  return {
    async record(batch, durability): Promise<void> {
      if (batch.length > 0) await transact((unit) => addUses(unit, batch), durability)
    },
  }
}

/** How many rows a statement has, filled up to one of these: its text is compiled, here and there, for each number. */
const BATCH_SIZES = [1, 16, 128]
const COLUMNS = 3

async function addUses({ db, hasRowLocks }: UnitOfWork, batch: readonly TokenUse[]): Promise<void> {
  const size = BATCH_SIZES.find((each) => each >= batch.length) ?? batch.length
  const parameters: number[] = []
  for (const { serial, lastUsedAt, uses } of batch) parameters.push(serial, lastUsedAt, uses)
  // Serials begin at 1: what fills the batch up is no token's.
  while (parameters.length < size * COLUMNS) parameters.push(0)
  await db.executeQuery(CompiledQuery.raw(statementFor(size, hasRowLocks), parameters))
}

const statements = new Map<string, string>()

/** Written out and kept: for hundreds of rows, building it takes Kysely longer than SQLite the writing. */
function statementFor(size: number, hasRowLocks: boolean): string {
  const key = `${size} ${hasRowLocks}`
  const known = statements.get(key)
  if (known !== undefined) return known
  const statement = newStatement(size, hasRowLocks)
  if (BATCH_SIZES.includes(size)) statements.set(key, statement)
  return statement
}

/**
 * The tokens are looked up one by one in a subquery: a join would leave it to the planners to read all tokens instead,
 * and both do. They are held, so that none goes away between being found and being pointed at; and written in an order
 * that all nodes have, or two of them would wait for each other.
 */
function newStatement(size: number, hasRowLocks: boolean): string {
  const rows = Array.from({ length: size }, (_, index) => placeholders(index * COLUMNS))
  return `
    with used (serial, last_used_at, uses) as (values ${rows.join(', ')})
    insert into token_usage (serial, last_used_at, uses)
    select serial, last_used_at, uses from used
    where 1 = (
      select 1 from named_tokens t where t.serial = used.serial ${hasRowLocks ? 'for key share of t' : ''}
    )
    order by serial
    on conflict (serial) do update set
      uses = token_usage.uses + excluded.uses,
      last_used_at = case
        when token_usage.last_used_at < excluded.last_used_at then excluded.last_used_at
        else token_usage.last_used_at
      end`
}

/** Said of what type they are: PostgreSQL takes a list of values for text. */
function placeholders(before: number): string {
  return `(${[1, 2, 3].map((index) => `cast($${before + index} as bigint)`).join(', ')})`
}
