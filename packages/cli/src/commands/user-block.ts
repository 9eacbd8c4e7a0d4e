import type { Command } from 'commander'
import { setBlocked } from '../server/onezone.ts'
import type { ServerOptions } from '../server/connection.ts'
import type { Terminal } from '../terminal/terminal.ts'
import {
  addExample,
  addJsonOption,
  addServerOptions,
  connect,
  type JsonOption,
  print,
} from './shared-options.ts'
import { resolveUserId } from './user-argument.ts'

interface Options extends ServerOptions, JsonOption {
  readonly undo?: boolean
}

/** `jeton user block`: nothing is deleted, but nothing that speaks for the user is accepted. */
export function addUserBlock(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('block')
    .description('refuse a user, with all tokens and the password, until --undo (needs oz_users_update)')
    .argument('<user>', 'username or id; a username needs oz_users_list and oz_users_view too')
    .option('--undo', 'accept the user again')
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton user block ada', 'jeton user block ada --undo')
  command.action((user: string, options: Options) => blockUser(terminal, user, options))
}

async function blockUser(terminal: Terminal, user: string, options: Options): Promise<void> {
  const server = await connect(terminal, options)
  const userId = await resolveUserId(server, user)
  const blocked = options.undo !== true
  await setBlocked(server, userId, blocked)
  print(
    terminal,
    options,
    { userId, blocked },
    () => `User ${userId} is ${blocked ? 'blocked' : 'no longer blocked'}.\n`,
  )
}
