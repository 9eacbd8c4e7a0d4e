import { readFileSync } from 'node:fs'
import { type Configuration, readConfiguration } from '@jeton/server/configuration'
import { ConfigurationProblem } from '@jeton/server/configuration-problem'
import { CommandFailed } from './command-failed.ts'
import type { Terminal } from './terminal/terminal.ts'

/**
 * The server's configuration, for a command that is the server or works on what it has.
 * @throws {CommandFailed} `usage`
 */
export function configure(terminal: Terminal, flags: Readonly<Record<string, string>>): Configuration {
  try {
    return readConfiguration({ flags, env: terminal.environment, readFile })
  } catch (error) {
    if (!(error instanceof ConfigurationProblem)) throw error
    throw new CommandFailed('usage', error.message, { next: 'jeton serve --help lists every setting.' })
  }
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT') return undefined
    throw new CommandFailed('usage', `The configuration file ${path} cannot be read (${code}).`)
  }
}
