import type { Acknowledged, Judgement } from './check-history.ts'
import type { Change, Verification } from './history.ts'

const SHOWN = 3

/** Not answering is no broken promise; a healthy node that has to wait for a processor does it now and then. */
const TOLERATED_SHARE = 0.01

export interface Expected {
  /**
   * For how long one disturbance can hold up an acknowledgement, on a machine that has a processor for each who wants
   * one. Several that come one after the other can each do so, and so can one that was over before.
   */
  readonly longestHoldUpMillis: number
  /** What must have happened, each at least that often: a run in which nothing happened shows nothing. */
  readonly atLeast: ReadonlyMap<RegExp, number>
}

/** What is wrong with a run, one sentence each; nothing, when it kept the promise. */
export function findings(judgement: Judgement, expected: Expected): readonly string[] {
  const { counts, unansweredByHealthy, unknownOnHealthy, longestVerdictMillis } = judgement
  const slow = judgement.acknowledged.filter(
    ({ waitedMillis, beside }) =>
      waitedMillis > (1 + beside.length) * expected.longestHoldUpMillis + longestVerdictMillis,
  )
  return [
    ...named('late acceptances', judgement.lateAcceptances, describeVerification),
    ...named('wrong refusals of live tokens', judgement.wrongRefusals, describeVerification),
    ...named('unexpected answers', judgement.unexpected, describeVerification),
    ...named('refused changes', judgement.refusedChanges, describeChange),
    ...(unansweredByHealthy.length > TOLERATED_SHARE * sumOf(counts, / by healthy node /)
      ? named('verifications not answered by healthy nodes', unansweredByHealthy, describeVerification)
      : []),
    ...(unknownOnHealthy.length > TOLERATED_SHARE * sumOf(counts, /: (?:acknowledged|unknown)$/)
      ? named('outcomes not known by healthy nodes', unknownOnHealthy, describeChange)
      : []),
    ...named('slow acknowledgements by healthy nodes', slow, describeAcknowledged),
    ...[...expected.atLeast].flatMap(([pattern, least]) => {
      const times = sumOf(counts, pattern)
      return times < least ? [`only ${times} times ${String(pattern)}, not ${least}`] : []
    }),
  ]
}

function named<T>(what: string, found: readonly T[], describe: (one: T) => string): readonly string[] {
  return found.length === 0
    ? []
    : [`${found.length} ${what}, the first: ${found.slice(0, SHOWN).map(describe).join('; ')}`]
}

function describeVerification({ token, node, sentAt, receivedAt, answer }: Verification): string {
  return `${token.name} by node ${node} from ${sentAt.toFixed(1)} to ${receivedAt.toFixed(1)}: ${answer}`
}

function describeChange({ what, gate, node, sentAt, receivedAt, answer }: Change): string {
  return `${what} (${gate}) by node ${node} from ${sentAt.toFixed(1)} to ${receivedAt.toFixed(1)}: ${answer}`
}

function describeAcknowledged({ change, beside }: Acknowledged): string {
  const disturbances = beside.map(
    ({ what, node, from, until }) => `${what} of ${node} from ${from.toFixed(1)} to ${until.toFixed(1)}`,
  )
  return `${describeChange(change)}, beside ${disturbances.join(' and ') || 'nothing'}`
}

function sumOf(counts: Judgement['counts'], pattern: RegExp): number {
  return [...counts].reduce((sum, [name, times]) => (pattern.test(name) ? sum + times : sum), 0)
}
