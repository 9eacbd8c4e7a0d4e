import type { ExpressionBuilder } from 'kysely'
import type { SubjectRef, TokenLine } from '../authority/named-token.ts'
import { Refused } from '../failure.ts'
import { lineColumns } from './codes.ts'
import type { LineColumns, Schema, TokenLineRow } from './schema.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export const lineColumnNames = ['tenant_id', 'audience', 'subject_kind', 'subject_id'] as const

/**
 * The line's row, held until the transaction ends, so that its generation can be written. Made when it is missing.
 * @throws {Refused} `subject_invalid` when the row is missing because its subject is gone
 */
export async function holdLine(unit: UnitOfWork, line: TokenLine): Promise<TokenLineRow> {
  const held = await selectLine(unit, line)
  if (held !== undefined) return held
  await createLine(unit, line)
  const created = await selectLine(unit, line)
  if (created === undefined) throw new Error('a token line vanished while its subject was held')
  return created
}

/**
 * Makes the line's row unless it is there.
 * @returns whether it has made it
 * @throws {Refused} `subject_invalid` when the subject is gone
 */
export async function createLine(unit: UnitOfWork, line: TokenLine, epoch = FIRST_EPOCH): Promise<boolean> {
  const subject = await unit.db
    .selectFrom(SUBJECT_TABLES[line.subject.kind])
    .select('id')
    .where('id', '=', line.subject.id)
    .where('tenant_id', '=', line.tenantId)
    // Held, or a removal that has just looked for the subject's lines would leave this one behind.
    .$if(unit.hasRowLocks, (query) => query.forShare())
    .executeTakeFirst()
  if (subject === undefined) throw new Refused({ kind: 'subject_invalid' })
  const { numInsertedOrUpdatedRows = 0n } = await unit.db
    .insertInto('token_lines')
    .values({ ...newLine(lineColumns(line)), epoch })
    .onConflict((conflict) => conflict.columns(lineColumnNames).doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows > 0n
}

export const FIRST_EPOCH = 1

/** A line on which nothing was ever issued. */
export function newLine(line: LineColumns): TokenLineRow {
  return {
    ...line,
    epoch: FIRST_EPOCH,
    generation: 0,
    generation_kid: null,
    generation_salt: null,
    generation_sealed_secret: null,
  }
}

const SUBJECT_TABLES = { user: 'users', provider: 'providers' } as const satisfies Record<
  SubjectRef['kind'],
  keyof Schema
>

/** Condition on a table with line columns: the row is of that line. */
export function isOfLine(line: LineColumns) {
  return (eb: ExpressionBuilder<Schema, 'token_lines' | 'sweeps' | 'named_tokens'>) => eb.and({ ...line })
}

/**
 * Condition on `named_tokens`: the row is in the current epoch of its line. Compared with a subquery's value, not joined
 * and not asked with `exists`: both of these SQLite prepares anew at every call when there are parameters, which
 * takes ten times as long as the lookup.
 */
export function isAlive(eb: ExpressionBuilder<Schema, 'named_tokens'>) {
  return eb(
    'named_tokens.epoch',
    '=',
    eb
      .selectFrom('token_lines')
      .select('token_lines.epoch')
      .whereRef('token_lines.tenant_id', '=', 'named_tokens.tenant_id')
      .whereRef('token_lines.audience', '=', 'named_tokens.audience')
      .whereRef('token_lines.subject_kind', '=', 'named_tokens.subject_kind')
      .whereRef('token_lines.subject_id', '=', 'named_tokens.subject_id'),
  )
}

/** Condition on `named_tokens`: the row is of that line, and in its current epoch. */
export function isAliveOnLine(line: LineColumns) {
  return (eb: ExpressionBuilder<Schema, 'named_tokens'>) =>
    eb.and([
      eb.and({ ...line }),
      // Not per row as above: this value is there before the first row is, so dead rows are not even looked at.
      eb('epoch', '=', eb.selectFrom('token_lines').select('epoch').where(isOfLine(line))),
    ])
}

function selectLine(unit: UnitOfWork, line: TokenLine): Promise<TokenLineRow | undefined> {
  return unit.db
    .selectFrom('token_lines')
    .selectAll()
    .where(isOfLine(lineColumns(line)))
    .$if(unit.hasRowLocks, (query) => query.forUpdate())
    .executeTakeFirst()
}
