import { pinnedCores } from './cores.ts'
import { stopDatabase } from './database.ts'
import { endedBySignal } from './ended-by-signal.ts'
import { measureAll } from './measure-all.ts'
import { measureSome } from './measure-some.ts'
import { type BenchOptions, parseOptions, USAGE } from './options.ts'
import { drawings, renderPage, writePage } from './page.ts'

/*
 * What users wait for, measured: verification over HTTP beside what the runtime can do at best and beside peers,
 * changes, revocations in a cluster, the judgement of a token within a process, and a start. Writes docs/performance.md.
 */
const { code, problem = '' } = await Promise.race([endedBySignal(), main()])
await stopDatabase()
process.stderr.write(problem)
// What is left of the run goes with this process: servers, peers, temporary files.
process.exit(code)

/** @returns the exit code, and what is to be said about it: not here, for whoever interrupts makes much else fail */
async function main(): Promise<{ readonly code: number; readonly problem?: string }> {
  const options = readOptions()
  if (options === undefined) return { code: 2 }
  try {
    const cores = pinnedCores()
    if (options.only !== undefined) {
      for await (const table of measureSome(options.only, cores, options))
        process.stdout.write(`${table}\n\n`)
      return { code: 0 }
    }
    const measured = await measureAll(cores, options)
    const page = await renderPage(measured, cores.description)
    const drawn = drawings(measured)
    process.stdout.write(page)
    if (!options.isQuick) await writePage(page, drawn)
    return { code: 0 }
  } catch (error) {
    return { code: 1, problem: `${Bun.inspect(error)}\n` }
  }
}

/** `undefined` when the command line says nothing that can be done; that has been said then. */
function readOptions(): BenchOptions | undefined {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    // What `parseArgs` and `parseOptions` throw for a wrong command line.
    if (!(error instanceof TypeError)) throw error
    process.stderr.write(`${error.message}\n\n${USAGE}`)
    return undefined
  }
}
