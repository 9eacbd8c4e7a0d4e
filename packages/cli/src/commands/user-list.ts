import type { Command } from 'commander'
import { formatInstant } from '../instant.ts'
import { type JsonObject, stringList, text } from '../server/json.ts'
import { getUser, listUserIds, readEach } from '../server/onezone.ts'
import type { ServerOptions } from '../server/connection.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import {
  addExample,
  addJsonOption,
  addServerOptions,
  connect,
  type JsonOption,
  print,
} from './shared-options.ts'

type Options = ServerOptions & JsonOption

/** `jeton user list`. */
export function addUserList(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('list')
    .description('list the users (needs the privileges oz_users_list and oz_users_view)')
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton user list')
  command.action((options: Options) => listUsers(terminal, options))
}

async function listUsers(terminal: Terminal, options: Options): Promise<void> {
  const server = await connect(terminal, options)
  const users = await readEach(await listUserIds(server), (id) => getUser(server, id))
  print(terminal, options, { users }, () => render(users))
}

function render(users: readonly JsonObject[]): string {
  const rows = users.map((user) => [
    text(user['username']),
    text(user['fullName']),
    text(user['userId']),
    user['blocked'] === true ? 'blocked' : 'active',
    stringList(user['emails'])?.[0] ?? '',
    typeof user['creationTime'] === 'number' ? formatInstant(user['creationTime']) : '',
  ])
  const sorted = rows.toSorted(([a = ''], [b = '']) => (a < b ? -1 : Number(a > b)))
  return table(['USERNAME', 'FULL NAME', 'ID', 'STATE', 'E-MAIL', 'CREATED'], sorted)
}
