import type { Command } from 'commander'
import { connectWithPassword, listClients } from '../server/clients.ts'
import type { ServerOptions } from '../server/connection.ts'
import { type JsonObject, stringList, text } from '../server/json.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

type Options = ServerOptions & JsonOption

/** `jeton client list`: never shows a secret, for the server does not know them. */
export function addClientList(parent: Command, terminal: Terminal): void {
  const command = parent.command('list').description('list the clients of your tenant')
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton client list')
  command.action(async (options: Options) => {
    const clients = await listClients(await connectWithPassword(terminal, options))
    print(terminal, options, { clients }, () => render(clients))
  })
}

function render(clients: readonly JsonObject[]): string {
  if (clients.length === 0) return 'There are no clients.\n'
  const rows = clients.map((client) => [
    text(client['name']),
    text(client['clientId']),
    text(client['audience']),
    (stringList(client['roles']) ?? []).join(', '),
  ])
  return table(['NAME', 'CLIENT ID', 'AUDIENCE', 'ROLES'], rows)
}
