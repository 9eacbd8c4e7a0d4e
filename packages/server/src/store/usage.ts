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
    async record(batch): Promise<void> {
      if (batch.length > 0) await transact((unit) => addUses(unit, batch))
    },
  }
}

/** How many rows a statement has, filled up to one of these: its text is compiled, here and there, for each number. */
const BATCH_SIZES = [1, 16, 128]
const COLUMNS = 5

async function addUses({ db, hasRowLocks }: UnitOfWork, batch: readonly TokenUse[]): Promise<void> {
  const size = BATCH_SIZES.find((each) => each >= batch.length) ?? batch.length
  const parameters = batch.flatMap(rowOf)
  while (parameters.length < size * COLUMNS) parameters.push(...nobody)
  await db.executeQuery(CompiledQuery.raw(statementFor(size, hasRowLocks), parameters))
}

type Row = readonly [tenantId: number, audience: number, id: string, lastUsedAt: number, uses: number]

function rowOf({ tenantId, audience, id, lastUsedAt, uses }: TokenUse): Row {
  return [tenantId, audienceCode(audience), id, lastUsedAt, uses]
}

/** What fills a batch up: no token has that id. */
const nobody: Row = [0, 0, '', 0, 0]

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
 * and both do. By their ids, which the index of verdicts has at hand, for the row of a serial is on a page that nobody
 * else reads. They are held, so that none goes away between being found and being pointed at; and written in an order
 * that all nodes have, or two of them would wait for each other.
 */
function newStatement(size: number, hasRowLocks: boolean): string {
  const rows = Array.from({ length: size }, (_, index) => placeholders(index * COLUMNS))
  return `
    with used (tenant_id, audience, token_id, last_used_at, uses) as (values ${rows.join(', ')}),
    found (serial, last_used_at, uses) as (
      select (
        select t.serial from named_tokens t ${hasRowLocks ? '' : 'indexed by named_tokens_verdict'}
        where t.tenant_id = used.tenant_id and t.audience = used.audience and t.id = used.token_id
        ${hasRowLocks ? 'for key share of t' : ''}
      ), last_used_at, uses from used
    )
    insert into token_usage (serial, last_used_at, uses)
    select serial, last_used_at, uses from found where serial is not null order by serial
    on conflict (serial) do update set
      uses = token_usage.uses + excluded.uses,
      last_used_at = case
        when token_usage.last_used_at < excluded.last_used_at then excluded.last_used_at
        else token_usage.last_used_at
      end`
}

/** Said of what type they are: PostgreSQL takes a list of values for text. */
function placeholders(before: number): string {
  const types = ['bigint', 'bigint', 'text', 'bigint', 'bigint']
  return `(${types.map((type, index) => `cast($${before + index + 1} as ${type})`).join(', ')})`
}
