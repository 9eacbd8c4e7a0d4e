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

/**
 * `jeton tenant create`: through `POST /v1/tenants`, which makes the tenant of every API at once. `jeton account create` is
 * the same, by the word of the Astra Control API.
 */
export function addTenantCreate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('create')
    .description("create a tenant with its administrator (for owners of the default tenant's account)")
    .argument('<name>', 'what it is called')
    .requiredOption('--domain <host>', 'the host name that its Onezone answers at')
    .requiredOption('--admin-username <name>', 'its administrator')
    .requiredOption('--admin-email <address>', "the administrator's e-mail address")
  addPasswordOption(command, "the administrator's")
  addJsonOption(addServerOptions(command))
  addExample(
    command,
    `jeton ${parent.name()} create Acme --domain acme.example.org --admin-username wile --admin-email wile@acme.example.org`,
  )
  command.action((name: string, options: Options) => createTenant(terminal, name, options))
}

async function createTenant(terminal: Terminal, name: string, options: Options): Promise<void> {
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
      `SD-WAN tenant:  ${text(tenant['sdwanTenantId'])}`,
      `Administrator:  ${printable(username)}`,
      '',
    ].join('\n'),
  )
}
