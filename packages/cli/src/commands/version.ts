import type { Command } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, type JsonOption, print } from './shared-options.ts'

export const { version } = packageJson

/** `jeton version`. */
export function addVersion(parent: Command, terminal: Terminal): void {
  const command = parent.command('version').description('print the version of this program')
  addJsonOption(command)
  addExample(command, 'jeton version --json')
  command.action((options: JsonOption) =>
    print(terminal, options, { version, bun: Bun.version }, () => `jeton ${version} (Bun ${Bun.version})\n`),
  )
}
