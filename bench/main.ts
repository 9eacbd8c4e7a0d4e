import { cpus } from 'node:os'
import { processMemory } from '../packages/server/testing/process-memory.ts'
import { type SeededTokens, seededTokens } from '../packages/server/testing/seeded-tokens.ts'
import { startServer } from '../packages/server/testing/server-process.ts'
import { type Cores, pinnedCores } from './cores.ts'
import { CONNECTIONS, type Rounds, runRounds } from './http-rounds.ts'
import { type BenchOptions, parseOptions, USAGE } from './options.ts'
import { startEcho, startIntrospection } from './peers/peer.ts'
import { httpTable, startTable, tokenTable } from './report.ts'
import { startRows } from './start.ts'
import { tokenRows } from './token.ts'

/**
 * What users wait for, measured: verification over HTTP beside what the runtime can do at best and beside a peer, the
 * judgement of a token within a process, and a start with few and with many tokens stored.
 */
async function main(options: BenchOptions): Promise<void> {
  const cores = pinnedCores()
  const seeded = await seededTokens(options.tokens, (done) => {
    if (done % 50_000 === 0) progress(`seeding: ${done} of ${options.tokens} tokens`)
  })
  const { rounds, ownBytes } = await overHttp(seeded, cores, options)
  progress('starts')
  const starts = await startRows(seeded)
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Bun ${Bun.version}`
  print(`
${machine}; ${cores.description}.
${options.tokens} named tokens with three caveats in SQLite; ${CONNECTIONS} connections; medians of ${options.rounds} rounds of ${options.seconds} s.

${httpTable(rounds)}

The server's own memory after these rounds: ${Math.round(ownBytes / 1e6)} MB.

${tokenTable(tokenRows())}

${startTable(starts)}
`)
}

async function overHttp(
  seeded: SeededTokens,
  cores: Cores,
  options: BenchOptions,
): Promise<{ readonly rounds: Rounds; readonly ownBytes: number }> {
  const server = await startServer({
    dataFolder: seeded.folder,
    launcher: cores.serving,
    flags: ['--access-log', 'false'],
  })
  const echo = await startEcho(cores.serving)
  const introspection = await startIntrospection(cores.serving)
  try {
    const ports = { echo: echo.port, jeton: server.port, introspection: introspection.port }
    const rounds = await runRounds(ports, seeded, cores, options, progress)
    return { rounds, ownBytes: (await processMemory(server.pid))?.ownBytes ?? 0 }
  } finally {
    await Promise.all([server.stop(), echo.stop(), introspection.stop()])
  }
}

function progress(message: string): void {
  process.stderr.write(`${message}\n`)
}

function print(text: string): void {
  process.stdout.write(text)
}

try {
  await main(parseOptions(process.argv.slice(2)))
} catch (error) {
  // What `parseArgs` and `parseOptions` throw for a wrong command line.
  if (!(error instanceof TypeError)) throw error
  process.stderr.write(`${error.message}\n\n${USAGE}`)
  process.exitCode = 2
}
