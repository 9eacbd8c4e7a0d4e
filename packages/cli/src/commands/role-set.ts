import type { Command } from 'commander'
import { CommandFailed } from '../command-failed.ts'
import type { ServerOptions } from '../server/connection.ts'
import { type JsonObject, text } from '../server/json.ts'
import { requestObject } from '../server/request.ts'
import { asOperator, findRole, type Operator, withoutSystemFields } from '../server/sdwan.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addRoleOptions, roleFields, type RoleOptions } from './role-options.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

interface Options extends ServerOptions, JsonOption, RoleOptions {
  readonly disable?: boolean
  readonly enable?: boolean
}

/** `jeton role set`: what an option speaks of is replaced, the rest stays. */
export function addRoleSet(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('set')
    .description('change a custom role; each option replaces what it is about, the rest stays')
    .argument('<role>', 'its name or id')
  addRoleOptions(command)
    .option('--disable', 'it lets nobody do anything, until --enable')
    .option('--enable', 'it counts again')
  addJsonOption(addServerOptions(command))
  addExample(
    command,
    'jeton role set site_reader --base tenant_viewonly',
    'jeton role set site_reader --disable',
  )
  command.action(async (argument: string, options: Options) => {
    const change = changeOf(options)
    const role = await asOperator(terminal, options, (operator) => changeRole(operator, argument, change))
    print(
      terminal,
      options,
      withoutSystemFields(role),
      () => `Changed ${printable(text(role['name']))}: it is so on every server.\n`,
    )
  })
}

function changeOf(options: Options): JsonObject {
  if (options.disable === true && options.enable === true) {
    throw new CommandFailed('usage', 'A role is either disabled or enabled.', {
      next: 'Leave one of them out.',
    })
  }
  const isSwitched = options.disable === true || options.enable === true
  const change = { ...roleFields(options), ...(isSwitched && { disabled: options.disable === true }) }
  if (Object.keys(change).length > 0) return change
  throw new CommandFailed('usage', 'There is nothing to change.', {
    next: 'Say what with --description, --base, --allow, --deny, --disable or --enable.',
  })
}

/** The version that was read goes back with the change: somebody else's, made meanwhile, is not undone. */
async function changeRole(operator: Operator, argument: string, change: JsonObject): Promise<JsonObject> {
  const role = withoutSystemFields(await findRole(operator, argument))
  const path = `${operator.rolesPath}/${encodeURIComponent(text(role['id']))}`
  return requestObject(operator.server, { method: 'PUT', path, body: { ...role, ...change } })
}
