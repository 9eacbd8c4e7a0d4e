import { resolve } from 'node:path'
import { CommandFailed } from '../command-failed.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { readLogin, type SavedLogin } from './login-file.ts'
import { readCertificates } from './certificates.ts'
import type { Address } from './request.ts'

/** Where a server listens that was started without a word about it. */
export const DEFAULT_URL = 'http://127.0.0.1:4600'

export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }

/** The options that say which server is asked, and as whom. */
export interface ServerOptions {
  readonly url?: string
  readonly username?: string
  readonly cacert?: string
}

/** Which server a command talks to: `--url`, then `JETON_URL`, then the saved login's, then the default. */
export function serverUrl(terminal: Terminal, options: ServerOptions): string {
  const named = options.url ?? nonEmpty(terminal.environment['JETON_URL'])
  if (named !== undefined) return parseServerUrl(named)
  return readLogin(terminal.environment)?.url ?? DEFAULT_URL
}

/**
 * The same, with the certificates that make it trustworthy beside those that the system trusts: `--cacert`, then
 * `JETON_CACERT`, then those that the saved login of that very server was made with.
 * @throws {CommandFailed} `usage` when they cannot be read
 */
export function serverAddress(terminal: Terminal, options: ServerOptions): Address {
  const url = serverUrl(terminal, options)
  const file = certificateFile(terminal, options, url)
  return file === undefined ? { url } : { url, certificates: readCertificates(file) }
}

/** Absolute, so that it is found from another folder too. */
export function certificateFile(
  { environment }: Terminal,
  { cacert }: ServerOptions,
  url: string,
): string | undefined {
  const named = cacert ?? nonEmpty(environment['JETON_CACERT'])
  if (named !== undefined) return resolve(named)
  try {
    const login = readLogin(environment)
    return login?.url === url ? login.certificateFile : undefined
  } catch {
    // Unsafe or damaged, it is nothing to trust by; and who needs it for its token is told so there.
    return undefined
  }
}

/**
 * Who a command speaks as: `--username`, then `JETON_TOKEN`, then `JETON_USERNAME`, then the saved login of that
 * very server. A password comes from `JETON_PASSWORD` or is asked for; the command line would show it to others.
 * @throws {CommandFailed} `credentials` when there is none; `usage` when they contradict each other
 */
export async function credentialFor(terminal: Terminal, options: ServerOptions): Promise<Credential> {
  const { JETON_TOKEN: token, JETON_USERNAME: username } = terminal.environment
  if (options.username !== undefined) return passwordOf(terminal, options.username)
  if (nonEmpty(token) !== undefined && nonEmpty(username) !== undefined) {
    throw new CommandFailed('usage', 'Both JETON_TOKEN and JETON_USERNAME are set.', {
      next: 'Unset one of them, or name the user with --username.',
    })
  }
  if (token !== undefined && token !== '') return { kind: 'token', token: headerValue(token) }
  if (username !== undefined && username !== '') return passwordOf(terminal, username)
  const login = readLogin(terminal.environment)
  if (login !== undefined && login.url === serverUrl(terminal, options)) {
    return { kind: 'token', token: login.token }
  }
  throw notLoggedIn(serverUrl(terminal, options), login)
}

/** For the calls that take a username and password only. A saved login says whose password to ask for. */
export async function passwordCredentialFor(
  terminal: Terminal,
  options: ServerOptions,
): Promise<Credential & { readonly kind: 'password' }> {
  const url = serverUrl(terminal, options)
  const login = readLogin(terminal.environment)
  const username =
    options.username ??
    nonEmpty(terminal.environment['JETON_USERNAME']) ??
    (login?.url === url ? login.username : undefined)
  if (username !== undefined) return passwordOf(terminal, username)
  throw new CommandFailed(
    'credentials',
    'This command needs a username and a password; a token does not do yet.',
    {
      next: 'Name the user with --username, or set JETON_USERNAME and JETON_PASSWORD.',
    },
  )
}

async function passwordOf(
  terminal: Terminal,
  username: string,
): Promise<Credential & { readonly kind: 'password' }> {
  const { JETON_PASSWORD: password, JETON_USERNAME: owner } = terminal.environment
  // With --username for somebody else, the environment's password is not his: sending it would leak it to a log
  // of failed logins and count against him.
  const isHis = nonEmpty(owner) === undefined || owner === username
  if (password !== undefined && password !== '' && isHis) return { kind: 'password', username, password }
  if (!terminal.isInputInteractive) {
    throw new CommandFailed('credentials', `There is no password for ${username}.`, {
      next: `Set JETON_USERNAME=${username} and JETON_PASSWORD, or run the command on a terminal.`,
    })
  }
  return { kind: 'password', username, password: await terminal.askSecret(`Password of ${username}: `) }
}

/** A token that no header can carry would fail in sending, with a message that repeats it. */
function headerValue(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token.trim())) return token.trim()
  throw new CommandFailed('usage', 'JETON_TOKEN holds something that is in no token.', {
    next: 'Set it to the token alone, on one line.',
  })
}

/** A server's address as it is compared and called: no trailing slash, no credentials in it. */
export function parseServerUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new CommandFailed('usage', `'${withoutUserinfo(text)}' is not the address of a server.`, {
      next: `Write it like ${DEFAULT_URL}.`,
    })
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new CommandFailed('usage', 'A server address has no credentials, no query and no fragment in it.', {
      next: 'Name the user with --username; the password is asked for or read from JETON_PASSWORD.',
    })
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function notLoggedIn(url: string, login: SavedLogin | undefined): CommandFailed {
  const message =
    login === undefined
      ? 'Nobody is logged in.'
      : `The saved login is for ${login.url}, and is not sent to ${url}.`
  return new CommandFailed('credentials', message, {
    next: 'Run jeton login, or set JETON_TOKEN, or JETON_USERNAME and JETON_PASSWORD.',
  })
}

function withoutUserinfo(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//…@')
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text
}
