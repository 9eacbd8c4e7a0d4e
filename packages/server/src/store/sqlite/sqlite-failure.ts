import { SQLiteError } from 'bun:sqlite'
import { Refused } from '../../failure.ts'
import { asError } from '../as-error.ts'
import { refusalOfColumns } from '../unique-rules.ts'

/** Result codes (with all their extended ones) after which the same call may well succeed later. */
const unavailable = [
  'BUSY',
  'LOCKED',
  'IOERR',
  'CANTOPEN',
  'READONLY',
  'NOMEM',
  'PROTOCOL',
  'CORRUPT',
  'NOTADB',
]
const unavailableCode = new RegExp(`^SQLITE_(${unavailable.join('|')})(_|$)`)

const uniqueViolation = /^UNIQUE constraint failed: (.+)$/

/** @returns the refusal that the error stands for, or the error itself when it stands for none: then it is a bug */
export function sqliteFailure(thrown: unknown): Error {
  const error = asError(thrown)
  if (!(error instanceof SQLiteError) || error.code === undefined) return error
  if (error.code === 'SQLITE_FULL') return new Refused({ kind: 'store_full' }, error)
  if (unavailableCode.test(error.code)) return new Refused({ kind: 'store_unavailable' }, error)
  const columns = uniqueViolation.exec(error.message)?.[1]
  const refusal = columns === undefined ? undefined : refusalOfColumns(columns)
  return refusal === undefined ? error : new Refused(refusal, error)
}

/** What a failed commit means. An I/O error leaves open whether the commit record is on the disk. */
export function commitFailure(failure: unknown): unknown {
  if (!(failure instanceof Refused) || !(failure.cause instanceof SQLiteError)) return failure
  const isOutcomeUnknown = failure.cause.code?.startsWith('SQLITE_IOERR') === true
  return isOutcomeUnknown ? new Refused({ kind: 'outcome_unknown' }, failure.cause) : failure
}
