import { confineToken } from '@jeton/token'
import type { Command } from 'commander'
import { addCaveatOptions, caveatsFrom } from '../caveat-options.ts'
import { CommandFailed } from '../command-failed.ts'
import { hmacSha256 } from '../hmac.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, type JsonOption, print } from './shared-options.ts'
import { decode, readTokenText, TOKEN_TEXT_HELP } from './token-argument.ts'

type Options = JsonOption & Readonly<Record<string, unknown>>

/** `jeton token confine`: adds caveats. Offline: it takes no key and no server to narrow a token. */
export function addTokenConfine(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('confine')
    .description('add caveats to a token, which only narrows it; offline; prints the new token')
    .argument('[token]', TOKEN_TEXT_HELP)
  addJsonOption(addCaveatOptions(command))
  addExample(command, 'NARROW=$(printf %s "$TOKEN" | jeton token confine --expires-in 1h --ip 10.0.0.0/8)')
  command.action((argument: string | undefined, options: Options) => confine(terminal, argument, options))
}

async function confine(terminal: Terminal, argument: string | undefined, options: Options): Promise<void> {
  const caveats = caveatsFrom(options, terminal.ambient.now())
  if (caveats.length === 0) {
    throw new CommandFailed('usage', 'There is no caveat to add.', {
      next: 'Give at least one, for example --expires-in 1h.',
    })
  }
  const text = await readTokenText(terminal, argument)
  decode(text)
  const token = confineToken(text, caveats, hmacSha256)
  print(terminal, options, { token }, () => `${token}\n`)
}
