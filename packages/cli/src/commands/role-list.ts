import type { Command } from 'commander'
import type { ServerOptions } from '../server/connection.ts'
import { type JsonObject, text } from '../server/json.ts'
import { asOperator, listRoles, textsOf, withoutSystemFields } from '../server/sdwan.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

type Options = ServerOptions & JsonOption

/** `jeton role list`. */
export function addRoleList(parent: Command, terminal: Terminal): void {
  const command = parent.command('list').description("list the custom roles of the operator's tenant")
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton role list')
  command.action(async (options: Options) => {
    const roles = await asOperator(terminal, options, listRoles)
    print(terminal, options, { roles: roles.map(withoutSystemFields) }, () => render(roles))
  })
}

function render(roles: readonly JsonObject[]): string {
  if (roles.length === 0) return 'There are no custom roles.\n'
  const rows = roles.map((role) => [
    text(role['name']),
    text(role['id']),
    textsOf(role['roles'], 'name').join(', '),
    roleState(role),
    text(role['description']),
  ])
  return table(['NAME', 'ID', 'BASE', 'STATE', 'DESCRIPTION'], rows)
}

/** `disabled` is somebody's decision, `inactive` the server's own. */
export function roleState({ disabled, inactive }: JsonObject): string {
  if (disabled === true) return 'disabled'
  return inactive === true ? 'inactive' : 'active'
}
