import { measureByApi } from './by-api.ts'
import { measureByNodes } from './by-nodes.ts'
import { measureByTenants } from './by-tenants.ts'
import { measureByTokens, tokensLabel } from './by-tokens.ts'
import type { Cores } from './cores.ts'
import { startDatabase, stopDatabase } from './database.ts'
import { measureDeletions } from './deletions.ts'
import { directoryFigures, directoryTable } from './directory.ts'
import { estimates } from './estimate.ts'
import { inClusters } from './measure-all.ts'
import type { MemoryRow } from './memory.ts'
import { type Part, PARTS_ON_POSTGRES, PARTS_WITHOUT_IT } from './names.ts'
import type { BenchOptions } from './options.ts'
import { pointReads } from './point-reads.ts'
import { Progress } from './progress.ts'
import {
  deletionTable,
  httpTable,
  readTable,
  revocationTable,
  startTable,
  tokenTable,
  writeTable,
} from './report.ts'
import { startRows } from './start.ts'
import type { StoreRows } from './stores.ts'
import { tokenRows } from './token.ts'
import { measureWrites } from './writes.ts'

type Measure = (cores: Cores, options: BenchOptions, say: (message: string) => void) => Promise<string>

const tables: Readonly<Record<Part, Measure>> = {
  'verification by nodes': async (...how) => httpTable('over HTTP', (await measureByNodes(...how)).rounds),
  'deletions on PostgreSQL': async (...how) => deletionTable([await measureDeletions('PostgreSQL', ...how)]),
  revocations: async (_, options, say) => revocationTable(await inClusters(options, say)),
  'databases alone': async (_, { sizes }) => readTable(await pointReads(sizes.at(-1) ?? 0)),
  'the directory': async (_, options, say) => directoryTable(await directoryFigures(say, options)),
  'verification by tokens': async (...how) => overSqlite(await measureByTokens(...how)),
  'verification by tenants': async (...how) => overSqlite(await measureByTenants(...how)),
  'requests by API': async (...how) => overSqlite(await measureByApi(...how)),
  changes: async (...how) => writeTable(await measureWrites(...how)),
  'deletions on SQLite': async (...how) => deletionTable([await measureDeletions('SQLite', ...how)]),
  starts: async (_, options, say) => {
    const rows = await startRows(options, say)
    return `${startTable(rows)}\n\n${ownMemory(rows.map(({ tokens, ownBytes }) => ({ label: tokensLabel(tokens), ownBytes })))}`
  },
  'a token in the process': async (_, { tokenRounds }) => tokenTable(tokenRows(tokenRounds)),
}

/** The tables of the parts that have `text` in their names, one after another. */
export async function* measureSome(text: string, cores: Cores, options: BenchOptions): AsyncIterable<string> {
  const first = PARTS_ON_POSTGRES.filter((name) => name.includes(text))
  const then = PARTS_WITHOUT_IT.filter((name) => name.includes(text))
  const expected = estimates(options)
  const progress = new Progress(Object.fromEntries([...first, ...then].map((name) => [name, expected[name]])))
  const say = (message: string): void => progress.say(message)
  if (first.length > 0) await startDatabase()
  for (const name of first) {
    progress.begin(name)
    yield await tables[name](cores, options, say)
  }
  await stopDatabase()
  for (const name of then) {
    progress.begin(name)
    yield await tables[name](cores, options, say)
  }
}

function overSqlite({ rounds, memory }: StoreRows): string {
  return `${httpTable('over HTTP, SQLite', rounds)}\n\n${ownMemory(memory)}`
}

function ownMemory(rows: readonly MemoryRow[]): string {
  const own = rows.map(({ label, ownBytes }) => `${label} ${(ownBytes / 1e6).toFixed(0)} MB`)
  return `Own memory afterwards: ${own.join(', ')}.`
}
