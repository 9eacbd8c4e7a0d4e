import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { SQL } from 'bun'
import { seededRandom } from '../packages/server/testing/seeded-random.ts'
import { emptyDatabase } from '../packages/server/testing/postgres.ts'
import { temporaryFolder } from './temporary.ts'

/** What one read of one row by its key takes, on the thread of whoever asks: the least that a verdict costs that is not remembered. */
export interface PointReadRow {
  readonly database: 'SQLite' | 'PostgreSQL'
  readonly rows: number
  readonly micros: number
}

const SALT = 'randomblob(100)'
const POSTGRES_ROWS = 100_000
const SQLITE_READS = 100_000
const POSTGRES_READS = 5000

/** Rows of 100 bytes, read at random, one after another. @param rows of the SQLite table */
export async function pointReads(rows: number): Promise<readonly PointReadRow[]> {
  return [
    { database: 'SQLite', rows, micros: await inSqlite(rows) },
    {
      database: 'PostgreSQL',
      rows: Math.min(rows, POSTGRES_ROWS),
      micros: await inPostgres(Math.min(rows, POSTGRES_ROWS)),
    },
  ]
}

async function inSqlite(rows: number): Promise<number> {
  const database = new Database(join(temporaryFolder(), 'rows.sqlite'))
  try {
    database.run('create table line (id integer primary key, content blob not null)')
    database.run(
      `insert into line with recursive n(id) as (select 1 union all select id + 1 from n where id < ?) select id, ${SALT} from n`,
      [rows],
    )
    // One snapshot for all, or most of the time goes into locking the file.
    database.run('begin')
    const read = database.query<unknown, [number]>('select content from line where id = ?')
    const random = seededRandom(1)
    const startedAt = performance.now()
    for (let done = 0; done < SQLITE_READS; done += 1) read.get(1 + random.below(rows))
    return ((performance.now() - startedAt) * 1000) / SQLITE_READS
  } finally {
    database.close()
  }
}

async function inPostgres(rows: number): Promise<number> {
  const { url, drop } = await emptyDatabase()
  const sql = new SQL(url, { max: 1 })
  try {
    await sql`create table line (id integer primary key, content text not null)`
    await sql`insert into line select id, repeat('x', 100) from generate_series(1, ${rows}::integer) as id`
    const random = seededRandom(1)
    const startedAt = performance.now()
    for (let done = 0; done < POSTGRES_READS; done += 1) {
      await sql`select content from line where id = ${1 + random.below(rows)}`
    }
    return ((performance.now() - startedAt) * 1000) / POSTGRES_READS
  } finally {
    await sql.close()
    await drop()
  }
}
