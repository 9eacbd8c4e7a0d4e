import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'

/** Secrets that tokens were given elsewhere, and what imports have taken in. */
export function importedSecrets(types: ColumnTypes): Migration {
  return {
    async up(db: Kysely<object>): Promise<void> {
      // Sealed under the root key of `kid`; null: derived from it.
      await db.schema.alterTable('named_tokens').addColumn('sealed_secret', types.bytes).execute()
      await db.schema.alterTable('token_lines').addColumn('generation_sealed_secret', types.bytes).execute()
      if (types.dialect === 'sqlite') await widenVerdictIndex(db)
      await createImportMarks(db, types)
    },
  }
}

/** All that a verdict reads of a token, or each would look its row up besides. */
async function widenVerdictIndex(db: Kysely<object>): Promise<void> {
  await sql`drop index named_tokens_verdict`.execute(db)
  await sql`
    create index named_tokens_verdict on named_tokens
    (tenant_id, audience, id, subject_kind, subject_id, epoch, is_revoked, kid, salt, sealed_secret)`.execute(
    db,
  )
}

/** Stays when what was taken is removed here: that is how it is not taken again. */
async function createImportMarks(db: Kysely<object>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('import_marks')
    .addColumn('tenant_id', types.bigint, (column) => column.notNull())
    .addColumn('kind', 'smallint', (column) => column.notNull())
    // What identifies it there.
    .addColumn('key', types.text, (column) => column.notNull())
    // How dead it was said to be there when last taken: revoked or not, blocked or not, the generation.
    .addColumn('state', types.bigint, (column) => column.notNull())
    // The run that took it.
    .addColumn('run', types.bigint, (column) => column.notNull())
    .addPrimaryKeyConstraint('import_marks_pkey', ['tenant_id', 'kind', 'key'])
    .modifyEnd(types.keptInPrimaryKey)
    .execute()
}
