import type { Command } from 'commander'
import { deleteToken, tokenId } from '../server/onezone.ts'
import type { ServerOptions } from '../server/connection.ts'
import type { Terminal } from '../terminal/terminal.ts'
import {
  addExample,
  addJsonOption,
  addServerOptions,
  addSubjectOption,
  connect,
  type JsonOption,
  print,
  type SubjectOption,
} from './shared-options.ts'
import { HANDLE_HELP, parseHandle } from './token-argument.ts'
import { resolveSubject } from './user-argument.ts'

type Options = ServerOptions & JsonOption & SubjectOption

/** `jeton token delete`: as revoking, for good, and the name is free again. */
export function addTokenDelete(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('delete')
    .description('delete a named token: dead for good, its name free again')
    .argument('<token>', HANDLE_HELP)
  addSubjectOption(command, 'the token')
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton token delete laptop')
  command.action((argument: string, options: Options) => deleteNamed(terminal, argument, options))
}

async function deleteNamed(terminal: Terminal, argument: string, options: Options): Promise<void> {
  const handle = await parseHandle(terminal, argument)
  const server = await connect(terminal, options)
  const id = await tokenId(server, await resolveSubject(server, options.subject), handle)
  await deleteToken(server, id)
  print(terminal, options, { tokenId: id, deleted: true }, () => `Token ${id} is deleted.\n`)
}
