import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { asError } from './as-error.ts'
import { CannotOpenStore } from './cannot-open-store.ts'
import { usersAndTokens } from './migrations/0001-users-and-tokens.ts'
import { cluster } from './migrations/0002-cluster.ts'
import { tokenSerials } from './migrations/0003-token-serials.ts'
import { onezoneDirectory } from './migrations/0004-onezone-directory.ts'
import { invites } from './migrations/0005-invites.ts'
import { importedSecrets } from './migrations/0006-imported-secrets.ts'
import { accounts } from './migrations/0007-accounts.ts'
import { operators } from './migrations/0008-operators.ts'
import type { ColumnTypes } from './migrations/column-types.ts'
import type { Schema } from './schema.ts'

/** How the database's schema stands to the one of this program. */
export type SchemaState = 'empty' | 'behind' | 'current'

/**
 * Looks at the schema and changes nothing.
 * @throws {CannotOpenStore} when a newer version of the program has migrated the database
 */
export async function inspectSchema(db: Kysely<Schema>): Promise<SchemaState> {
  const executed = await executedMigrations(db)
  const unknown = executed.filter((name) => !migrationNames.includes(name))
  if (unknown.length > 0) throw newerThanProgram(unknown)
  if (executed.length === 0) return 'empty'
  return executed.length < migrationNames.length ? 'behind' : 'current'
}

/**
 * Brings the schema up to this program's.
 * @param incarnation given to the change feed if it is made now
 * @param upTo the name of the last migration to run, for a test of those after it
 */
export async function migrateSchema(
  db: Kysely<Schema>,
  types: ColumnTypes,
  incarnation: string,
  upTo = migrationNames.at(-1) ?? '',
): Promise<void> {
  const made = Object.entries(migrations).map(([name, make]) => [name, make(types, incarnation)])
  const provider = { getMigrations: async () => Object.fromEntries(made) }
  const { error } = await new Migrator({ db, provider }).migrateTo(upTo)
  if (error !== undefined) throw asError(error)
}

/** Run in the order of their names, which is the order in which they were written. Never edited after a release. */
const migrations: Readonly<Record<string, (types: ColumnTypes, incarnation: string) => Migration>> = {
  '0001-users-and-tokens': usersAndTokens,
  '0002-cluster': cluster,
  '0003-token-serials': tokenSerials,
  '0004-onezone-directory': onezoneDirectory,
  '0005-invites': invites,
  '0006-imported-secrets': importedSecrets,
  '0007-accounts': accounts,
  '0008-operators': operators,
}

const migrationNames = Object.keys(migrations)

async function executedMigrations(db: Kysely<Schema>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const rows = await db
    .withTables<{ kysely_migration: { readonly name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .orderBy('name')
    .execute()
  return rows.map(({ name }) => name)
}

function newerThanProgram(unknown: readonly string[]): CannotOpenStore {
  return new CannotOpenStore(
    `The database is newer than this program: it has the migrations ${unknown.join(', ')}, which this version ` +
      'does not know. Start the version that made them, or a later one. Nothing was changed.',
  )
}
