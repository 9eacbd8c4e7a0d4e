import type { Command } from 'commander'
import { CommandFailed } from '../command-failed.ts'
import { passwordCredentialFor, type ServerOptions, serverAddress } from '../server/connection.ts'
import { text } from '../server/json.ts'
import { requestObject } from '../server/request.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

interface Options extends ServerOptions, JsonOption {
  readonly email: string
  readonly fullName?: string
  readonly passwordStdin?: boolean
}

/** `jeton user create`: through `POST /v1/users`, which makes the user of every API at once. */
export function addUserCreate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('create')
    .description('create a user (needs the privilege oz_users_create)')
    .argument('<username>', '2 to 32 letters, digits, dots, dashes and underscores')
    .requiredOption('--email <address>', 'e-mail address; the user can log in with it too')
    .option('--full-name <name>', 'the name to show')
    .option('--password-stdin', "read the new user's password from standard input (default: ask for it)")
  addJsonOption(addServerOptions(command))
  addExample(
    command,
    'jeton user create ada --email ada@example.org',
    'jeton user create ci --email ci@example.org --password-stdin < password.txt',
  )
  command.action((username: string, options: Options) => createUser(terminal, username, options))
}

async function createUser(terminal: Terminal, username: string, options: Options): Promise<void> {
  const credential = await passwordCredentialFor(terminal, options)
  const server = { ...serverAddress(terminal, options), credential }
  const password = await newPassword(terminal, username, options)
  const { email, fullName } = options
  const created = await requestObject(server, {
    method: 'POST',
    path: '/v1/users',
    body: { username, email, password, ...(fullName !== undefined && { fullName }) },
  })
  print(
    terminal,
    options,
    created,
    () => `Created ${printable(username)}, id ${text(created['onezoneId'])}.\n`,
  )
}

async function newPassword(terminal: Terminal, username: string, options: Options): Promise<string> {
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
