import { describe, expect, test } from 'bun:test'
import { type Judgement, judgeHistory } from './check-history.ts'
import { findings } from './findings.ts'
import type { Change, Disturbance, History, Verification } from './history.ts'

const SETTLE = 10

function change(
  closes: boolean,
  sentAt: number,
  receivedAt: number,
  outcome: Change['outcome'] = 'acknowledged',
  gate = 'not revoked',
): Change {
  return { gate, what: closes ? 'revoke' : 'undo', closes, node: 0, sentAt, receivedAt, outcome, answer: '' }
}
const revoke = (sentAt: number, receivedAt: number, outcome?: Change['outcome']): Change =>
  change(true, sentAt, receivedAt, outcome)
const undo = (sentAt: number, receivedAt: number, outcome?: Change['outcome']): Change =>
  change(false, sentAt, receivedAt, outcome)
const never = Number.POSITIVE_INFINITY

function verification(
  answer: Verification['answer'],
  sentAt: number,
  receivedAt: number,
  node = 0,
): Verification {
  const token = { name: 'a token', gates: ['not revoked', 'not blocked'] }
  return { token, node, sentAt, receivedAt, answer }
}
const accepted = (sentAt: number, receivedAt: number): Verification =>
  verification('accepted', sentAt, receivedAt)
const dead = (sentAt: number, receivedAt: number): Verification => verification('dead', sentAt, receivedAt)

function disturbed(node: Disturbance['node'], from: number, until: number): Disturbance {
  return { what: 'pause', node, from, until }
}

function judge(history: Partial<History>): Judgement {
  return judgeHistory({ changes: [], verifications: [], disturbances: [], ...history }, SETTLE)
}

type Row = readonly [claim: string, expected: number, changes: readonly Change[], verification: Verification]

describe('an acceptance', () => {
  const rows: readonly Row[] = [
    ['sent after the acknowledgement is late', 1, [revoke(10, 20)], accepted(21, 22)],
    ['sent before the acknowledgement is not late', 0, [revoke(10, 20)], accepted(19, 30)],
    ['after a revocation of unknown outcome is not late', 0, [revoke(10, 20, 'unknown')], accepted(21, 22)],
    ['after a revocation that was refused is not late', 0, [revoke(10, 20, 'refused')], accepted(21, 22)],
    ['after an undo is not late', 0, [revoke(10, 20), undo(30, 40)], accepted(41, 42)],
    ['while an undo is under way is not late', 0, [revoke(10, 20), undo(30, 40)], accepted(25, 31)],
    ['answered before the undo was sent is late', 1, [revoke(10, 20), undo(30, 40)], accepted(25, 29)],
    [
      'after an undo that was refused is late',
      1,
      [revoke(10, 20), undo(30, 40, 'refused')],
      accepted(41, 42),
    ],
    [
      'after an undo and another revocation is late',
      1,
      [revoke(10, 20), undo(30, 40), revoke(50, 60)],
      accepted(61, 62),
    ],
    [
      'is not late while an older undo without an answer may yet happen',
      0,
      [revoke(1, 2), undo(3, never, 'unknown'), revoke(10, 20)],
      accepted(21, 22),
    ],
    [
      'is late although another gate was opened',
      1,
      [revoke(10, 20), change(false, 30, 40, 'acknowledged', 'not blocked')],
      accepted(41, 42),
    ],
    [
      'is not late when what was closed is no gate of its token',
      0,
      [change(true, 10, 20, 'acknowledged', 'another user not blocked')],
      accepted(21, 22),
    ],
  ]
  test.each(rows)('%s', (_, expected, changes, verification) => {
    const judgement = judge({ changes, verifications: [verification] })
    expect(judgement.lateAcceptances).toHaveLength(expected)
    expect(judgement.wrongRefusals).toBeEmpty()
  })
})

