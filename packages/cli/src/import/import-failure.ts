import type * as Server from '@jeton/server'
import { CommandFailed } from '../command-failed.ts'

/**
 * What an import that could not go on tells the operator.
 * @param error anything that `importOnezone` threw
 * @returns the error itself when it is a bug, or knows itself what to say
 */
export function importFailure(server: typeof Server, error: unknown): unknown {
  if (error instanceof server.NotAnExport) return new CommandFailed('usage', error.message)
  if (error instanceof server.NoSuchTenant) return new CommandFailed('usage', error.message)
  if (error instanceof server.CannotOpenStore || error instanceof server.MasterKeyProblem) {
    return new CommandFailed('failed', error.message)
  }
  if (!(error instanceof server.Refused)) return error
  return new CommandFailed('failed', `The database cannot take any more (${error.failure.kind}).`, {
    next: 'Look at it and run the import again: it goes on from there.',
  })
}
