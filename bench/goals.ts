import { API_QUESTIONS } from './by-api.ts'
import { tokensLabel } from './by-tokens.ts'
import { type Measured, cpuRatio, medianOf, ratio } from './measured.ts'
import { amount, API_KEY, counted, echoName, INTROSPECTION, verifyName } from './names.ts'
import type { RoundResult } from './http-rounds.ts'
import { figure, markdownTable } from './table.ts'
import { againstCommits, CREATING_CONNECTIONS } from './writes.ts'

interface Goal {
  readonly what: string
  readonly value: number
  /** The same by processor time, where that can be said. */
  readonly byCpu?: number
  readonly bound: number
  readonly kind: 'at least' | 'at most'
  readonly unit: string
}

/** The size at which verification is compared with others; the largest where it was not measured. */
const JUDGED_TOKENS = 1_000_000

/** What the benchmark is for: each goal, what this run reached, and whether that is enough. */
export function goalTable(measured: Measured): string {
  const goals = [
    ...verificationGoals(measured),
    ...growthGoals(measured),
    ...apiGoals(measured),
    ...writeGoals(measured),
    ...clusterGoals(measured),
  ]
  const rows = goals.map(({ what, value, byCpu, bound, kind, unit }) => {
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

function verificationGoals({ options, byTokens: { rounds } }: Measured): readonly Goal[] {
  const tokens = options.sizes.includes(JUDGED_TOKENS) ? JUDGED_TOKENS : (options.sizes.at(-1) ?? 0)
  const stored = tokensLabel(tokens)
  const echo = rounds.get(echoName())
  const hot = rounds.get(verifyName('hot', stored))
  const cold = rounds.get(verifyName('cold', stored))
  return [
    times(`verify, hot, ${stored}, against the echo`, hot, echo, 0.75),
    times(`verify, cold, ${stored}, against the echo`, cold, echo, 0.35),
    times('verify, hot, against `oidc-provider` introspection', hot, rounds.get(INTROSPECTION), 12),
    times('verify, hot, against better-auth', hot, rounds.get(API_KEY), 40),
    atMost('verify, hot, p99 at 16 connections', medianOf(hot, 'p99Millis'), 3, 'ms'),
  ]
}

function growthGoals({ options: { sizes }, byTokens: { rounds, memory } }: Measured): readonly Goal[] {
  const [smallest = 0, ...larger] = sizes
  const of = (draw: 'hot' | 'cold', tokens: number): readonly RoundResult[] | undefined =>
    rounds.get(verifyName(draw, tokensLabel(tokens)))
  const ratios = larger.flatMap((tokens) =>
    (
      [
        ['hot', 0.9],
        ['cold', 0.6],
      ] as const
    ).map(([draw, bound]) =>
      times(
        `${draw} throughput, ${amount(tokens)} tokens against ${amount(smallest)}`,
        of(draw, tokens),
        of(draw, smallest),
        bound,
      ),
    ),
  )
  const ownMegabytes = (memory.at(-1)?.ownBytes ?? Number.NaN) / 1e6
  const stored = memory.at(-1)?.label ?? ''
  return [...ratios, atMost(`own memory with ${stored}, default cache`, ownMegabytes, 400, 'MB')]
}

function apiGoals({ byApi: { rounds } }: Measured): readonly Goal[] {
  return API_QUESTIONS.map(({ name, goal }) =>
    times(`${name}, against the echo`, rounds.get(name), rounds.get(echoName()), goal),
  )
}

function writeGoals({ writes, deletions }: Measured): readonly Goal[] {
  const creation = writes.create.get(CREATING_CONNECTIONS) ?? []
  return [
    {
      what: `create, ${CREATING_CONNECTIONS} connections, against bare commits, SQLite`,
      value: againstCommits(creation, writes.bareCommits),
      bound: 0.6,
      kind: 'at least',
      unit: '×',
    },
    ...deletions.flatMap(({ database, tokens, millis, before, beside }) => [
      atMost(`delete all ${amount(tokens)} tokens of a subject, ${database}`, millis, 50, 'ms'),
      times(`verify beside the removal of their rows, ${database}, against before`, beside, before, 0.9),
    ]),
  ]
}

function clusterGoals({ revocations }: Measured): readonly Goal[] {
  return revocations.flatMap(({ nodes, p99Millis, lateAcceptances }) => [
    atMost(`revocation acknowledged, PostgreSQL, ${counted(nodes, 'node')}, p99`, p99Millis, 50, 'ms'),
    atMost(`accepted after the acknowledgement, ${counted(nodes, 'node')}`, lateAcceptances, 0, ''),
  ])
}

function times(
  what: string,
  ours: readonly RoundResult[] | undefined,
  theirs: readonly RoundResult[] | undefined,
  bound: number,
): Goal {
  return {
    what,
    value: ratio(ours, theirs),
    byCpu: cpuRatio(ours, theirs),
    bound,
    kind: 'at least',
    unit: '×',
  }
}

function atMost(what: string, value: number, bound: number, unit: string): Goal {
  return { what, value, bound, kind: 'at most', unit }
}