describe('a refusal', () => {
  const rows: readonly Row[] = [
    ['of a token that nothing was done to is wrong', 1, [], dead(1, 2)],
    ['of a token that is revoked is right', 0, [revoke(10, 20)], dead(21, 22)],
    ['while the revocation is under way is right', 0, [revoke(10, 20)], dead(9, 11)],
    ['answered before the revocation was sent is wrong', 1, [revoke(10, 20)], dead(8, 9)],
    ['after a revocation that was refused is wrong', 1, [revoke(10, 20, 'refused')], dead(21, 22)],
    ['after an acknowledged undo is wrong', 1, [revoke(10, 20), undo(30, 40)], dead(41, 42)],
    ['while the undo is under way is right', 0, [revoke(10, 20), undo(30, 40)], dead(39, 50)],
    ['after an undo of unknown outcome is right', 0, [revoke(1, 2), undo(3, 4, 'unknown')], dead(41, 42)],
    [
      'is right while an older revocation without an answer may yet happen',
      0,
      [revoke(1, never, 'unknown'), revoke(10, 20), undo(30, 40)],
      dead(41, 42),
    ],
    [
      'after an undo and another revocation is right',
      0,
      [revoke(10, 20), undo(30, 40), revoke(50, 60)],
      dead(51, 52),
    ],
  ]
  test.each(rows)('%s', (_, expected, changes, verification) => {
    const judgement = judge({ changes, verifications: [verification] })
    expect(judgement.wrongRefusals).toHaveLength(expected)
    expect(judgement.lateAcceptances).toBeEmpty()
  })

  test('is wrong on a disturbed node too: such a one answers right or not at all', () => {
    const history = { verifications: [dead(1, 2)], disturbances: [disturbed(0, 0, 10)] }
    expect(judge(history).wrongRefusals).toHaveLength(1)
  })
})

describe('no answer', () => {
  const rows = [
    ['by a node that nothing was done to is held against it', 1, []],
    ['by a node that is disturbed is not', 0, [disturbed(0, 95, 200)]],
    ['by a node that is disturbed before it can answer is not', 0, [disturbed(0, 101, 200)]],
    ['by a node that was disturbed a moment ago is not', 0, [disturbed(0, 80, 95)]],
    ['by a node that was disturbed long ago is held against it', 1, [disturbed(0, 10, 85)]],
    ['by a node is held against it when another one is disturbed', 1, [disturbed(1, 95, 200)]],
    ['by any node is not while the database is disturbed', 0, [disturbed('all', 95, 200)]],
  ] as const
  test.each(rows)('%s', (_, expected, disturbances) => {
    for (const answer of ['unavailable', 'closed'] as const) {
      const verifications = [verification(answer, 100, 102)]
      expect(judge({ verifications, disturbances }).unansweredByHealthy).toHaveLength(expected)
    }
  })
})

test('times are measured to the last acceptance, and to the answers of healthy nodes', () => {
  const judgement = judge({
    changes: [revoke(10, 40), { ...change(true, 100, 900, 'acknowledged', 'other'), node: 1 }],
    verifications: [accepted(12, 13), accepted(35, 37), dead(38, 39), verification('dead', 210, 250, 1)],
    disturbances: [disturbed(1, 200, 300)],
  })
  expect(judgement).toMatchObject({
    longestUntilRefusalMillis: 25,
    longestAcknowledgementMillis: 30,
    longestVerdictMillis: 2,
  })
})

describe('an acknowledgement by a healthy node is slow', () => {
  const rows: readonly (readonly [claim: string, expected: number, disturbances: readonly Disturbance[]])[] =
    [
      ['after more than one hold-up, and a verdict, where nothing was disturbed', 1, []],
      ['where the wall clock jumped', 1, [disturbed('none', 30, 40)]],
      ['where a disturbance was over before', 1, [disturbed(1, 1, 9)]],
      ['not where another node was disturbed meanwhile', 0, [disturbed(1, 20, 90)]],
    ]
  test.each(rows)('%s', (_, expected, disturbances) => {
    const judgement = judge({ changes: [revoke(10, 80)], verifications: [accepted(1, 6)], disturbances })
    const found = findings(judgement, { longestHoldUpMillis: 60, atLeast: new Map() })
    expect(found).toHaveLength(expected)
  })
  test('after more than each of several disturbances may hold it up', () => {
    const disturbances = [disturbed(1, 20, 50), disturbed(2, 55, 90)]
    const slow = judge({ changes: [revoke(10, 191)], disturbances })
    const [found] = findings(slow, { longestHoldUpMillis: 60, atLeast: new Map() })
    expect(found).toContain('beside pause of 1 from 20.0 to 50.0 and pause of 2')
    const inTime = judge({ changes: [revoke(10, 190)], disturbances })
    expect(findings(inTime, { longestHoldUpMillis: 60, atLeast: new Map() })).toEqual([])
  })
})

test('what is unexpected, refused or unknown is named', () => {
  const judgement = judge({
    changes: [revoke(1, 2, 'refused'), revoke(3, 4, 'unknown')],
    verifications: [verification('unexpected: status 500', 1, 2)],
  })
  expect(judgement.unexpected).toHaveLength(1)
  expect(judgement.refusedChanges).toHaveLength(1)
  expect(judgement.unknownOnHealthy).toHaveLength(1)
})
