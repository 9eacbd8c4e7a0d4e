import type { Command } from 'commander'
import { CommandFailed } from '../command-failed.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface PasswordOption {
  readonly passwordStdin?: boolean
}

export function addPasswordOption(command: Command, whose: string): Command {
  return command.option(
    '--password-stdin',
    `read ${whose} password from standard input (default: ask for it)`,
  )
}

/** The password of somebody who is about to be made: asked for twice, or read from standard input. */
export async function newPassword(
  terminal: Terminal,
  username: string,
  options: PasswordOption,
): Promise<string> {
  // The line's end is the terminal's or the file's, not the password's.
  if (options.passwordStdin === true) return (await terminal.readInput()).replace(/\r?\n$/, '')
  if (!terminal.isInputInteractive) {
    throw new CommandFailed('usage', `There is no password for ${username}.`, {
      next: 'Pipe it in with --password-stdin, or run the command on a terminal.',
    })
  }
  const password = await terminal.askSecret(`New password of ${username}: `)
  const again = await terminal.askSecret('The same again: ')
  if (password !== again)
    throw new CommandFailed('usage', 'The two passwords differ.', { next: 'Try again.' })
  return password
}
