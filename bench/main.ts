import { loadavg } from 'node:os'
import { processMemory } from '../packages/server/testing/process-memory.ts'
import { type SeededTokens, seededTokens } from '../packages/server/testing/seeded-tokens.ts'
import { type ServerProcess, startServer } from '../packages/server/testing/server-process.ts'
import { type Cores, pinnedCores } from './cores.ts'
import { type Rounds, runRounds } from './http-rounds.ts'
import type { Measured } from './measured.ts'
import { type BenchOptions, parseOptions, USAGE } from './options.ts'
import { renderPage, writePage } from './page.ts'
import { startApiKey, startEcho, startIntrospection } from './peers/peer.ts'
import { pointReads } from './point-reads.ts'
import { measureRevocations, type RevocationRow } from './revocations.ts'
import { startRows } from './start.ts'
import { tokenRows } from './token.ts'
import { type Stored, workloads } from './workloads.ts'
import { measureWrites } from './writes.ts'

const NODES = [1, 3]
const loadAverages: number[] = []

/**
 * What users wait for, measured: verification over HTTP beside what the runtime can do at best and beside peers,
 * changes, revocations in a cluster, the judgement of a token within a process, and a start. Writes docs/performance.md.
 */
async function main(options: BenchOptions): Promise<void> {
  const cores = pinnedCores()
  const seeded: SeededTokens[] = []
  for (const size of options.sizes) seeded.push(await seed(size))
  const overHttp = await measureHttp(seeded, cores, options)
  const writes = await measureWrites(cores, options, progress)
  const revocations = await inClusters(options)
  progress('starts')
  const starts = await startRows(seeded, options)
  const measured: Measured = {
    seeded,
    ...overHttp,
    writes,
    revocations,
    starts,
    token: tokenRows(),
    reads: await pointReads(options.tokens),
    loadAverages,
  }
  const page = await renderPage(measured, cores.description, options)
  process.stdout.write(page)
  if (!options.isQuick) await writePage(page, measured)
}

function seed(size: number): Promise<SeededTokens> {
  return seededTokens(size, (done) => {
    if (done % 50_000 === 0) progress(`seeding: ${done} of ${size} tokens`)
  })
}

async function measureHttp(
  seeded: readonly SeededTokens[],
  cores: Cores,
  options: BenchOptions,
): Promise<{ readonly rounds: Rounds; readonly ownBytes: number }> {
  const servers: ServerProcess[] = []
  const stores: Stored[] = []
  const [echo, introspection, apiKey] = await Promise.all([
    startEcho(cores.serving),
    startIntrospection(cores.serving),
    startApiKey(cores.serving),
  ])
  try {
    for (const tokens of seeded) {
      const server = await serve(tokens, cores, options)
      servers.push(server)
      stores.push({ seeded: tokens, port: server.port, pid: server.pid })
    }
    const asked = await workloads(
      stores,
      { echo, introspection, apiKey },
      options.warmUpSeconds + options.seconds,
    )
    const rounds = await runRounds(asked, cores, options, progress)
    return { rounds, ownBytes: (await processMemory(servers.at(-1)?.pid ?? 0))?.ownBytes ?? 0 }
  } finally {
    await Promise.all([...servers, echo, introspection, apiKey].map((started) => started.stop()))
  }
}

function serve(tokens: SeededTokens, cores: Cores, options: BenchOptions): Promise<ServerProcess> {
  return startServer({
    dataFolder: tokens.folder,
    launcher: cores.serving,
    flags: ['--access-log', 'false'],
    environment:
      options.isProfiled && tokens.count === options.tokens
        ? { BUN_OPTIONS: `--cpu-prof --cpu-prof-md --cpu-prof-dir=${process.cwd()}` }
        : {},
  })
}

async function inClusters({ clusterSeconds }: BenchOptions): Promise<readonly RevocationRow[]> {
  const rows: RevocationRow[] = []
  for (const nodes of NODES) {
    progress(`revocations, nodes: ${nodes}`)
    rows.push(await measureRevocations(nodes, clusterSeconds))
  }
  return rows
}

function progress(message: string): void {
  loadAverages.push(loadavg()[0] ?? 0)
  process.stderr.write(`${message}\n`)
}

try {
  await main(parseOptions(process.argv.slice(2)))
  // The tests' PostgreSQL, which was asked for a database, lives as long as this process.
  process.exit(0)
} catch (error) {
  // What `parseArgs` and `parseOptions` throw for a wrong command line.
  if (!(error instanceof TypeError)) throw error
  process.stderr.write(`${error.stack}\n\n${USAGE}`)
  process.exitCode = 2
}
