import type { Judgement } from './check-history.ts'
import type { Change, Verification } from './history.ts'

const SHOWN = 3

/** Not answering is no broken promise; a healthy node that has to wait for a processor does it now and then. */
const TOLERATED_SHARE = 0.01

export interface Expected {
  /** On a machine that has a processor for each who wants one. */
  readonly longestAcknowledgementMillis: number
  /** What must have happened, each at least that often: a run in which nothing happened shows nothing. */
  readonly atLeast: ReadonlyMap<RegExp, number>
}

/** What is wrong with a run, one sentence each; nothing, when it kept the promise. */
export function findings(judgement: Judgement, expected: Expected): readonly string[] {
  const { counts, unansweredByHealthy, unknownOnHealthy, longestAcknowledgementMillis } = judgement
  const longest = expected.longestAcknowledgementMillis + judgement.longestVerdictMillis
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
    ...(longestAcknowledgementMillis > longest
      ? [`an acknowledgement by a healthy node took ${longestAcknowledgementMillis.toFixed()} ms`]
      : []),
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

function sumOf(counts: Judgement['counts'], pattern: RegExp): number {
  return [...counts].reduce((sum, [name, times]) => (pattern.test(name) ? sum + times : sum), 0)
}
