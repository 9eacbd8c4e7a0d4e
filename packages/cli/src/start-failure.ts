import type * as Server from '@jeton/server'
import type { Configuration } from '@jeton/server/configuration'
import { CommandFailed } from './command-failed.ts'

/**
 * What a refused start tells the operator.
 * @param error anything that `serve` threw
 * @returns the error itself when it is a bug
 */
export function startFailure(server: typeof Server, { http }: Configuration, error: unknown): unknown {
  const isPlain =
    error instanceof server.CannotOpenStore ||
    error instanceof server.MasterKeyProblem ||
    error instanceof server.IpDatabaseProblem ||
    error instanceof server.TlsProblem
  if (isPlain) return new CommandFailed('failed', error.message)
  if (error instanceof server.Refused) return setUpFailure(error)
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code === 'string' && LISTENING[code] !== undefined) {
    return new CommandFailed('failed', `Cannot listen at ${http.host}, port ${http.port} (${code}).`, {
      next: LISTENING[code],
    })
  }
  return error
}

const LISTENING: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'Another program listens there, perhaps another jeton. Stop it, or choose another port with --port.',
  EADDRNOTAVAIL: 'This machine has no such address. Choose another one with --host.',
  EACCES: 'This user may not listen there. Ports below 1024 are for root; choose another one with --port.',
}

const ADMINISTRATOR_TAKEN = {
  message: "The administrator's username or e-mail address is in use in this database.",
  next: 'Set JETON_ADMIN_USERNAME and JETON_ADMIN_EMAIL to others.',
}

/** What making the administrator, the only thing that a start writes, can be refused for. */
const SET_UP: { readonly [K in Server.Refused['failure']['kind']]?: { message: string; next: string } } = {
  username_taken: ADMINISTRATOR_TAKEN,
  email_taken: ADMINISTRATOR_TAKEN,
  store_full: { message: 'The disk of the database is full.', next: 'Make room and start again.' },
}

function setUpFailure({ failure }: Server.Refused): CommandFailed {
  const { message, next } = SET_UP[failure.kind] ?? {
    message: `The database cannot be used (${failure.kind}).`,
    next: 'Look at it and start again: a start that was cut short is completed by the next one.',
  }
  return new CommandFailed('failed', message, { next })
}
