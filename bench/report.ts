import type { Rounds, Workload } from './http-rounds.ts'
import type { LoadResult } from './load/load.ts'
import type { StartRow } from './start.ts'
import { markdownTable, median } from './table.ts'
import { TOKEN_GOAL_MICROS, type TokenRow } from './token.ts'

const titles: Readonly<Record<Workload, string>> = {
  echo: 'bare `Bun.serve` echo of the same body',
  'verify, cold': '**verify a named token, cold** (drawn uniformly, each text once)',
  'verify, hot': '**verify a named token, hot** (drawn by Zipf, s = 1)',
  introspection: '`oidc-provider` introspection in memory, Node',
}

/** What verification reaches of the echo. */
const GOAL = 0.5

export function httpTable(rounds: Rounds): string {
  const workloads: readonly Workload[] = ['echo', 'verify, cold', 'verify, hot', 'introspection']
  const rows = workloads.map((workload) => {
    const results = rounds[workload]
    return [
      titles[workload],
      thousands(median(results.map(({ requestsPerSecond }) => requestsPerSecond))),
      median(results.map(({ p50Millis }) => p50Millis)).toFixed(2),
      median(results.map(({ p99Millis }) => p99Millis)).toFixed(2),
      median(ratios(results, rounds.echo)).toFixed(2),
    ]
  })
  const table = markdownTable(['over HTTP', 'requests/s', 'p50 ms', 'p99 ms', 'of the echo'], rows)
  const cold = median(ratios(rounds['verify, cold'], rounds.echo))
  const repeats = rounds['verify, cold'].some(({ repeats }) => repeats > 0)
  const note = repeats ? ' Texts ran out and were sent again.' : ''
  return `${table}\n\nGoal, verification at least ${GOAL} of the echo: ${cold >= GOAL ? 'met' : 'missed'} (cold, ${cold.toFixed(2)}).${note}`
}

export function tokenTable(rows: readonly TokenRow[]): string {
  const table = markdownTable(
    ['one token with three caveats, in the process', 'µs'],
    rows.map(({ what, micros }) => [what, micros.toFixed(2)]),
  )
  const isMet = (rows[0]?.micros ?? Number.NaN) <= TOKEN_GOAL_MICROS
  return `${table}\n\nGoal, at most ${TOKEN_GOAL_MICROS} µs: ${isMet ? 'met' : 'missed'}.`
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

/** Round by round: both were measured within the same seconds. */
function ratios(results: readonly LoadResult[], echo: readonly LoadResult[]): readonly number[] {
  return results.map(
    ({ requestsPerSecond }, round) => requestsPerSecond / (echo[round]?.requestsPerSecond ?? Number.NaN),
  )
}

function thousands(number: number): string {
  return Math.round(number).toLocaleString('en-US').replaceAll(',', ' ')
}
