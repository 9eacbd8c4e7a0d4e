import type { Judgement } from './check-history.ts'
import type { Change, Verification } from './history.ts'

const SHOWN = 3

/** A healthy node that has to wait for a processor is late now and then. */
const TOLERATED_SHARE = 0.001

export interface Expected {
  readonly longestAcknowledgementMillis: number
  /** What must have happened, each at least that often: a run in which nothing happened shows nothing. */
  readonly atLeast: ReadonlyMap<RegExp, number>
}

/** What is wrong with a run, one sentence each; nothing, when it kept the promise. */
export function findings(
  judgement: Judgement,
  { longestAcknowledgementMillis, atLeast }: Expected,
): readonly string[] {
  const { counts } = judgement
  const { unansweredByHealthy, unknownOnHealthy } = judgement
  return [
    ...named('late acceptances', judgement.lateAcceptances, describeVerification),
    ...named('wrong refusals of live tokens', judgement.wrongRefusals, describeVerification),
    ...named('unexpected answers', judgement.unexpected, describeVerification),
    ...named('refused changes', judgement.refusedChanges, describeChange),
    ...(unansweredByHealthy.length > TOLERATED_SHARE * sumOf(counts, / by healthy node /)
      ? named('verifications not answered by healthy nodes', unansweredByHealthy, describeVerification)
      : []),
    ...named('outcomes not known by healthy nodes', unknownOnHealthy, describeChange),
    ...(judgement.longestAcknowledgementMillis > longestAcknowledgementMillis
      ? [`an acknowledgement by a healthy node took ${judgement.longestAcknowledgementMillis.toFixed()} ms`]
      : []),
    ...[...atLeast].flatMap(([pattern, least]) => {
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
