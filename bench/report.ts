import type { Chart } from './chart.ts'
import { cpuRatio, type Measured, ratio, throughput } from './measured.ts'
import { markdownTable, median } from './table.ts'
import { TOKEN_GOAL_MICROS, type TokenRow } from './token.ts'
import type { PointReadRow } from './point-reads.ts'
import type { StartRow } from './start.ts'
import { amount, echoName, verifyName } from './workloads.ts'

export function httpTable({ rounds }: Measured): string {
  const rows = [...rounds].map(([name, results]) => [
    name,
    thousands(throughput(results)),
    median(results.map(({ p50Millis }) => p50Millis)).toFixed(2),
    median(results.map(({ p99Millis }) => p99Millis)).toFixed(2),
    ratio(rounds, name, echoName()).toFixed(3),
    median(results.map(({ cpuMicros }) => cpuMicros)).toFixed(1),
    cpuRatio(rounds, name, echoName()).toFixed(3),
  ])
  const table = markdownTable(
    ['over HTTP', 'requests/s', 'p50 ms', 'p99 ms', 'of the echo', 'CPU µs', 'of the echo, by CPU'],
    rows,
  )
  const ranOut = [...rounds].filter(
    ([name, results]) => name.includes('cold') && results.some(({ repeats }) => repeats > 0),
  )
  const note = ranOut.map(([name]) => name).join('; ')
  return ranOut.length === 0 ? table : `${table}\n\nTexts ran out and were sent again: ${note}.`
}

export function revocationTable({ revocations }: Measured): string {
  return markdownTable(
    ['PostgreSQL', 'revocations', 'p50 ms', 'p99 ms', 'accepted late', 'verifications/s', 'their p99 ms'],
    revocations.map((row) => [
      row.nodes === 1 ? '1 node' : `${row.nodes} nodes`,
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
    ['named tokens stored', 'process start to first verification, ms', 'own memory, MB'],
    rows.map(({ tokens, firstVerificationMillis, ownMegabytes }) => [
      String(tokens),
      firstVerificationMillis.toFixed(0),
      ownMegabytes.toFixed(0),
    ]),
  )
}

/** How the cost grows. */
export function charts({ seeded, rounds, revocations }: Measured): Readonly<Record<string, Chart>> {
  const drawn = (draw: 'hot' | 'cold'): readonly number[] =>
    seeded.map((stored) => throughput(rounds.get(verifyName(draw, { seeded: stored })) ?? []))
  return {
    tokens: {
      title: 'Verification by tokens stored, 16 connections',
      unit: 'requests/s',
      groups: seeded.map(({ count }) => amount(count)),
      series: [
        { name: 'hot', values: drawn('hot') },
        { name: 'cold', values: drawn('cold') },
      ],
    },
    nodes: {
      title: 'Revocation until acknowledged, by nodes',
      unit: 'ms',
      groups: revocations.map(({ nodes }) => (nodes === 1 ? '1 node' : `${nodes} nodes`)),
      series: [
        { name: 'p50', values: revocations.map(({ p50Millis }) => p50Millis) },
        { name: 'p99', values: revocations.map(({ p99Millis }) => p99Millis) },
      ],
    },
  }
}

function thousands(number: number): string {
  return Math.round(number).toLocaleString('en-US').replaceAll(',', ' ')
}
