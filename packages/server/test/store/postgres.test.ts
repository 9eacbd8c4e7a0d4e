import { SQL } from 'bun'
import { describe } from 'bun:test'
import { emptyDatabase } from '../../testing/postgres.ts'
import { type EmptyPlace, openingContract } from './opening-contract.ts'
import { storeContract } from './store-contract.ts'
import { openTestPostgres } from './test-store.ts'

describe('the store on PostgreSQL', () => {
  storeContract(openTestPostgres)
  openingContract(makeEmptyDatabase)
})

async function makeEmptyDatabase(): Promise<EmptyPlace> {
  const { url, drop } = await emptyDatabase()
  const sql = new SQL(url, { max: 1 })
  return {
    location: { kind: 'postgres', url },
    async execute(text): Promise<void> {
      await sql.unsafe(text)
    },
    async contents(): Promise<unknown> {
      const tables = await sql<{ name: string }[]>`
        select table_name as name from information_schema.tables where table_schema = 'public' order by 1`
      const rows = tables.map(async ({ name }) => [name, [...(await sql.unsafe(`select * from ${name}`))]])
      return Promise.all(rows)
    },
    async cleanUp(): Promise<void> {
      await sql.close()
      await drop()
    },
  }
}
