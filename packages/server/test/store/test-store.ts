import { Database } from 'bun:sqlite'
import { SQL } from 'bun'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { Tenant, TenantId } from '../../src/directory/tenant.ts'
import { openStore, type Store, type StoreLocation } from '../../src/store/open-store.ts'
import { migratedDatabase } from '../../testing/postgres.ts'

/** A store of a test file's own, with a way to look at its tables from outside. */
export interface TestStore extends Store {
  readonly location: StoreLocation
  /** Every statement sent while `action` ran. */
  statementsOf(action: () => Promise<unknown>): Promise<readonly string[]>
  /** Rows as the database has them, past the ports. */
  rows: <Row>(sql: string) => Promise<Row[]>
}

export type OpenTestStore = () => Promise<TestStore>

export async function openTestSqlite(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-store-'))
  const outside = () => new Database(join(folder, 'jeton.sqlite'), { readwrite: true })
  return testStore({
    location: { kind: 'sqlite', folder },
    async rows<Row>(sql: string): Promise<Row[]> {
      const database = outside()
      const rows = database.query<Row, []>(sql).all()
      database.close()
      return rows
    },
    cleanUp: () => rm(folder, { recursive: true, force: true }),
  })
}

export async function openTestPostgres(): Promise<TestStore> {
  const { url, drop } = await migratedDatabase()
  const sql = new SQL(url, { max: 1 })
  return testStore({
    location: { kind: 'postgres', url },
    async rows<Row>(text: string): Promise<Row[]> {
      return [...(await sql.unsafe<Row[]>(text))]
    },
    async cleanUp(): Promise<void> {
      await sql.close()
      await drop()
    },
  })
}

/** The change rows of one tenant after the one of its making, in the order of their numbers, as `kind key`. */
export async function changesOf(store: TestStore, tenant: Tenant | TenantId): Promise<string[]> {
  const id = typeof tenant === 'number' ? tenant : tenant.id
  const [first, ...others] = await allChangesOf(store, id)
  return first === undefined || first === `tenant ${id}` ? others : [first, ...others]
}

/** All of them. */
export async function allChangesOf(store: TestStore, id: TenantId): Promise<string[]> {
  const rows = await store.rows<{ kind: string; key: string }>(
    `select kind, key from changes where tenant_id = ${id} order by number`,
  )
  return rows.map(({ kind, key }) => `${kind} ${key}`)
}

interface TestStoreParts extends Pick<TestStore, 'location' | 'rows'> {
  readonly cleanUp: () => Promise<void>
}

async function testStore({ location, rows, cleanUp }: TestStoreParts): Promise<TestStore> {
  let statements: string[] | undefined
  const opened = await openStore(location, systemAmbient, (sql) => statements?.push(sql))
  const store = await opened.migrate()
  return {
    ...store,
    location,
    rows,
    async statementsOf(action): Promise<readonly string[]> {
      const sent: string[] = []
      statements = sent
      await action()
      statements = undefined
      return sent
    },
    async close(): Promise<void> {
      await store.close()
      await cleanUp()
    },
  }
}
