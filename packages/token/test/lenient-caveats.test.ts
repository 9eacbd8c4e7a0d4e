import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Context, confineToken, decodeToken, type Facts, judge, parseCaveat } from '../src/index.ts'
import { encodeUtf8 } from '../src/utf8.ts'
import { forge } from './forge.ts'
import { hmac } from './hmac.ts'

/** Caveats that nobody is given when he asks in JSON, but that whoever holds a token can write into it. */

const SECRET = encodeUtf8('5e'.repeat(32))
const USER = { type: 'user', id: 'u1' } as const
const HERE: Context = {
  now: 1000,
  ip: '203.0.113.7',
  interface: 'rest',
  service: undefined,
  consumer: undefined,
  session: undefined,
  allowDataAccessCaveats: false,
}
const FACTS: Facts = {
  record: { kind: 'named', subject: USER, isRevoked: false, secret: SECRET },
  subject: 'active',
  isSessionOfSubject: false,
  isServiceAllowed: () => true,
  isConsumerInGroup: () => true,
  asnOf: () => 631,
  countryOf: () => ({ country: 'PL', continent: 'EU', isInEu: true }),
}
const NOWHERE: Facts = { ...FACTS, asnOf: () => undefined, countryOf: () => undefined }
const NOBODY = { type: 'nobody', id: null } as const

const outcome = (
  caveats: readonly string[],
  context: Partial<Context> = {},
  facts: Facts = FACTS,
): string => {
  const token = decodeToken(forge('2/nmd/usr-u1/act/t1', caveats, SECRET))
  const verdict = judge(token, { kind: 'access' }, { ...HERE, ...context }, facts, hmac)
  return verdict.ok ? 'met' : verdict.why.kind
}

const MET: readonly (readonly [text: string, context?: Partial<Context>])[] = [
  ['time < +0000001001'],
  ['time < 12345678901234567890'],
  ['asn = 18446744073709551616|+0631'],
  ['ip = /203.0.113.0//024/'],
  ['geo.country = POL||PL'],
  ['geo.country != POL'],
  ['geo.country != |'],
  ['geo.region != Atlantis|europe'],
  ['service = ozw-|ozw-onezone'],
  ['consumer = grp-g1|nobody', { consumer: NOBODY }],
  ['api = ozw/get/user..'],
  ['data.path = Lw==|', { allowDataAccessCaveats: true }],
  ['data.path =  ', { allowDataAccessCaveats: true }],
  ['data.objectid = 00|', { allowDataAccessCaveats: true }],
]

const UNMET: readonly (readonly [text: string, context?: Partial<Context>])[] = [
  ['time < 01000'],
  ['time < -12345678901234567890'],
  ['asn = 18446744073709552247'],
  ['ip = 203.0.113.0//032'],
  ['geo.country = POL|Pl|'],
  ['geo.country != POL|PL'],
  ['geo.region = Atlantis|europe|'],
  ['geo.region != Atlantis|EU'],
  ['service = ozw-|opw-'],
  ['consumer = nobody'],
  ['consumer = nobody', { consumer: USER }],
  ['consumer = usr-|prv-', { consumer: USER }],
  ['consumer = usr-|usr-*|grp-*|grp-', { consumer: NOBODY }],
  ['data.path = Lw=='],
  ['data.path =  '],
  ['data.objectid = 00'],
]

describe('a caveat that JSON has no words for', () => {
  for (const [text, context] of MET) {
    test(`${text} is met${context === undefined ? '' : ` given ${JSON.stringify(context)}`}`, () => {
      assert.equal(outcome([text], context), 'met')
    })
  }
  for (const [text, context] of UNMET) {
    test(`${text} is not met${context === undefined ? '' : ` given ${JSON.stringify(context)}`}`, () => {
      assert.equal(outcome([text], context), 'caveat_unverified')
    })
  }
  for (const text of ['geo.country != POL', 'geo.region != Atlantis', 'geo.country != |']) {
    test(`${text} is not met where the place is unknown`, () => {
      assert.equal(outcome([text], {}, NOWHERE), 'caveat_unverified')
      assert.equal(outcome([text], { ip: undefined }), 'caveat_unverified')
    })
  }
})

describe('ends beyond what a number holds', () => {
  const endOf = (caveats: readonly string[]) => {
    const token = decodeToken(forge('2/nmd/usr-u1/act/t1', caveats, SECRET))
    const verdict = judge(token, { kind: 'access' }, HERE, FACTS, hmac)
    return verdict.ok ? verdict.validUntil : verdict.why.kind
  }
  test('are told to the last digit', () => {
    assert.equal(endOf(['time < 9007199254740993']), 9007199254740993n)
  })
  test('come after all others, and the earliest of several counts', () => {
    assert.equal(endOf(['time < 9007199254740993', 'time < 9007199254740992']), 9007199254740992n)
    assert.equal(endOf(['time < 9007199254740993', 'time < 9007199254740991']), 9007199254740991)
  })
  test('of a confined token are signed as they are written', () => {
    const caveat = parseCaveat('time < +0012345678901234567890')
    assert.ok(caveat !== undefined)
    const confined = confineToken(
      forge('2/nmd/usr-u1/act/t1', ['time < 007', 'geo.country != |'], SECRET),
      [caveat],
      hmac,
    )
    assert.deepEqual(decodeToken(confined).caveats, [
      'time < 007',
      'geo.country != |',
      'time < 12345678901234567890',
    ])
  })
})

const temporary = (generation: number): Facts => ({
  ...FACTS,
  record: { kind: 'temporary', generation, secret: SECRET },
})

/** The best that a world could do for such a token: the record that it names is there, with the secret it is signed with. */
const IDENTIFIERS: readonly (readonly [identifier: string, facts: Facts, outcome: string])[] = [
  ['02/nmd/usr-u1/act/t1', FACTS, 'accepted'],
  ['+2/nmd/usr-u1/act/t1', FACTS, 'accepted'],
  ['2/tmp-+05/usr-u1/act/t1', temporary(5), 'accepted'],
  ['2/tmp-9007199254740993/usr-u1/act/t1', temporary(Number.MAX_SAFE_INTEGER), 'token_invalid'],
  [`2/tmp-${'9'.repeat(400)}/usr-u1/act/t1`, temporary(1), 'token_invalid'],
  ['2/tmp--9007199254740993/usr-u1/act/t1', temporary(1), 'token_revoked'],
  ['2/nmd/usr-u1/act/', { ...FACTS, record: undefined }, 'token_invalid'],
  ['2/nmd/usr-/act/t1', FACTS, 'subject_invalid'],
  ['2/nmd/grp-/act/t1', FACTS, 'subject_invalid'],
  ['', { ...FACTS, record: undefined }, 'token_invalid'],
  ['+1/', { ...FACTS, record: undefined }, 'token_invalid'],
]

describe('an identifier that no Onezone writes', () => {
  for (const [identifier, facts, outcome] of IDENTIFIERS) {
    test(`${JSON.stringify(identifier).slice(0, 60)} is read, and judged ${outcome}`, () => {
      const token = decodeToken(forge(identifier, [], SECRET))
      assert.equal(token.identifier, identifier)
      const verdict = judge(token, { kind: 'access' }, HERE, facts, hmac)
      assert.equal(verdict.ok ? 'accepted' : verdict.why.kind, outcome)
    })
  }
})
