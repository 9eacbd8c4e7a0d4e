import type { Command } from 'commander'
import { credentialFor, serverAddress, type ServerOptions } from '../server/connection.ts'
import { DEFAULT_URL } from '../server/connection.ts'
import type { Server } from '../server/request.ts'
import { printableJson } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface JsonOption {
  readonly json?: boolean
}

export interface SubjectOption {
  readonly subject?: string
}

export function addJsonOption(command: Command): Command {
  return command.option('--json', 'print JSON, for scripts')
}

/** The options of every command that talks to a server as somebody. */
export function addServerOptions(command: Command): Command {
  return addUrlOption(command).option(
    '-u, --username <name>',
    'speak as this user; the password is asked for, or read from JETON_PASSWORD (env: JETON_USERNAME)',
  )
}

export function addUrlOption(command: Command): Command {
  return command
    .option('--url <url>', `the server (env: JETON_URL; default: the login's, else ${DEFAULT_URL})`)
    .option(
      '--cacert <file>',
      "trust servers whose certificate is signed by one of these (PEM; env: JETON_CACERT; default: the login's)",
    )
}

export function addSubjectOption(command: Command, whose: string): Command {
  return command.option('--subject <user>', `${whose} of this user, by username or id (for administrators)`)
}

/** One example per command, as its `--help` shows it. */
export function addExample(command: Command, ...lines: readonly string[]): Command {
  const title = lines.length === 1 ? 'Example' : 'Examples'
  return command.addHelpText('after', `\n${title}:\n${lines.map((line) => `  $ ${line}`).join('\n')}`)
}

/** The server to ask, as the caller whom options and environment name. */
export async function connect(terminal: Terminal, options: ServerOptions): Promise<Server> {
  return { ...serverAddress(terminal, options), credential: await credentialFor(terminal, options) }
}

/** A result as the caller wants it: for a script, or for a person. */
export function print(terminal: Terminal, options: JsonOption, json: unknown, human: () => string): void {
  terminal.writeOut(options.json === true ? printableJson(json) : human())
}
