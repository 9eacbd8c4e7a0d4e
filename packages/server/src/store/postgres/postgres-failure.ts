import { SQL } from 'bun'
import { Refused } from '../../failure.ts'
import { asError } from '../as-error.ts'
import { refusalOfConstraint } from '../unique-rules.ts'
import { Overdue } from './deadlines.ts'

/** A conflict between transactions in which this one was the victim: repeated, it may well succeed. */
const conflicts = new Set(['40001', '40P01'])

/**
 * SQLSTATEs (or their first two characters) after which the same call may well succeed later: connection lost, login
 * refused, out of connections or memory, shut down or timed out, no such database, a server that only reads (a
 * failover in progress), lock timeout, idle timeout, statement completion unknown.
 */
const unavailable = ['08', '28', '53', '57', '3D000', '25006', '55P03', '25P03', '25P04', '40003']

/** Bun's own codes for a connection that could not be made or did not last. */
const connectionCode = /^ERR_POSTGRES_(CONNECTION|IDLE|LIFETIME|TLS)_/

/** With what the server ends a connection: it shuts down, another process has crashed, the transaction lay idle. */
const endings = new Set(['57P01', '57P02', '25P03'])

/**
 * Whether the connection ended by the other side's doing, and nothing was done: by the time a commit is sent, nobody
 * knows, and its failure is not one of these.
 */
export function isConnectionLost(thrown: unknown): boolean {
  if (thrown instanceof Refused) {
    return thrown.failure.kind === 'store_unavailable' && isConnectionLost(thrown.cause)
  }
  if (!(thrown instanceof SQL.PostgresError)) return false
  return thrown.code === 'ERR_POSTGRES_CONNECTION_CLOSED' || endings.has(sqlState(thrown) ?? '')
}

export function isConflict(error: unknown): boolean {
  return conflicts.has(sqlState(error) ?? '')
}

/** @returns the refusal that the error stands for, or the error itself when it stands for none: a conflict, or a bug */
export function postgresFailure(thrown: unknown): Error {
  const error = asError(thrown)
  if (error instanceof Overdue) return new Refused({ kind: 'store_unavailable' }, error)
  if (!(error instanceof SQL.PostgresError)) return error
  const state = sqlState(error)
  if (state === undefined) {
    return connectionCode.test(error.code) ? new Refused({ kind: 'store_unavailable' }, error) : error
  }
  if (state === '53100') return new Refused({ kind: 'store_full' }, error)
  if (unavailable.some((prefix) => state.startsWith(prefix))) {
    return new Refused({ kind: 'store_unavailable' }, error)
  }
  const refusal =
    state === '23505' && error.constraint !== undefined ? refusalOfConstraint(error.constraint) : undefined
  return refusal === undefined ? error : new Refused(refusal, error)
}

/** What a failed commit means: without an answer from the server, it may have happened. */
export function commitFailure(failure: unknown): unknown {
  const isUnanswered = failure instanceof Refused && failure.failure.kind === 'store_unavailable'
  return isUnanswered ? new Refused({ kind: 'outcome_unknown' }, failure.cause) : failure
}

function sqlState(error: unknown): string | undefined {
  return error instanceof SQL.PostgresError ? error.errno : undefined
}
