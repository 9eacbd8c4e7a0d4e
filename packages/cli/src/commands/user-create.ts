import { type Command, Option } from 'commander'
import { passwordCredentialFor, type ServerOptions, serverAddress } from '../server/connection.ts'
import { text } from '../server/json.ts'
import { requestObject } from '../server/request.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addPasswordOption, newPassword, type PasswordOption } from './new-password.ts'
import { names } from './role-options.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

interface Options extends ServerOptions, JsonOption, PasswordOption {
  readonly email: string
  readonly fullName?: string
  readonly astraRole?: string
  readonly sdwanRole?: readonly string[]
}

/** `jeton user create`: through `POST /v1/users`, which makes the user of every API at once. */
export function addUserCreate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('create')
    .description('create a user (needs the privilege oz_users_create)')
    .argument('<username>', '2 to 32 letters, digits, dots, dashes and underscores')
    .requiredOption('--email <address>', 'e-mail address; the user can log in with it too')
    .option('--full-name <name>', 'the name to show')
    .addOption(
      new Option('--astra-role <role>', 'what he may do in the Astra account; nothing unless told').choices([
        'viewer',
        'member',
        'admin',
        'owner',
      ]),
    )
    .option('--sdwan-role <role,…>', 'system roles in the SD-WAN API; no operator there unless told', names)
  addPasswordOption(command, "the new user's")
  addJsonOption(addServerOptions(command))
  addExample(
    command,
    'jeton user create ada --email ada@example.org',
    'jeton user create ci --email ci@example.org --astra-role viewer --password-stdin < password.txt',
    'jeton user create ops --email ops@example.org --sdwan-role tenant_network_admin',
  )
  command.action((username: string, options: Options) => createUser(terminal, username, options))
}

async function createUser(terminal: Terminal, username: string, options: Options): Promise<void> {
  const credential = await passwordCredentialFor(terminal, options)
  const server = { ...serverAddress(terminal, options), credential }
  const password = await newPassword(terminal, username, options)
  const { email, fullName, astraRole, sdwanRole } = options
  const roles = {
    ...(astraRole !== undefined && { astra: astraRole }),
    ...(sdwanRole !== undefined && { sdwan: sdwanRole }),
  }
  const created = await requestObject(server, {
    method: 'POST',
    path: '/v1/users',
    body: {
      username,
      email,
      password,
      ...(fullName !== undefined && { fullName }),
      ...(Object.keys(roles).length > 0 && { roles }),
    },
  })
  print(
    terminal,
    options,
    created,
    () => `Created ${printable(username)}, id ${text(created['onezoneId'])}.\n`,
  )
}
