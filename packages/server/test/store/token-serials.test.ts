import { SQL } from 'bun'
import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, sql } from 'kysely'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { TokenId } from '../../src/authority/named-token.ts'
import type { TenantId } from '../../src/directory/tenant.ts'
import { migrateSchema } from '../../src/store/migrate.ts'
import { openStore, type StoreLocation } from '../../src/store/open-store.ts'
import { columnTypes as postgresTypes } from '../../src/store/postgres/column-types.ts'
import { defaultDeadlines } from '../../src/store/postgres/deadlines.ts'
import { postgresDialect } from '../../src/store/postgres/postgres-dialect.ts'
import type { Schema } from '../../src/store/schema.ts'
import { columnTypes as sqliteTypes } from '../../src/store/sqlite/column-types.ts'
import { kyselyOver } from '../../src/store/sqlite/sqlite-dialect.ts'
import { openWriter } from '../../src/store/sqlite/sqlite-files.ts'
import { SqliteSession } from '../../src/store/sqlite/sqlite-session.ts'
import { emptyDatabase } from '../../testing/postgres.ts'

const TENANT = 1 as TenantId
const cleanUps: (() => Promise<unknown>)[] = []

afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp()
})

/** A database as it was before tokens had serials, with a line of three tokens, two of them used. */
async function fill(db: Kysely<Schema>): Promise<void> {
  const statements = [
    sql`insert into tenants values (1, 'Zone', 'zone.test', 'a', 's', 1)`,
    sql`insert into users values (7, 1, 'u', 'ada', '1', 'ada', null, null, 'Ada', null, 1, 0, 0, 0)`,
    sql`insert into token_lines values (1, 1, 1, 7, 2, 0, null, null)`,
    ...['old', 'kept', 'unused'].map((id, index) => namedToken(id, id === 'old' ? 1 : 2, 100 - index)),
    sql`insert into token_usage values (1, 1, 'old', 5, 1), (1, 1, 'kept', 9, 3)`,
  ]
  for (const statement of statements) await statement.execute(db)
}

function namedToken(id: string, epoch: number, createdAt: number) {
  return sql`
    insert into named_tokens (tenant_id, audience, id, subject_kind, subject_id, epoch, name, type, caveats,
      custom_metadata, is_revoked, version, created_at, kid, salt)
    values (1, 1, ${id}, 1, 7, ${epoch}, ${id}, 'act', '["time < 2000000000"]', '{"a":1}', 0, 1, ${createdAt}, 1,
      ${new Uint8Array([1, 2, 3])})`
}

async function oldSqlite(): Promise<StoreLocation> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-serials-'))
  cleanUps.push(() => rm(folder, { recursive: true, force: true }))
  const db = kyselyOver(new SqliteSession(openWriter(folder), undefined))
  await migrateSchema(db, sqliteTypes, 'incarnation', '0002-cluster')
  await fill(db)
  await db.destroy()
  return { kind: 'sqlite', folder }
}

async function oldPostgres(): Promise<StoreLocation> {
  const { url, drop } = await emptyDatabase()
  cleanUps.push(drop)
  const pool = new SQL(url, { bigint: true, max: 1 })
  const db = new Kysely<Schema>({
    dialect: postgresDialect({ pool, onQuery: undefined, deadlines: defaultDeadlines }),
  })
  await migrateSchema(db, postgresTypes, 'incarnation', '0002-cluster')
  await fill(db)
  await pool.close()
  return { kind: 'postgres', url }
}

describe.each([
  ['SQLite', oldSqlite],
  ['PostgreSQL', oldPostgres],
])('a %s database from before tokens had serials', (_, makeOld) => {
  test('keeps every token and every use, and a use goes with its token as before', async () => {
    const opened = await openStore(await makeOld(), systemAmbient)
    const store = await opened.migrate()
    const { tokens, usage, verification } = store.reads
    const usesOf = async (id: string) => (await usage.find(TENANT, 'onezone', id as TokenId))?.uses
    try {
      expect(await tokens.find(TENANT, 'onezone', 'kept' as TokenId)).toMatchObject({
        name: 'kept',
        caveats: [{ type: 'time', validUntil: 2_000_000_000 }],
        customMetadata: { a: 1 },
        key: { kid: 1, salt: new Uint8Array([1, 2, 3]) },
      })
      expect(await tokens.find(TENANT, 'onezone', 'old' as TokenId)).toBeUndefined()
      expect(await Promise.all(['old', 'kept', 'unused'].map(usesOf))).toEqual([1, 3, undefined])
      const found = await verification.findNamed(TENANT, 'onezone', 'kept')
      expect(found?.subject.id).toBe('ada')
      await store.atomically((ports) => ports.tokens.remove(TENANT, 'onezone', 'kept' as TokenId))
      expect(await usesOf('kept')).toBeUndefined()
    } finally {
      await store.close()
    }
  })
})
