import type { Command } from 'commander'
import type { ServerOptions } from '../server/connection.ts'
import { text } from '../server/json.ts'
import { requestObject } from '../server/request.ts'
import { asOperator, findRole, withoutSystemFields } from '../server/sdwan.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

type Options = ServerOptions & JsonOption

/** `jeton role delete`: of a role that nobody has. */
export function addRoleDelete(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('delete')
    .description('delete a custom role that no operator and no token has any more')
    .argument('<role>', 'its name or id')
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton role delete site_reader')
  command.action(async (argument: string, options: Options) => {
    const role = await asOperator(terminal, options, async (operator) => {
      const id = encodeURIComponent(text((await findRole(operator, argument))['id']))
      return requestObject(operator.server, { method: 'DELETE', path: `${operator.rolesPath}/${id}` })
    })
    print(
      terminal,
      options,
      withoutSystemFields(role),
      () => `Deleted ${printable(text(role['name']))}, id ${text(role['id'])}.\n`,
    )
  })
}
