import { CompiledQuery } from 'kysely'
import type { NamedToken } from '../authority/named-token.ts'
import { namedTokenRow } from './rows.ts'
import type { NamedTokenRow } from './schema.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * Inserts the token into its line's current epoch, in one statement that holds the line's row shared: the epoch stays
 * put until the transaction ends.
 * @returns `false` when the line has no row yet
 * @throws {Refused} `name_taken`, `id_taken`
 */
export async function insertOnLine({ db, hasRowLocks }: UnitOfWork, token: NamedToken): Promise<boolean> {
  const row = namedTokenRow(token)
  const parameters = columns.map((column) => row[column])
  const statement = hasRowLocks ? POSTGRES_INSERT : SQLITE_INSERT
  const { numAffectedRows = 0n } = await db.executeQuery(CompiledQuery.raw(statement, parameters))
  return numAffectedRows > 0n
}

/** All but the epoch and the serial, with the types that PostgreSQL wants to be told when they come by way of a select. */
const types = {
  tenant_id: 'bigint',
  audience: 'smallint',
  subject_kind: 'smallint',
  subject_id: 'bigint',
  id: 'text',
  name: 'text',
  type: 'text',
  caveats: 'text',
  custom_metadata: 'text',
  is_revoked: 'smallint',
  version: 'integer',
  created_at: 'bigint',
  kid: 'integer',
  salt: 'bytea',
  sealed_secret: 'bytea',
  carried_privileges: 'bigint',
  usage_limit: 'text',
  usage_count: 'bigint',
  text_hash: 'text',
} as const satisfies Record<keyof Omit<NamedTokenRow, 'epoch'>, string>

// Safe: these are the object's own keys.
const columns = Object.keys(types) as (keyof typeof types)[]

// Written out: creating tokens by the thousand, building the statements took Kysely as long as SQLite all the rest.

const POSTGRES_INSERT = insertInto(
  columns.map((column, index) => `cast($${index + 1} as ${types[column]})`),
  'for share of l',
)

const SQLITE_INSERT = insertInto(
  columns.map((_, index) => `$${index + 1}`),
  '',
)

/** The first four columns are the line's. */
function insertInto(values: readonly string[], lock: string): string {
  return `
    insert into named_tokens (${columns.join(', ')}, epoch)
    select ${values.join(', ')}, l.epoch
    from token_lines l
    where l.tenant_id = ${values[0]} and l.audience = ${values[1]}
      and l.subject_kind = ${values[2]} and l.subject_id = ${values[3]}
    ${lock}`
}
