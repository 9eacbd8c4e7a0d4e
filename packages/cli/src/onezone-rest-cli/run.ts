import { apiRelease } from '@jeton/server/onezone-operations'
import { CommandFailed } from '../command-failed.ts'
import { version } from '../commands/version.ts'
import { exitCodes } from '../exit-code.ts'
import { printable, printableJsonText } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { buildCall, type Call } from './call.ts'
import { type CommandLine, type Options, parseCommandLine, usage } from './command-line.ts'
import { completionScript } from './completion.ts'
import { chooseCredential, credentialHeader } from './credential.ts'
import { curlCommand } from './curl.ts'
import { findOperation } from './find-operation.ts'
import { operationHelp, overview } from './help.ts'
import { hostOf } from './host.ts'
import { type Answer, send } from './send.ts'

/**
 * Runs one command line of `onezone-rest-cli` to its end.
 * @param args without the program's own name
 * @returns the exit status
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await obey(args, terminal)
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error
    const { message, next, exit } = error
    terminal.writeError(`onezone-rest-cli: ${printable(message)}\n`)
    if (next !== undefined) terminal.writeError(`                  ${printable(next)}\n`)
    return exitCodes[exit].code
  }
}

async function obey(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args[0] === 'completion') {
    if (args.length > 2) throw usage('completion takes one word: bash or zsh.')
    terminal.writeOut(completionScript(args[1]))
    return exitCodes.done.code
  }
  const line = parseCommandLine(args)
  const text = informationText(line)
  if (text !== undefined) {
    terminal.writeOut(text)
    return exitCodes.done.code
  }
  return callOperation(line, terminal)
}

function informationText({ operation, options }: CommandLine): string | undefined {
  if (options.version) return `onezone-rest-cli ${version} (Onezone API ${apiRelease})\n`
  if (!options.help) return undefined
  return operation === undefined ? overview() : operationHelp(findOperation(operation))
}

async function callOperation({ operation, ...line }: CommandLine, terminal: Terminal): Promise<number> {
  if (operation === undefined) throw usage('No operation is named.', 'onezone-rest-cli --help lists them.')
  const { options } = line
  const found = findOperation(operation)
  const host = hostOf(options.host, terminal)
  const call = await buildCall(found, line.arguments, options.headers, terminal)
  const credential = chooseCredential(options.user, call, terminal)
  if (options.dryRun) {
    terminal.writeOut(`${curlCommand(host, call, credential, options)}\n`)
    return exitCodes.done.code
  }
  if (options.verbose) terminal.writeError(requestLines(host, call))
  const answer = await send(host, call, await credentialHeader(credential, terminal), options)
  return report(answer, options, terminal)
}

/** Without the values of headers: one of them may be a credential. */
function requestLines(host: string, { method, path, headers }: Call): string {
  const names = headers.map(([name]) => `> ${name}: …\n`)
  return `> ${method} ${host}${path}\n${names.join('')}`
}

function report(answer: Answer, { include, verbose }: Options, terminal: Terminal): number {
  const { status, text } = answer
  const isDone = status >= 200 && status < 300
  if (verbose) terminal.writeError(headLines(answer, '< '))
  if (include) terminal.writeOut(`${headLines(answer, '')}\n`)
  if (text !== '') terminal.writeOut(`${printableJsonText(text).trimEnd()}\n`)
  if (isDone) return exitCodes.done.code
  terminal.writeError(`onezone-rest-cli: ${refusalText(answer)}\n`)
  return exitCodes.failed.code
}

function headLines({ status, statusText, headers }: Answer, prefix: string): string {
  const lines = [...headers].map(([name, value]) => `${prefix}${name}: ${printable(value)}\n`)
  return `${prefix}HTTP ${status} ${printable(statusText)}\n${lines.join('')}`
}

function refusalText({ status, headers }: Answer): string {
  const seconds = headers.get('retry-after')
  const wait = seconds === null ? '' : ` Try again in ${printable(seconds)} s.`
  const reason = MEANINGS[status]
  return `The server answered ${status}${reason === undefined ? '' : ` (${reason})`}.${wait}`
}

/** What the statuses without a body mean. */
const MEANINGS: Readonly<Record<number, string>> = {
  400: 'bad request',
  401: 'not authenticated, or not as it should be',
  403: 'forbidden',
  404: 'not found',
  405: 'no such method there: is this the address of a Onezone?',
  409: 'it exists already',
  413: 'the body is too large',
  415: 'the content type is not JSON',
  431: 'a header is too large; a token in one has less than 4 KiB',
  503: 'not now; asking again is safe',
}
