import type { DeletionRow } from './deletions.ts'
import { type DirectoryRow, directoryTable } from './directory.ts'
import type { RoundResult, Rounds } from './http-rounds.ts'
import { cpuRatio, type Measured, medianOf, ratio } from './measured.ts'
import { amount, CONNECTIONS, counted, echoName } from './names.ts'
import type { PointReadRow } from './point-reads.ts'
import type { RevocationRow } from './revocations.ts'
import type { StartRow } from './start.ts'
import { figure, markdownTable, median, thousands } from './table.ts'
import { TOKEN_GOAL_MICROS, type TokenRow } from './token.ts'
import { againstCommits, type Writes } from './writes.ts'

/** @param what heads the first column */
export function httpTable(what: string, rounds: Rounds): string {
  const echo = rounds.get(echoName())
  const table = markdownTable(
    [what, 'requests/s', 'p50 ms', 'p99 ms', 'of the echo', 'CPU µs', 'of the echo, by CPU', 'load'],
    [...rounds].map(([name, results]) => [
      name,
      ...throughputAndLatency(results),
      ratio(results, echo).toFixed(3),
      medianOf(results, 'cpuMicros').toFixed(1),
      cpuRatio(results, echo).toFixed(3),
      medianOf(results, 'loadAverage').toFixed(1),
    ]),
  )
  const ranOut = [...rounds].filter(
    ([name, results]) => name.includes('cold') && results.some(({ repeats }) => repeats > 0),
  )
  const note = ranOut.map(([name]) => name).join('; ')
  return ranOut.length === 0 ? table : `${table}\n\nTexts ran out and were sent again: ${note}.`
}

export function writeTable({ bareCommits, create, revoke }: Writes): string {
  const row = (what: string, results: readonly RoundResult[]): readonly string[] => [
    what,
    ...throughputAndLatency(results),
    figure(againstCommits(results, bareCommits)),
    medianOf(results, 'cpuMicros').toFixed(1),
    medianOf(results, 'loadAverage').toFixed(1),
  ]
  const creations = [...create].map(([connections, results]) =>
    row(`create a named token, c = ${connections}`, results),
  )
  return markdownTable(
    ['changing, SQLite', 'a second', 'p50 ms', 'p99 ms', 'of the bare commits', 'CPU µs', 'load'],
    [
      ['one row in each commit, nothing else', thousands(median(bareCommits)), '', '', '1.00', '', ''],
      ...creations,
      row(`revoke and take back, c = ${CONNECTIONS}`, revoke),
    ],
  )
}

export function deletionTable(rows: readonly DeletionRow[]): string {
  return markdownTable(
    [
      "delete all of a subject's tokens",
      'his tokens',
      'ms',
      'ms, one token',
      'verifications/s before',
      'beside the removal',
      'ratio',
      'by CPU',
      'rows removed/s',
    ],
    rows.map(({ database, tokens, millis, oneTokenMillis, before, beside, removedPerSecond }) => [
      database,
      amount(tokens),
      millis.toFixed(1),
      oneTokenMillis.toFixed(1),
      thousands(medianOf(before, 'requestsPerSecond')),
      thousands(medianOf(beside, 'requestsPerSecond')),
      ratio(beside, before).toFixed(2),
      cpuRatio(beside, before).toFixed(2),
      thousands(removedPerSecond),
    ]),
  )
}

export function revocationTable(rows: readonly RevocationRow[]): string {
  return markdownTable(
    ['PostgreSQL', 'revocations', 'p50 ms', 'p99 ms', 'accepted late', 'verifications/s', 'their p99 ms'],
    rows.map((row) => [
      counted(row.nodes, 'node'),
      String(row.revocations),
      row.p50Millis.toFixed(1),
      row.p99Millis.toFixed(1),
      String(row.lateAcceptances),
      thousands(row.verificationsPerSecond),
      row.verificationP99Millis.toFixed(1),
    ]),
  )
}

export function tokenTable(rows: readonly TokenRow[]): string {
  const table = markdownTable(
    ['one token with three caveats, in the process', 'µs'],
    rows.map(({ what, micros }) => [what, micros.toFixed(2)]),
  )
  const isMet = (rows[0]?.micros ?? Number.NaN) <= TOKEN_GOAL_MICROS
  return `${table}\n\nGoal, at most ${TOKEN_GOAL_MICROS} µs: ${isMet ? 'met' : 'missed'}.`
}

export function readTable(rows: readonly PointReadRow[]): string {
  return markdownTable(
    ['one row by its key', 'rows', 'µs'],
    rows.map(({ database, rows: stored, micros }) => [database, amount(stored), micros.toFixed(2)]),
  )
}

export function startTable(rows: readonly StartRow[]): string {
  return markdownTable(
    ['named tokens stored', 'process start to first verification, ms'],
    rows.map(({ tokens, firstVerificationMillis }) => [amount(tokens), firstVerificationMillis.toFixed(0)]),
  )
}

export function memoryTable({ starts, byTokens, byTenants, byNodes }: Measured): string {
  const later = [...byTokens.memory, ...byTenants.memory, ...byNodes.memory]
  return markdownTable(
    ['own memory, MB', 'soon after a start', 'after all rounds'],
    later.map(({ label, ownBytes }, index) => [
      label,
      // The starts are those of the first stores, in the same order.
      starts[index] === undefined ? '' : megabytes(starts[index].ownBytes),
      megabytes(ownBytes),
    ]),
  )
}

export function directoryChapter(rows: readonly DirectoryRow[]): string {
  return `## The directory\n\n${directoryTable(rows)}\n\n`
}

function throughputAndLatency(results: readonly RoundResult[]): readonly string[] {
  return [
    thousands(medianOf(results, 'requestsPerSecond')),
    medianOf(results, 'p50Millis').toFixed(2),
    medianOf(results, 'p99Millis').toFixed(2),
  ]
}

function megabytes(bytes: number): string {
  return Number.isNaN(bytes) ? 'not told' : (bytes / 1e6).toFixed(0)
}
