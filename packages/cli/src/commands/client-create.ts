import type { Command } from 'commander'
import { connectWithPassword, createClient } from '../server/clients.ts'
import type { ServerOptions } from '../server/connection.ts'
import { text } from '../server/json.ts'
import { printable } from '../terminal/printable.ts'
import { facts } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { names } from './role-options.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

interface Options extends ServerOptions, JsonOption {
  readonly role: readonly string[]
}

/** `jeton client create`: id and secret go to standard output, and nothing else there. */
export function addClientCreate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('create')
    .description('create a client of the SD-WAN API (needs a role there that may make operators)')
    .argument('<name>', 'what it is called')
    .requiredOption('--role <role,…>', 'system roles of the SD-WAN API, such as tenant_viewonly', names)
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton client create nightly --role tenant_viewonly')
  command.action((name: string, options: Options) => create(terminal, name, options))
}

async function create(terminal: Terminal, name: string, options: Options): Promise<void> {
  const server = await connectWithPassword(terminal, options)
  const created = await createClient(server, { name, audience: 'sdwan', roles: options.role })
  print(terminal, options, created, () =>
    facts([
      ['client id', text(created['clientId'])],
      ['client secret', text(created['clientSecret'])],
    ]),
  )
  if (options.json !== true) {
    terminal.writeError(`Created '${printable(name)}'. The secret is shown this once.\n`)
  }
}
