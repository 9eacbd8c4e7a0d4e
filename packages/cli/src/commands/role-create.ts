import type { Command } from 'commander'
import type { ServerOptions } from '../server/connection.ts'
import { text } from '../server/json.ts'
import { requestObject } from '../server/request.ts'
import { asOperator, withoutSystemFields } from '../server/sdwan.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addRoleOptions, roleFields, type RoleOptions } from './role-options.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

type Options = ServerOptions & JsonOption & RoleOptions

/** `jeton role create`. */
export function addRoleCreate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('create')
    .description('create a custom role (needs tenant_super or tenant_iam_admin)')
    .argument('<name>', 'lower-case letters and underscores')
  addRoleOptions(command)
  addJsonOption(addServerOptions(command))
  addExample(
    command,
    "jeton role create site_reader --base tenant_viewonly --deny 'GET+/api/tenants/[tenant_id]/operators'",
  )
  command.action(async (name: string, options: Options) => {
    const body = { name, ...roleFields(options) }
    const created = await asOperator(terminal, options, ({ server, rolesPath: path }) =>
      requestObject(server, { method: 'POST', path, body }),
    )
    print(
      terminal,
      options,
      withoutSystemFields(created),
      () => `Created ${printable(name)}, id ${text(created['id'])}.\n`,
    )
  })
}
