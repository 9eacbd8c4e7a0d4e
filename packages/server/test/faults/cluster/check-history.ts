import type { Change, Disturbance, Gate, History, Verification } from './history.ts'

/** What a history shows. Times are milliseconds. */
export interface Judgement {
  /** Accepted, though sent after the acknowledgement that the token is dead had been received, and no undo was sent. */
  readonly lateAcceptances: readonly Verification[]
  /** Called dead, though everything that its life depends on was acknowledged before it was sent. On any node. */
  readonly wrongRefusals: readonly Verification[]
  /** Not answered, or with 503, on a node that nothing was done to. */
  readonly unansweredByHealthy: readonly Verification[]
  /** Answered as nothing should be. */
  readonly unexpected: readonly Verification[]
  /** A change that was refused although it was allowed and possible. */
  readonly refusedChanges: readonly Change[]
  /** A change whose outcome a node that nothing was done to did not know. */
  readonly unknownOnHealthy: readonly Change[]
  /** From sending an acknowledged change that is never undone to sending the last verification that was still accepted. */
  readonly longestUntilRefusalMillis: number
  /** Acknowledgements by nodes that nothing was done to. */
  readonly acknowledged: readonly Acknowledged[]
  /** The longest wait for one of them. */
  readonly longestAcknowledgementMillis: number
  /** The longest that a healthy node took for a verdict: how starved the machine was. */
  readonly longestVerdictMillis: number
  /** How often each thing happened. */
  readonly counts: ReadonlyMap<string, number>
}

export interface Acknowledged {
  readonly change: Change
  readonly waitedMillis: number
  /** What was being done to others while it was waited for. */
  readonly beside: readonly Disturbance[]
}

/**
 * Judges a history by the words of the promise alone; it knows nothing of leases or caches.
 * @param settleMillis for how long after a disturbance its node is not called healthy
 */
export function judgeHistory(history: History, settleMillis: number): Judgement {
  const gates = changesByGate(history.changes)
  const isHealthy = healthOf(history.disturbances, settleMillis)
  const found = {
    lateAcceptances: [] as Verification[],
    wrongRefusals: [] as Verification[],
    unansweredByHealthy: [] as Verification[],
    unexpected: [] as Verification[],
  }
  const counts = new Counts()
  let longestVerdictMillis = 0
  for (const verification of history.verifications) {
    const { answer, node } = verification
    const life = lifeOf(verification, gates)
    const isOnHealthy = isHealthy(verification)
    if (answer === 'accepted' && life === 'dead') found.lateAcceptances.push(verification)
    if (answer === 'dead' && life === 'alive') found.wrongRefusals.push(verification)
    if (answer.startsWith('unexpected')) found.unexpected.push(verification)
    const isAnswered = answer !== 'unavailable' && answer !== 'closed'
    if (isOnHealthy && !isAnswered) found.unansweredByHealthy.push(verification)
    if (isOnHealthy && isAnswered)
      longestVerdictMillis = Math.max(longestVerdictMillis, verification.receivedAt - verification.sentAt)
    counts.add(`${answer} by ${isOnHealthy ? 'healthy' : 'disturbed'} node ${node}, token ${life}`)
  }
  for (const { what, outcome } of history.changes) counts.add(`${what}: ${outcome}`)
  for (const { what } of history.disturbances) counts.add(what)

  const changesOnHealthy = history.changes.filter(isHealthy)
  const acknowledged = changesOnHealthy
    .filter(({ outcome }) => outcome === 'acknowledged')
    .map((change) => acknowledgedBeside(change, history.disturbances))
  return {
    ...found,
    refusedChanges: history.changes.filter(({ outcome }) => outcome === 'refused'),
    unknownOnHealthy: changesOnHealthy.filter(({ outcome }) => outcome === 'unknown'),
    longestUntilRefusalMillis: longestUntilRefusal(history.verifications, gates),
    acknowledged,
    longestAcknowledgementMillis: Math.max(0, ...acknowledged.map(({ waitedMillis }) => waitedMillis)),
    longestVerdictMillis,
    counts: counts.sorted(),
  }
}

