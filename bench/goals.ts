import type { Measured } from './measured.ts'
import { cpuRatio, deleteAllMillis, ratio, throughput } from './measured.ts'
import { markdownTable, median } from './table.ts'
import { API_KEY, amount, echoName, INTROSPECTION, verifyName } from './workloads.ts'

interface Goal {
  readonly what: string
  readonly value: number
  /** The same by processor time, where that can be said. */
  readonly byCpu?: number
  readonly bound: number
  readonly kind: 'at least' | 'at most'
  readonly unit: string
}

/** What the benchmark is for: each goal, what this run reached, and whether that is enough. */
export function goalTable(measured: Measured): string {
  const rows = goals(measured).map(({ what, value, byCpu, bound, kind, unit }) => {
    const isMet = kind === 'at least' ? value >= bound : value <= bound
    return [
      what,
      `${kind} ${bound} ${unit}`,
      `${figure(value)} ${unit}`,
      byCpu === undefined ? '' : `${figure(byCpu)} ×`,
      isMet ? 'met' : '**missed**',
    ]
  })
  return markdownTable(['measure', 'goal', 'this run', 'by CPU time', ''], rows)
}

function goals(measured: Measured): readonly Goal[] {
  const { rounds, revocations, ownBytes } = measured
  const [smallest, largest] = [measured.seeded.at(0), measured.seeded.at(-1)]
  if (smallest === undefined || largest === undefined) return []
  const hot = verifyName('hot', { seeded: largest })
  const cold = verifyName('cold', { seeded: largest })
  const stored = `${amount(largest.count)} tokens`
  const against = `${stored} against ${amount(smallest.count)}`
  const times = (what: string, ours: string, theirs: string, bound: number): Goal => ({
    what,
    value: ratio(rounds, ours, theirs),
    byCpu: cpuRatio(rounds, ours, theirs),
    bound,
    kind: 'at least',
    unit: '×',
  })
  const atMost = (what: string, value: number, bound: number, unit: string): Goal => ({
    what,
    value,
    bound,
    kind: 'at most',
    unit,
  })
  const p99Millis = median((rounds.get(hot) ?? []).map((result) => result.p99Millis))
  return [
    times(`verify, hot, ${stored}, against the echo`, hot, echoName(), 0.75),
    times(`verify, cold, ${stored}, against the echo`, cold, echoName(), 0.35),
    times('verify, hot, against `oidc-provider` introspection', hot, INTROSPECTION, 12),
    times('verify, hot, against better-auth', hot, API_KEY, 40),
    atMost('verify, hot, p99 at 16 connections', p99Millis, 3, 'ms'),
    times(`hot throughput, ${against}`, hot, verifyName('hot', { seeded: smallest }), 0.9),
    times(`cold throughput, ${against}`, cold, verifyName('cold', { seeded: smallest }), 0.6),
    atMost(`own memory with ${stored}, default cache`, ownBytes / 1e6, 400, 'MB'),
    ...revocations.flatMap(({ nodes, p99Millis: millis, lateAcceptances }) => [
      atMost(`revocation acknowledged, PostgreSQL, nodes: ${nodes}, p99`, millis, 50, 'ms'),
      atMost(`accepted after the acknowledgement, nodes: ${nodes}`, lateAcceptances, 0, ''),
    ]),
  ]
}

/** Creating, revoking and deleting, beside commits alone. */
export function writeTable({ writes }: Measured): string {
  const bare = median(writes.bareCommits)
  const create = throughput(writes.create)
  const tokens = median(writes.deleteAll.map((round) => round.tokens))
  const millis = (results: Measured['writes']['create']): string =>
    median(results.map(({ p99Millis }) => p99Millis)).toFixed(2)
  return markdownTable(
    ['changing, SQLite', 'a second', 'p99 ms', 'of the bare commits'],
    [
      ['one row in each commit, nothing else', figure(bare), '', '1.00'],
      ['create a named token, 32 connections', figure(create), millis(writes.create), figure(create / bare)],
      [
        'revoke and take back, 16 connections',
        figure(throughput(writes.revoke)),
        millis(writes.revoke),
        figure(throughput(writes.revoke) / bare),
      ],
      [`delete all ${tokens} tokens of one subject, ms`, '', figure(deleteAllMillis(writes)), ''],
    ],
  )
}

function figure(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2)
}
