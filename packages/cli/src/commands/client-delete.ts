import type { Command } from 'commander'
import { connectWithPassword, deleteClient } from '../server/clients.ts'
import type { ServerOptions } from '../server/connection.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

type Options = ServerOptions & JsonOption

/** `jeton client delete`. */
export function addClientDelete(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('delete')
    .description('delete a client; nothing that it was given is accepted any more')
    .argument('<client id>', 'as jeton client list shows it')
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton client delete <client id>')
  command.action(async (id: string, options: Options) => {
    await deleteClient(await connectWithPassword(terminal, options), id)
    print(
      terminal,
      options,
      { clientId: id, deleted: true },
      () => `Client ${printable(id)} is deleted: no server accepts it any more.\n`,
    )
  })
}
