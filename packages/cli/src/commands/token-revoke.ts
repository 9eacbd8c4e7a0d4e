import type { Command } from 'commander'
import { CommandFailed } from '../command-failed.ts'
import { revokeTemporaryTokens, setRevoked, tokenId } from '../server/onezone.ts'
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

interface Options extends ServerOptions, JsonOption, SubjectOption {
  readonly undo?: boolean
  readonly temporary?: boolean
}

/** `jeton token revoke`: when it returns 0, no server of the cluster accepts the token any more. */
export function addTokenRevoke(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('revoke')
    .description('revoke a named token, and with it all that were confined from it')
    .argument('[token]', HANDLE_HELP)
    .option('--undo', 'accept it again')
    .option('--temporary', 'revoke all temporary tokens of the user instead; cannot be undone')
  addSubjectOption(command, 'the token')
  addJsonOption(addServerOptions(command))
  addExample(
    command,
    'jeton token revoke laptop',
    'jeton token revoke - < leaked-token.txt',
    'jeton token revoke --temporary',
  )
  command.action((argument: string | undefined, options: Options) =>
    options.temporary === true
      ? revokeTemporary(terminal, argument, options)
      : revokeNamed(terminal, argument, options),
  )
}

async function revokeNamed(
  terminal: Terminal,
  argument: string | undefined,
  options: Options,
): Promise<void> {
  if (argument === undefined) {
    throw new CommandFailed('usage', 'Which token?', {
      next: 'Give its id or name; jeton token list shows them.',
    })
  }
  const handle = await parseHandle(terminal, argument)
  const server = await connect(terminal, options)
  const id = await tokenId(server, await resolveSubject(server, options.subject), handle)
  const revoked = options.undo !== true
  await setRevoked(server, id, revoked)
  const outcome = revoked ? 'is revoked: no server accepts it any more' : 'is accepted again'
  print(terminal, options, { tokenId: id, revoked }, () => `Token ${id} ${outcome}.\n`)
}

async function revokeTemporary(
  terminal: Terminal,
  argument: string | undefined,
  options: Options,
): Promise<void> {
  if (argument !== undefined || options.undo === true) {
    throw new CommandFailed('usage', '--temporary is about all temporary tokens, and for good.', {
      next: 'Leave out the token and --undo, or leave out --temporary.',
    })
  }
  const server = await connect(terminal, options)
  await revokeTemporaryTokens(server, await resolveSubject(server, options.subject))
  print(terminal, options, { temporary: true, revoked: true }, () => 'All temporary tokens are revoked.\n')
}
