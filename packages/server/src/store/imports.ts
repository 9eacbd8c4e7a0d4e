import { printSubject } from '@jeton/token'
import type { SubjectName, SubjectRef } from '../authority/named-token.ts'
import { lineKey } from '../change.ts'
import type { ProviderId } from '../directory/provider.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import type { HeldLine, ImportWrites, Mark } from '../import/onezone/ports.ts'
import type { RecordKind } from '../import/onezone/record.ts'
import { audienceCode, lineColumns } from './codes.ts'
import { generationKeyColumns, namedTokenRow } from './rows.ts'
import type { TokenLineRow } from './schema.ts'
import { FIRST_EPOCH, isOfLine, lineColumnNames, newLine } from './token-lines.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** How a kind of record stands in the database. Never renumbered. */
const kindCodes: Record<RecordKind, number> = {
  user: 1,
  provider: 2,
  entity: 3,
  membership: 4,
  support: 5,
  harvested_space: 6,
  temporary_secret: 7,
  named_token: 8,
}

export function importWrites(unit: UnitOfWork): ImportWrites {
  const { db } = unit
  return {
    async findMarks(tenantId, kind, keys): Promise<ReadonlyMap<string, Mark>> {
      const rows = await db
        .selectFrom('import_marks')
        .select(['key', 'state', 'run'])
        .where('tenant_id', '=', tenantId)
        .where('kind', '=', kindCodes[kind])
        .where('key', 'in', keys)
        .execute()
      return new Map(rows.map(({ key, state, run }) => [key, { state, run }]))
    },

    async putMarks(tenantId, kind, marks): Promise<void> {
      if (marks.size === 0) return
      const rows = [...marks].map(([key, mark]) => ({
        tenant_id: tenantId,
        kind: kindCodes[kind],
        key,
        ...mark,
      }))
      await db
        .insertInto('import_marks')
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(['tenant_id', 'kind', 'key']).doUpdateSet((eb) => ({
            state: eb.ref('excluded.state'),
            run: eb.ref('excluded.run'),
          })),
        )
        .execute()
    },

    async holdLines(tenantId, subjects): Promise<ReadonlyMap<string, HeldLine>> {
      const found = [
        ...(await holdSubjects(unit, tenantId, 'user', idsOf(subjects, 'user'))),
        ...(await holdSubjects(unit, tenantId, 'provider', idsOf(subjects, 'oneprovider'))),
      ]
      const rows = await holdLineRows(
        unit,
        tenantId,
        found.map(({ ref }) => ref),
      )
      return heldLines(tenantId, found, rows)
    },

    async insertTokens(tokens): Promise<void> {
      const rows = tokens.map((token) => ({ ...namedTokenRow(token), epoch: FIRST_EPOCH }))
      await db.insertInto('named_tokens').values(rows).execute()
    },

    async setGeneration({ line, generation: present }, { number, key }): Promise<void> {
      await db
        .updateTable('token_lines')
        .set({ generation: number, ...generationKeyColumns(key) })
        .where(isOfLine(lineColumns(line)))
        .execute()
      // Where there was none, nobody remembers one.
      if (present > 0) {
        unit.recordChange({ kind: 'generation', tenantId: line.tenantId, key: lineKey(line) })
      }
    },
  }
}

function idsOf(subjects: readonly SubjectName[], type: SubjectName['type']): readonly string[] {
  return [...new Set(subjects.filter((subject) => subject.type === type).map(({ id }) => id))]
}

interface FoundSubject {
  readonly name: SubjectName
  readonly ref: SubjectRef
}

/** Held, or a removal that has just looked for their lines would leave those behind that are made now. */
async function holdSubjects(
  { db, hasRowLocks }: UnitOfWork,
  tenantId: TenantId,
  kind: SubjectRef['kind'],
  ids: readonly string[],
): Promise<readonly FoundSubject[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom(kind === 'user' ? 'users' : 'providers')
    .select(['id', 'onezone_id'])
    .where('tenant_id', '=', tenantId)
    .where('onezone_id', 'in', ids)
    .orderBy('id')
    .$if(hasRowLocks, (query) => query.forShare())
    .execute()
  return rows.map(({ id, onezone_id }) =>
    // Safe as brands: the two columns are the keys of `users` and `providers`.
    kind === 'user'
      ? { name: { type: 'user', id: onezone_id }, ref: { kind, id: id as UserId } }
      : { name: { type: 'oneprovider', id: onezone_id }, ref: { kind, id: id as ProviderId } },
  )
}

async function holdLineRows(
  { db, hasRowLocks }: UnitOfWork,
  tenantId: TenantId,
  subjects: readonly SubjectRef[],
): Promise<readonly TokenLineRow[]> {
  if (subjects.length === 0) return []
  const columns = subjects.map((subject) => lineColumns({ tenantId, audience: 'onezone', subject }))
  await db
    .insertInto('token_lines')
    .values(columns.map(newLine))
    .onConflict((conflict) => conflict.columns(lineColumnNames).doNothing())
    .execute()
  return db
    .selectFrom('token_lines')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('audience', '=', audienceCode('onezone'))
    .where('subject_kind', 'in', [...new Set(columns.map(({ subject_kind }) => subject_kind))])
    .where('subject_id', 'in', [...new Set(columns.map(({ subject_id }) => subject_id))])
    .orderBy('subject_kind')
    .orderBy('subject_id')
    .$if(hasRowLocks, (query) => query.forUpdate())
    .execute()
}

function heldLines(
  tenantId: TenantId,
  subjects: readonly FoundSubject[],
  rows: readonly TokenLineRow[],
): ReadonlyMap<string, HeldLine> {
  const found = new Map(rows.map((row) => [`${row.subject_kind} ${row.subject_id}`, row]))
  const held = new Map<string, HeldLine>()
  for (const { name, ref } of subjects) {
    const line = { tenantId, audience: 'onezone', subject: ref } as const
    const { subject_kind, subject_id } = lineColumns(line)
    const row = found.get(`${subject_kind} ${subject_id}`)
    if (row === undefined) continue
    held.set(printSubject(name), { line, epoch: row.epoch, generation: row.generation })
  }
  return held
}
