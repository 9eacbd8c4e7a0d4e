import type { Terminal } from '../terminal/terminal.ts'
import { usage } from './command-line.ts'
import type { Call } from './call.ts'

/** Who asks. A secret of the environment is known to a dry run by its variable's name only. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string; readonly variable: string }
  | { readonly kind: 'password'; readonly user: string; readonly variable?: string }

const TOKEN_VARIABLE = 'ONEZONE_API_KEY'
const PASSWORD_VARIABLE = 'ONEZONE_BASIC_AUTH'
const CREDENTIAL_HEADERS = new Set(['x-auth-token', 'authorization', 'macaroon'])

/**
 * `-u`, then a header of the command line, then `ONEZONE_API_KEY`, then `ONEZONE_BASIC_AUTH`. What the command line
 * says is not mixed with what the environment has.
 * @throws {CommandFailed} `usage`
 */
export function chooseCredential(
  user: string | undefined,
  { headers }: Pick<Call, 'headers'>,
  { environment }: Terminal,
): Credential {
  if (user !== undefined) return { kind: 'password', user: named(user, '-u') }
  if (headers.some(([name]) => CREDENTIAL_HEADERS.has(name.toLowerCase()))) return { kind: 'none' }
  const token = environment[TOKEN_VARIABLE]?.trim() ?? ''
  if (token !== '') {
    if (!/^[\x21-\x7e]+$/.test(token)) throw usage(`${TOKEN_VARIABLE} holds something that is in no token.`)
    return { kind: 'token', token, variable: TOKEN_VARIABLE }
  }
  const password = environment[PASSWORD_VARIABLE] ?? ''
  if (password === '') return { kind: 'none' }
  if (!password.includes(':')) throw usage(`${PASSWORD_VARIABLE} is to be NAME:PASSWORD.`)
  return { kind: 'password', user: named(password, PASSWORD_VARIABLE), variable: PASSWORD_VARIABLE }
}

/** @throws {CommandFailed} `usage`, `interrupted` */
export async function credentialHeader(
  credential: Credential,
  terminal: Terminal,
): Promise<Readonly<Record<string, string>>> {
  switch (credential.kind) {
    case 'none':
      return {}
    case 'token':
      return { 'X-Auth-Token': credential.token }
    case 'password':
      return {
        Authorization: `Basic ${Buffer.from(await withPassword(credential.user, terminal)).toString('base64')}`,
      }
  }
}

async function withPassword(user: string, terminal: Terminal): Promise<string> {
  if (user.includes(':')) return user
  if (!terminal.isInputInteractive) {
    throw usage(
      `There is no password for ${user}.`,
      'Write -u NAME:PASSWORD, or run the command on a terminal.',
    )
  }
  return `${user}:${await terminal.askSecret(`Password of ${user}: `)}`
}

function named(user: string, source: string): string {
  if (user.split(':')[0] === '') throw usage(`${source} names no user.`)
  return user
}
