import { statSync } from 'node:fs'
import type * as Server from '@jeton/server'
import type { Command } from 'commander'
import { CommandFailed } from '../command-failed.ts'
import { configure } from '../configure.ts'
import { ProgressLine } from '../import/progress-line.ts'
import { renderSummary } from '../import/render-summary.ts'
import { addPlaceOptions, givenFlags } from '../serve-options.ts'
import { importFailure } from '../import/import-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, type JsonOption, print } from './shared-options.ts'

interface Options extends JsonOption {
  readonly dryRun?: boolean
  readonly strict?: boolean
  readonly tenantDomain?: string
}

const OTHERS_NOTHING = 0o077

/** `jeton import onezone`: takes in what a Onezone knew, past the server. */
export function addImportOnezone(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('onezone')
    .description('take in the tokens and users of a Onezone, with their ids and secrets')
    .argument('<file>', 'the export, one JSON record a line; - for standard input')
    .option('--dry-run', 'say what would be taken and refused, and write nothing')
    .option('--strict', 'stop at the first record that is refused')
    .option(
      '--tenant-domain <DOMAIN>',
      'take it into the tenant with this zone domain (default: the default tenant)',
    )
  addJsonOption(addPlaceOptions(command))
  command.addHelpText('after', WHERE)
  addExample(
    command,
    'jeton import onezone export.jsonl --data /var/lib/jeton --dry-run',
    'jeton import onezone export.jsonl --data /var/lib/jeton',
  )
  command.action((file: string, options: Options) => importOnezone(terminal, file, options))
}

const WHERE = `
It works on the database itself. With SQLite the server must be stopped; with PostgreSQL the servers may run.
Cut off and run again it goes on, and nothing that was revoked or deleted here comes back.`

async function importOnezone(terminal: Terminal, file: string, options: Options): Promise<void> {
  const configuration = configure(terminal, givenFlags({ ...options }))
  const totalBytes = sizeOf(file)
  // Loaded only now: no other command should wait for the database drivers.
  const server = await import('@jeton/server')
  process.umask(OTHERS_NOTHING)
  const summary = await run(terminal, server, configuration, {
    chunks: chunksOf(file),
    tenantDomain: options.tenantDomain,
    isDryRun: options.dryRun === true,
    isStrict: options.strict === true,
    ...told(terminal, totalBytes),
  })
  const { isStopped: stopped, ...counted } = summary
  print(terminal, options, { ...counted, stopped }, () => renderSummary(summary, options.dryRun === true))
  if (summary.refused > 0) throw refusedSome(summary, options)
}

/** What is said while it runs goes to standard error, so that the summary stands alone. */
function told(
  terminal: Terminal,
  totalBytes: number | undefined,
): Pick<Server.OnezoneImport, 'onRefused' | 'onProgress'> {
  const progress = new ProgressLine(terminal, totalBytes)
  return {
    onRefused: (line, why) => terminal.writeError(`line ${line}: ${why}\n`),
    onProgress: (reached) => progress.show(reached),
  }
}

async function run(
  terminal: Terminal,
  server: typeof Server,
  configuration: Parameters<typeof Server.importOnezone>[0],
  request: Server.OnezoneImport,
): Promise<Server.Summary> {
  try {
    return await server.importOnezone(configuration, request, terminal.ambient)
  } catch (error) {
    throw importFailure(server, error)
  }
}

function refusedSome({ refused, isStopped, lines }: Server.Summary, { dryRun }: Options): CommandFailed {
  const number = refused === 1 ? 'One line' : `${refused} lines`
  if (dryRun === true) return new CommandFailed('failed', `${number} would be refused.`)
  if (isStopped) {
    return new CommandFailed('failed', `Stopped at line ${lines}, which was refused.`, { next: MEND })
  }
  return new CommandFailed('failed', `${number} ${refused === 1 ? 'was' : 'were'} refused.`, { next: MEND })
}

const MEND = 'Mend the file and run it again: what is taken already is left as it is.'

/** `undefined`: nobody knows beforehand. */
function sizeOf(file: string): number | undefined {
  if (file === '-') return undefined
  try {
    const found = statSync(file)
    if (found.isDirectory()) throw new CommandFailed('usage', `${file} is a folder.`)
    return found.isFile() ? found.size : undefined
  } catch (error) {
    throw unreadable(file, error)
  }
}

async function* chunksOf(file: string): AsyncGenerator<Uint8Array, undefined> {
  let hasBegun = false
  try {
    for await (const chunk of file === '-' ? Bun.stdin.stream() : Bun.file(file).stream()) {
      hasBegun = true
      yield chunk
    }
  } catch (error) {
    throw unreadable(file, error, hasBegun ? 'failed' : 'usage')
  }
  return undefined
}

function unreadable(file: string, error: unknown, exit: 'failed' | 'usage' = 'usage'): CommandFailed {
  if (error instanceof CommandFailed) return error
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  return new CommandFailed(exit, `${file === '-' ? 'Standard input' : file} cannot be read${code}.`)
}
