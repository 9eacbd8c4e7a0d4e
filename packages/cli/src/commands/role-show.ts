import type { Command } from 'commander'
import { formatInstant } from '../instant.ts'
import type { ServerOptions } from '../server/connection.ts'
import { isObject, type JsonObject, text } from '../server/json.ts'
import { asOperator, findRole, textsOf, withoutSystemFields } from '../server/sdwan.ts'
import { facts } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { roleState } from './role-list.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

type Options = ServerOptions & JsonOption

/** `jeton role show`: what a custom role lets do, and when. */
export function addRoleShow(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('show')
    .description('show what a custom role lets its holders do')
    .argument('<role>', 'its name or id')
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton role show site_reader')
  command.action(async (argument: string, options: Options) => {
    const role = await asOperator(terminal, options, (operator) => findRole(operator, argument))
    print(terminal, options, withoutSystemFields(role), () => render(role))
  })
}

function render(role: JsonObject): string {
  const custom = Array.isArray(role['custom_permissions']) ? role['custom_permissions'].filter(isObject) : []
  return facts([
    ['name', text(role['name'])],
    ['id', text(role['id'])],
    ['description', text(role['description'])],
    ['state', roleState(role)],
    ['base', orNone(textsOf(role['roles'], 'name'))],
    ['allows', orNone(textsOf(role['permissions'], 'value'))],
    ['denies', orNone(textsOf(role['disallow_permissions'], 'value'))],
    ['at times', orNone(custom.map(describe))],
  ])
}

function orNone(values: readonly string[]): string | readonly string[] {
  return values.length === 0 ? 'none' : values
}

/** A permission of its own: allowed or denied, from when, until when. */
function describe(permission: JsonObject): string {
  const { allowed_after_ms: after, allowed_before_ms: before, disallow_permission: denies } = permission
  return [
    denies === true ? 'denies' : 'allows',
    text(permission['value']),
    typeof after === 'number' ? `from ${instant(after)}` : '',
    typeof before === 'number' ? `until ${instant(before)}` : '',
    roleState(permission) === 'active' ? '' : `(${roleState(permission)})`,
  ]
    .filter((part) => part !== '')
    .join(' ')
}

const instant = (millis: number): string => formatInstant(Math.floor(millis / 1000))
