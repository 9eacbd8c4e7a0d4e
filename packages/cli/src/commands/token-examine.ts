import { caveatToJson, parseCaveat, printableTokenType, type Token, tokenTypeToJson } from '@jeton/token'
import type { Command } from 'commander'
import type { UnixSeconds } from '@jeton/server/ambient'
import { describeCaveat, describeSubject } from '../describe-token.ts'
import { facts } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, type JsonOption, print } from './shared-options.ts'
import { decode, readTokenText, TOKEN_TEXT_HELP } from './token-argument.ts'

/** `jeton token examine`: what a token says of itself. Asks nobody, so nothing of it is verified. */
export function addTokenExamine(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('examine')
    .description('show what a token says of itself; offline, and nothing of it is verified')
    .argument('[token]', TOKEN_TEXT_HELP)
  addJsonOption(command)
  addExample(command, 'printf %s "$TOKEN" | jeton token examine')
  command.action((argument: string | undefined, options: JsonOption) => examine(terminal, argument, options))
}

async function examine(terminal: Terminal, argument: string | undefined, options: JsonOption): Promise<void> {
  const token = decode(await readTokenText(terminal, argument))
  print(terminal, options, toJson(token), () => render(token, terminal.ambient.now()))
}

/** The shape of Onezone's examine, with what this program cannot parse kept in its place. */
function toJson(token: Token): unknown {
  return {
    onezoneDomain: token.location,
    id: token.id,
    persistence: token.persistence.kind,
    subject: token.subject,
    type: tokenTypeToJson(token.type),
    caveats: token.caveats.map((text) => {
      const caveat = parseCaveat(text)
      return caveat === undefined ? { unknown: text } : caveatToJson(caveat)
    }),
  }
}

function render(token: Token, now: UnixSeconds): string {
  const { persistence } = token
  return facts([
    ['domain', token.location],
    ['id', token.id],
    ['kept as', persistence.kind === 'named' ? 'named' : `temporary, generation ${persistence.generation}`],
    ['subject', describeSubject(token.subject)],
    ['type', printableTokenType(token.type)],
    ['caveats', token.caveats.length === 0 ? 'none' : token.caveats.map((text) => describe(text, now))],
    ['verified', 'no: this is only what the token says (jeton token verify asks the server)'],
  ])
}

function describe(text: string, now: UnixSeconds): string {
  const caveat = parseCaveat(text)
  return caveat === undefined ? `${text} (unknown: no server will accept it)` : describeCaveat(caveat, now)
}
