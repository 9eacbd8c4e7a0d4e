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
    error instanceof server.IpDatabaseProblem
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

/** Making the administrator failed: the only commands that a start gives. */
function setUpFailure({ failure }: Server.Refused): CommandFailed {
  switch (failure.kind) {
    case 'username_taken':
    case 'email_taken':
      return new CommandFailed(
        'failed',
        "The administrator's username or e-mail address is in use in this database.",
        {
          next: 'Set JETON_ADMIN_USERNAME and JETON_ADMIN_EMAIL to others.',
        },
      )
    case 'store_full':
      return new CommandFailed('failed', 'The disk of the data folder is full.', {
        next: 'Make room and start again.',
      })
    default:
      return new CommandFailed('failed', `The database cannot be used (${failure.kind}).`, {
        next: 'Look at it, and start again: a start that was cut short is completed by the next one.',
      })
  }
}
