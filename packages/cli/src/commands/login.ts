import { hostname } from 'node:os'
import type { Command } from 'commander'
import { CommandFailed } from '../command-failed.ts'
import { formatInstant, parseDurationSeconds } from '../instant.ts'
import { loginFilePath, readLogin, removeLogin, type SavedLogin, writeLogin } from '../server/login-file.ts'
import { text } from '../server/json.ts'
import { createNamedToken, deleteToken } from '../server/onezone.ts'
import {
  certificateFile,
  passwordCredentialFor,
  serverAddress,
  type ServerOptions,
} from '../server/connection.ts'
import { readCertificates } from '../server/certificates.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addServerOptions } from './shared-options.ts'

interface LoginOptions extends ServerOptions {
  readonly expiresIn: string
}

/** `jeton login`: trades the password for a token of its own, which is kept for the commands that follow. */
export function addLogin(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('login')
    .description('trade the password for a token that the next commands use, kept in a file for you alone')
    .option('--expires-in <duration>', 'how long the login lasts', '30d')
  addServerOptions(command)
  addExample(command, 'jeton login --username admin')
  command.action((options: LoginOptions) => login(terminal, options))
}

/** `jeton logout`: deletes the login's token on the server, then the file. */
export function addLogout(parent: Command, terminal: Terminal): void {
  const command = parent.command('logout').description("delete the login's token on the server, and the file")
  addExample(command, 'jeton logout')
  command.action(() => logout(terminal))
}

async function login(terminal: Terminal, options: LoginOptions): Promise<void> {
  const end = terminal.ambient.now() + parseDurationSeconds(options.expiresIn, '--expires-in')
  const address = serverAddress(terminal, options)
  const { url } = address
  const trusted = certificateFile(terminal, options, url)
  const credential = await passwordCredentialFor(terminal, options)
  const earlier = readLogin(terminal.environment)
  const created = await createNamedToken({ ...address, credential }, undefined, {
    name: tokenName(terminal),
    type: { accessToken: {} },
    // All that the commands need. A stolen file is worth less so.
    caveats: [
      { type: 'time', validUntil: end },
      { type: 'interface', interface: 'rest' },
    ],
  })
  const { username } = credential
  writeLogin(terminal.environment, {
    url,
    username,
    tokenId: text(created['tokenId']),
    token: text(created['token']),
    ...(trusted !== undefined && { certificateFile: trusted }),
  })
  if (earlier !== undefined) await forget(earlier).catch(() => undefined)
  terminal.writeOut(`Logged in at ${url} as ${printable(username)} until ${formatInstant(end)}.\n`)
  terminal.writeError(`Kept in ${loginFilePath(terminal.environment)}, readable for you alone.\n`)
}

async function logout(terminal: Terminal): Promise<void> {
  const login = readLogin(terminal.environment)
  if (login === undefined) return terminal.writeOut('Nobody is logged in.\n')
  removeLogin(terminal.environment)
  try {
    await forget(login)
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error
    throw new CommandFailed(
      error.exit,
      `The file is gone, but the token ${login.tokenId} may live on: ${error.message}`,
      {
        next: `When the server answers again: jeton token delete ${login.tokenId}`,
      },
    )
  }
  terminal.writeOut(`Logged out from ${login.url}.\n`)
}

/** Deletes a login's token with itself. A token that is refused is dead already, which is what is wanted. */
async function forget({ url, token, tokenId, certificateFile: trusted }: SavedLogin): Promise<void> {
  const address = trusted === undefined ? { url } : { url, certificates: readCertificates(trusted) }
  try {
    await deleteToken({ ...address, credential: { kind: 'token', token } }, tokenId)
  } catch (error) {
    const status = error instanceof CommandFailed ? error.refusal?.status : undefined
    if (status !== 401 && status !== 404) throw error
  }
}

/** A name that tells its owner, in a list of tokens, which machine this login is on. */
function tokenName(terminal: Terminal): string {
  const machine = hostname()
    .replaceAll(/[^A-Za-z0-9.-]/g, '')
    .slice(0, 60)
  const suffix = Buffer.from(terminal.ambient.randomBytes(4)).toString('hex')
  return `jeton login ${machine} ${suffix}`.replaceAll('  ', ' ')
}
