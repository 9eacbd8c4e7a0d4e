import { decodeToken, type Token, TokenError } from '@jeton/token'
import { CommandFailed } from '../command-failed.ts'
import type { TokenHandle } from '../server/onezone.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** How help describes the argument that {@link readTokenText} takes. */
export const TOKEN_TEXT_HELP =
  'the token; - or nothing: read it from standard input, where no process list shows it'
/** How help describes the argument that {@link parseHandle} takes. */
export const HANDLE_HELP = 'id or name; -: read the token itself from standard input'

/**
 * A token's text from the argument or from standard input. Nothing about it is verified.
 * @throws {CommandFailed} `usage` when there is none
 */
export async function readTokenText(terminal: Terminal, argument: string | undefined): Promise<string> {
  if (argument !== undefined && argument !== '-') return argument.trim()
  if (argument === undefined && terminal.isInputInteractive) {
    throw new CommandFailed('usage', 'There is no token.', {
      next: 'Give it as the argument, or pipe it in: printf %s "$TOKEN" | jeton token …',
    })
  }
  const text = (await terminal.readInput()).trim()
  if (text === '') throw new CommandFailed('usage', 'Standard input has no token in it.')
  return text
}

/** @throws {CommandFailed} `usage` when the text is no token, without repeating it */
export function decode(text: string): Token {
  try {
    return decodeToken(text)
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    if (error.code === 'tokenTooLarge')
      throw new CommandFailed('usage', 'The token is too large for any server.')
    throw new CommandFailed('usage', 'This is not a token, or not all of one.', {
      next: 'Copy it again, from the first character to the last.',
    })
  }
}

/** Ids as Onezone makes them: 32 hex digits, since 19.02 with `ch` and 4 more. */
const TOKEN_ID = /^[0-9a-f]{32}(?:ch[0-9a-f]{4})?$/

/** Which named token is meant. @throws {CommandFailed} `usage` */
export async function parseHandle(terminal: Terminal, argument: string): Promise<TokenHandle> {
  if (argument !== '-') return TOKEN_ID.test(argument) ? { id: argument } : { name: argument }
  const token = decode(await readTokenText(terminal, '-'))
  if (token.persistence.kind === 'named') return { id: token.id }
  throw new CommandFailed('usage', 'This is a temporary token: no server keeps a record of it.', {
    next: 'jeton token revoke --temporary revokes all temporary tokens of a user at once.',
  })
}
