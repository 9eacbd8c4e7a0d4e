import { measureByApi } from './by-api.ts'
import { measureByNodes } from './by-nodes.ts'
import { measureByTenants } from './by-tenants.ts'
import { measureByTokens } from './by-tokens.ts'
import type { Cores } from './cores.ts'
import { startDatabase, stopDatabase } from './database.ts'
import { measureDeletions } from './deletions.ts'
import { directoryFigures } from './directory.ts'
import { estimates } from './estimate.ts'
import type { Measured } from './measured.ts'
import type { Part } from './names.ts'
import type { BenchOptions } from './options.ts'
import { pointReads } from './point-reads.ts'
import { Progress } from './progress.ts'
import { measureRevocations, type RevocationRow } from './revocations.ts'
import { startRows } from './start.ts'
import { tokenRows } from './token.ts'
import { measureWrites } from './writes.ts'

/** One part after another; PostgreSQL comes first and is gone when the others are measured. */
export async function measureAll(cores: Cores, options: BenchOptions): Promise<Measured> {
  const progress = new Progress(estimates(options))
  const say = (message: string): void => progress.say(message)
  const part = <T>(name: Part, work: () => T): T => {
    progress.begin(name)
    return work()
  }
  await startDatabase()
  const byNodes = await part('verification by nodes', () => measureByNodes(cores, options, say))
  const onPostgres = await part('deletions on PostgreSQL', () =>
    measureDeletions('PostgreSQL', cores, options, say),
  )
  const revocations = await part('revocations', () => inClusters(options, say))
  const reads = await part('databases alone', () => pointReads(options.sizes.at(-1) ?? 0))
  const directory = await part('the directory', () => directoryFigures(say, options))
  await stopDatabase()

  const byTokens = await part('verification by tokens', () => measureByTokens(cores, options, say))
  const byTenants = await part('verification by tenants', () => measureByTenants(cores, options, say))
  const byApi = await part('requests by API', () => measureByApi(cores, options, say))
  const writes = await part('changes', () => measureWrites(cores, options, say))
  const onSqlite = await part('deletions on SQLite', () => measureDeletions('SQLite', cores, options, say))
  const starts = await part('starts', () => startRows(options, say))
  const token = part('a token in the process', () => tokenRows(options.tokenRounds))
  const deletions = [onSqlite, onPostgres]
  const { loadAverages } = progress
  return {
    options,
    byTokens,
    byTenants,
    byNodes,
    byApi,
    writes,
    deletions,
    revocations,
    starts,
    token,
    reads,
    directory,
    loadAverages,
  }
}

export async function inClusters(
  { nodeCounts, clusterSeconds }: BenchOptions,
  onProgress: (message: string) => void,
): Promise<readonly RevocationRow[]> {
  const rows: RevocationRow[] = []
  for (const nodes of nodeCounts) {
    onProgress(`revocations, nodes: ${nodes}`)
    rows.push(await measureRevocations(nodes, clusterSeconds))
  }
  return rows
}