type Gates = ReadonlyMap<Gate, readonly Change[]>

function changesByGate(changes: readonly Change[]): Gates {
  const gates = new Map<Gate, Change[]>()
  for (const change of changes) {
    const known = gates.get(change.gate)
    if (known === undefined) gates.set(change.gate, [change])
    else known.push(change)
  }
  return gates
}

/** What is certain of a token for the whole time that a verification took. */
type Life = 'dead' | 'alive' | 'in doubt'

function lifeOf(verification: Verification, gates: Gates): Life {
  const changes = verification.token.gates.map((gate) => gates.get(gate) ?? [])
  if (changes.some((ofGate) => ofGate.some((change) => isShutBy(change, verification, ofGate)))) return 'dead'
  return changes.every((ofGate) => isOpen(verification, ofGate)) ? 'alive' : 'in doubt'
}

/**
 * Whether that closing binds the verification: acknowledged before it was sent, and no opening can have come after it.
 * An opening without an answer may still be under way somewhere, whenever it was sent.
 */
function isShutBy(closing: Change, { sentAt, receivedAt }: Verification, ofGate: readonly Change[]): boolean {
  return (
    closing.closes &&
    closing.outcome === 'acknowledged' &&
    closing.receivedAt < sentAt &&
    ofGate.every(
      (opening) =>
        opening.closes ||
        opening.outcome === 'refused' ||
        opening.sentAt >= receivedAt ||
        (opening.outcome === 'acknowledged' && opening.receivedAt <= closing.sentAt),
    )
  )
}

/** Whether every closing that can have happened was undone for certain: both acknowledged, one after the other. */
function isOpen({ sentAt, receivedAt }: Verification, ofGate: readonly Change[]): boolean {
  return ofGate.every(
    (closing) =>
      !closing.closes ||
      closing.outcome === 'refused' ||
      closing.sentAt >= receivedAt ||
      (closing.outcome === 'acknowledged' &&
        ofGate.some(
          (opening) =>
            !opening.closes &&
            opening.outcome === 'acknowledged' &&
            opening.sentAt >= closing.receivedAt &&
            opening.receivedAt < sentAt,
        )),
  )
}

/** Whether nothing was done to a node, nor to the database, from some time before a request until its answer. */
function healthOf(
  disturbances: readonly Disturbance[],
  settleMillis: number,
): (request: { readonly node: number; readonly sentAt: number; readonly receivedAt: number }) => boolean {
  return ({ node, sentAt, receivedAt }) =>
    disturbances.every(
      (disturbance) =>
        (disturbance.node !== 'all' && disturbance.node !== node) ||
        disturbance.from > receivedAt ||
        disturbance.until + settleMillis < sentAt,
    )
}

function longestUntilRefusal(verifications: readonly Verification[], gates: Gates): number {
  let longest = 0
  for (const { answer, token, sentAt } of verifications) {
    if (answer !== 'accepted') continue
    for (const gate of token.gates) {
      const [killing] = (gates.get(gate) ?? []).filter(isFinalKill)
      if (killing !== undefined) longest = Math.max(longest, sentAt - killing.sentAt)
    }
  }
  return longest
}

/** Acknowledged, and not to be undone. */
function isFinalKill({ closes, outcome }: Change, _index: number, ofGate: readonly Change[]): boolean {
  return closes && outcome === 'acknowledged' && ofGate.every((change) => change.closes)
}

function acknowledgedBeside(change: Change, disturbances: readonly Disturbance[]): Acknowledged {
  const { sentAt, receivedAt } = change
  const beside = disturbances.filter(
    ({ node, from, until }) => node !== 'none' && from <= receivedAt && until >= sentAt,
  )
  return { change, waitedMillis: receivedAt - sentAt, beside }
}

class Counts {
  readonly #counts = new Map<string, number>()

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  sorted(): ReadonlyMap<string, number> {
    return new Map([...this.#counts].toSorted(([a], [b]) => a.localeCompare(b)))
  }
}
