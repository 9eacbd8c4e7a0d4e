import type { Command } from 'commander'
import { passwordCredentialFor, type ServerOptions, serverAddress } from '../server/connection.ts'
import { isObject, text } from '../server/json.ts'
import { notJeton, requestObject } from '../server/request.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addPasswordOption, newPassword, type PasswordOption } from './new-password.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

interface Options extends ServerOptions, JsonOption, PasswordOption {
  readonly domain: string
  readonly adminUsername: string
  readonly adminEmail: string
}

/** `jeton account create`: through `POST /v1/tenants`, which makes the tenant of every API at once. */
export function addAccountCreate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('create')
    .description('create an account with its administrator (for owners of the default one)')
    .argument('<name>', 'what it is called')
    .requiredOption('--domain <host>', 'the host name that its Onezone answers at')
    .requiredOption('--admin-username <name>', 'its administrator')
    .requiredOption('--admin-email <address>', "the administrator's e-mail address")
  addPasswordOption(command, "the administrator's")
  addJsonOption(addServerOptions(command))
  addExample(
    command,
    'jeton account create Acme --domain acme.example.org --admin-username wile --admin-email wile@acme.example.org',
  )
  command.action((name: string, options: Options) => createAccount(terminal, name, options))
}

async function createAccount(terminal: Terminal, name: string, options: Options): Promise<void> {
  const credential = await passwordCredentialFor(terminal, options)
  const server = { ...serverAddress(terminal, options), credential }
  const { domain: onezoneDomain, adminUsername: username, adminEmail: email } = options
  const password = await newPassword(terminal, username, options)
  const created = await requestObject(server, {
    method: 'POST',
    path: '/v1/tenants',
    body: { name, onezoneDomain, administrator: { username, email, password } },
  })
  const { tenant } = created
  if (!isObject(tenant)) throw notJeton(server.url)
  print(terminal, options, created, () =>
    [
      `Created ${printable(name)}.`,
      `Astra account:  ${text(tenant['astraAccountId'])}`,
      `Onezone:        ${text(tenant['onezoneDomain'])}`,
      `Administrator:  ${printable(username)}`,
      '',
    ].join('\n'),
  )
}
