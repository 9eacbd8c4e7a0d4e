import { expect, test } from 'bun:test'
import { Refused } from '../../src/failure.ts'
import { commitFailure, sqliteFailure } from '../../src/store/sqlite/sqlite-failure.ts'

// Faults of the disk that cannot be had to order; those that can be are had for real in commit-queue.test.ts.
const faults = [
  { code: 'SQLITE_FULL', statement: 'store_full', commit: 'store_full' },
  { code: 'SQLITE_BUSY', statement: 'store_unavailable', commit: 'store_unavailable' },
  { code: 'SQLITE_BUSY_SNAPSHOT', statement: 'store_unavailable', commit: 'store_unavailable' },
  { code: 'SQLITE_IOERR_WRITE', statement: 'store_unavailable', commit: 'outcome_unknown' },
  { code: 'SQLITE_IOERR_FSYNC', statement: 'store_unavailable', commit: 'outcome_unknown' },
  { code: 'SQLITE_CANTOPEN', statement: 'store_unavailable', commit: 'store_unavailable' },
  { code: 'SQLITE_READONLY_DBMOVED', statement: 'store_unavailable', commit: 'store_unavailable' },
  { code: 'SQLITE_CONSTRAINT_FOREIGNKEY', statement: undefined, commit: undefined },
  { code: 'SQLITE_BUSYBODY', statement: undefined, commit: undefined },
]

test.each(faults)('$code in a statement and in a commit: %j', ({ code, statement, commit }) => {
  // By its name is how the class knows its own.
  const fault = Object.assign(new Error('fault'), { name: 'SQLiteError', code })
  const failure = sqliteFailure(fault)
  expect(kindOf(failure)).toBe(statement)
  expect(kindOf(commitFailure(failure))).toBe(commit)
})

test('what is no error of SQLite is told as it came', () => {
  const bug = new TypeError('bug')
  expect(sqliteFailure(bug)).toBe(bug)
  expect(commitFailure(bug)).toBe(bug)
})

function kindOf(failure: unknown): string | undefined {
  return failure instanceof Refused ? failure.failure.kind : undefined
}
