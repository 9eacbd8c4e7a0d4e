import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Caveat,
  type Context,
  confineToken,
  decodeToken,
  type Facts,
  judge,
  parseCaveat,
  type MintParts,
  mintToken,
  signedToken,
  type Token,
  type TokenRefusal,
  type TokenSubject,
} from '../src/index.ts'
import { forge } from './forge.ts'
import { countingHmac, hmac } from './hmac.ts'

const USER: TokenSubject = { type: 'user', id: 'u1' }
const SECRET = new TextEncoder().encode('5e'.repeat(32))
const PARTS: MintParts = {
  location: 'zone.example.org',
  id: 't1',
  persistence: { kind: 'named' },
  subject: USER,
  type: { kind: 'access' },
  caveats: [],
  secret: SECRET,
}
const CONTEXT: Context = {
  now: 1000,
  ip: '10.3.4.5',
  interface: 'rest',
  service: undefined,
  consumer: undefined,
  session: undefined,
  allowDataAccessCaveats: false,
}
const THREE: readonly Caveat[] = [
  { type: 'time', validUntil: 2000 },
  { type: 'ip', whitelist: ['10.0.0.0/8'] },
  { type: 'interface', interface: 'rest' },
]

const unneeded = (): never => assert.fail('a fact was asked for that the verdict does not depend on')
const FACTS: Facts = {
  record: { kind: 'named', subject: USER, isRevoked: false, secret: SECRET },
  subject: 'active',
  isSessionOfSubject: false,
  isServiceAllowed: unneeded,
  isConsumerInGroup: unneeded,
  asnOf: unneeded,
  countryOf: unneeded,
}

const mint = (parts: Partial<MintParts> = {}) => decodeToken(mintToken({ ...PARTS, ...parts }, hmac))
const ACCESS = { kind: 'access' } as const

describe('the work of a judgement', () => {
  test('is one HMAC for the key, one for the identifier and one per caveat', () => {
    for (const caveats of [[], THREE]) {
      const counting = countingHmac()
      const verdict = judge(mint({ caveats }), ACCESS, CONTEXT, FACTS, counting.hmac)
      assert.equal(verdict.ok, true)
      assert.equal(counting.count(), 2 + caveats.length)
    }
  })
  test('is no HMAC at all when the type, the record or a caveat fails', () => {
    const token = mint({ caveats: THREE })
    const counting = countingHmac()
    judge(token, { kind: 'invite' }, CONTEXT, FACTS, counting.hmac)
    judge(token, ACCESS, CONTEXT, { ...FACTS, record: undefined }, counting.hmac)
    judge(token, ACCESS, { ...CONTEXT, now: 2000 }, FACTS, counting.hmac)
    assert.equal(counting.count(), 0)
  })
  test('takes a caveat as it was read before, from who has it at hand', () => {
    const token = mint({ caveats: THREE })
    const asked: string[] = []
    const parse = (text: string) => {
      asked.push(text)
      return parseCaveat(text)
    }
    const verdict = judge(token, ACCESS, CONTEXT, { ...FACTS, parseCaveat: parse }, hmac)
    assert.deepEqual([verdict, asked], [judge(token, ACCESS, CONTEXT, FACTS, hmac), token.caveats])
    const unknown = judge(token, ACCESS, CONTEXT, { ...FACTS, parseCaveat: () => undefined }, hmac)
    assert.deepEqual(unknown, { ok: false, why: { kind: 'caveat_unknown', caveat: token.caveats[0] } })
  })
  test('asks for no fact that the verdict does not depend on', () => {
    const caveats: readonly Caveat[] = [
      { type: 'time', validUntil: 1 },
      { type: 'asn', whitelist: [1] },
      { type: 'geo.region', filter: 'blacklist', list: ['EU'] },
      { type: 'consumer', whitelist: ['grp-g1'] },
    ]
    const verdict = judge(mint({ caveats }), ACCESS, CONTEXT, FACTS, hmac)
    assert.deepEqual(verdict, { ok: false, why: { kind: 'caveat_unverified', caveat: caveats[0] } })
  })
  test('asks about groups only when a user presents the token', () => {
    const caveats: readonly Caveat[] = [{ type: 'consumer', whitelist: ['usr-u1', 'grp-g1'] }]
    const isAccepted = (consumer: TokenSubject | undefined) =>
      judge(mint({ caveats }), ACCESS, { ...CONTEXT, consumer }, FACTS, hmac).ok
    assert.equal(isAccepted(undefined), false)
    assert.equal(isAccepted({ type: 'oneprovider', id: 'u1' }), false)
    assert.equal(isAccepted({ type: 'nobody', id: null }), false)
    assert.equal(isAccepted(USER), true)
  })
  test('asks nothing about the service when it is the Onezone', () => {
    const onezone = { ...CONTEXT, service: { type: 'ozw', id: 'onezone' } } as const
    assert.equal(judge(mint(), ACCESS, onezone, FACTS, hmac).ok, true)
  })
  test('asks about the presenting service although the token has no service caveat', () => {
    const service = { type: 'opw', id: 'p1' } as const
    const verdict = judge(
      mint(),
      ACCESS,
      { ...CONTEXT, service },
      { ...FACTS, isServiceAllowed: () => false },
      hmac,
    )
    assert.deepEqual(verdict, { ok: false, why: { kind: 'service_forbidden', service } })
  })
  test('asks nothing about the service of an identity token', () => {
    const token = mint({ type: { kind: 'identity' } })
    const service = { type: 'opw', id: 'p1' } as const
    assert.equal(judge(token, { kind: 'identity' }, { ...CONTEXT, service }, FACTS, hmac).ok, true)
  })
})

describe('the order of a judgement', () => {
  const steps: readonly (readonly [kind: string, context: Partial<Context>, facts: Partial<Facts>])[] = [
    ['token_revoked', {}, { record: { kind: 'named', subject: USER, isRevoked: true, secret: SECRET } }],
    [
      'subject_invalid',
      {},
      { record: { kind: 'named', subject: { ...USER, id: 'u2' }, isRevoked: false, secret: SECRET } },
    ],
    ['caveat_unverified', { now: 2000 }, {}],
    [
      'token_invalid',
      {},
      { record: { kind: 'named', subject: USER, isRevoked: false, secret: SECRET.slice(1) } },
    ],
    ['session_invalid', { session: 's2' }, {}],
    ['subject_invalid', {}, { subject: 'absent' }],
    ['session_invalid', {}, { isSessionOfSubject: false }],
    ['service_forbidden', { service: { type: 'opw', id: 'p1' } }, { isServiceAllowed: () => false }],
  ]
  const token = mint({ caveats: THREE, type: { kind: 'access', sessionId: 's1' } })
  const good = { context: { ...CONTEXT, session: 's1' }, facts: { ...FACTS, isSessionOfSubject: true } }

  test('ends in an acceptance when every step is good', () => {
    assert.deepEqual(judge(token, ACCESS, good.context, good.facts, hmac), {
      ok: true,
      subject: USER,
      caveats: THREE,
      validUntil: 2000,
    })
  })
  // Breaks the steps from the last to the first; each time the earlier one must be the one that is named.
  for (let at = steps.length - 1; at >= 0; at--) {
    const broken = steps.slice(at).toReversed()
    test(`names ${steps[at]?.[0]} (step ${at + 1}) before everything after it`, () => {
      const context = Object.assign({}, good.context, ...broken.map(([, context]) => context)) as Context
      const facts = Object.assign({}, good.facts, ...broken.map(([, , facts]) => facts)) as Facts
      const verdict = judge(token, ACCESS, context, facts, hmac)
      assert.equal(verdict.ok ? 'accepted' : verdict.why.kind, steps[at]?.[0])
    })
  }
})

/** The token after its signature was found good. */
function signed(token: Token, facts: Facts, context = CONTEXT) {
  const verdict = judge(token, ACCESS, context, facts, hmac)
  assert.ok(verdict.ok)
  return signedToken(token, verdict)
}

describe('a token whose signature is known to be good', () => {
  const session = { ...CONTEXT, session: 's1' }
  const facts: Facts = { ...FACTS, isSessionOfSubject: true }
  const token = mint({ caveats: THREE, type: { kind: 'access', sessionId: 's1' } })
  const named = { kind: 'named', subject: USER, isRevoked: false, secret: undefined } as const
  const withoutSecret: Facts = { ...facts, record: named }

  test('is accepted like the token itself, without a secret and without an HMAC', () => {
    const counting = countingHmac()
    const verdict = judge(signed(token, facts, session), ACCESS, session, withoutSecret, counting.hmac)
    assert.deepEqual(verdict, judge(token, ACCESS, session, facts, hmac))
    assert.equal(verdict.ok, true)
    assert.equal(counting.count(), 0)
  })
  test('is not what any other token passes for when the record has no secret', () => {
    const verdict = judge(token, ACCESS, session, withoutSecret, hmac)
    assert.deepEqual(verdict, { ok: false, why: { kind: 'token_invalid' } })
  })

  const refusals: readonly (readonly [
    kind: TokenRefusal['kind'],
    context: Partial<Context>,
    facts: Partial<Facts>,
  ])[] = [
    ['token_invalid', {}, { record: undefined }],
    ['token_invalid', {}, { record: { kind: 'temporary', generation: 1, secret: undefined } }],
    ['token_revoked', {}, { record: { ...named, isRevoked: true } }],
    ['subject_invalid', {}, { record: { ...named, subject: { type: 'user', id: 'u2' } } }],
    ['caveat_unverified', { now: 2000 }, {}],
    ['caveat_unverified', { ip: '192.0.2.1' }, {}],
    ['caveat_unverified', { interface: 'graphsync' }, {}],
    ['session_invalid', { session: 's2' }, {}],
    ['subject_invalid', {}, { subject: 'absent' }],
    ['user_blocked', {}, { subject: 'blocked' }],
    ['session_invalid', {}, { isSessionOfSubject: false }],
    ['service_forbidden', { service: { type: 'opw', id: 'p1' } }, { isServiceAllowed: () => false }],
  ]
  for (const [index, [kind, context, changed]] of refusals.entries()) {
    test(`is refused as the token itself is: ${kind} (case ${index + 1})`, () => {
      const known = signed(token, facts, session)
      const shown = { ...session, ...context }
      const verdict = judge(known, ACCESS, shown, { ...withoutSecret, ...changed }, hmac)
      assert.equal(verdict.ok ? 'accepted' : verdict.why.kind, kind)
      // The same world, with the secret that the token itself needs.
      const record = changed.record?.kind === 'named' ? { ...changed.record, secret: SECRET } : changed.record
      const world = { ...facts, ...changed, ...('record' in changed && { record }) }
      assert.deepEqual(verdict, judge(token, ACCESS, shown, world, hmac))
    })
  }
  test('is refused for every other purpose as the token itself is', () => {
    const known = signed(token, facts, session)
    for (const purpose of [{ kind: 'identity' }, { kind: 'invite' }] as const) {
      assert.deepEqual(
        judge(known, purpose, session, withoutSecret, hmac),
        judge(token, purpose, session, facts, hmac),
      )
    }
  })
})

const temporary = (generation: number): Facts => ({
  ...FACTS,
  record: { kind: 'temporary', generation, secret: SECRET },
})

describe('a temporary token', () => {
  const token = mint({ persistence: { kind: 'temporary', generation: 5 } })
  test('of the current generation is accepted', () => {
    assert.equal(judge(token, ACCESS, CONTEXT, temporary(5), hmac).ok, true)
  })
  test('is invalid as long as its subject has no secret', () => {
    const facts: Facts = { ...FACTS, record: { kind: 'temporary', generation: 5, secret: undefined } }
    assert.deepEqual(judge(token, ACCESS, CONTEXT, facts, hmac), {
      ok: false,
      why: { kind: 'token_invalid' },
    })
  })
  for (const whom of ['nobody', 'grp-g1']) {
    test(`of ${whom} is invalid, whatever its generation and however well it is signed`, () => {
      const token = decodeToken(forge(`2/tmp-5/${whom}/act/t1`, [], SECRET))
      for (const generation of [4, 5, 6]) {
        const verdict = judge(token, ACCESS, CONTEXT, temporary(generation), hmac)
        assert.deepEqual(verdict, { ok: false, why: { kind: 'token_invalid' } })
      }
    })
  }
})

describe('the caveats of a judgement', () => {
  test('the earliest of several time caveats is the end', () => {
    const caveats = [3000, 1500, 2500].map((validUntil) => ({ type: 'time', validUntil }) as const)
    const verdict = judge(mint({ caveats }), ACCESS, CONTEXT, FACTS, hmac)
    assert.equal(verdict.ok && verdict.validUntil, 1500)
  })
  test('an ignored caveat counts as met only where the token type supports it', () => {
    const ignoring = {
      ...CONTEXT,
      interface: undefined,
      ignoredCaveats: new Set(['interface', 'scope'] as const),
    }
    const caveats: readonly Caveat[] = [{ type: 'interface', interface: 'oneclient' }]
    assert.equal(judge(mint({ caveats }), ACCESS, ignoring, FACTS, hmac).ok, true)
    assert.equal(judge(mint({ caveats: [{ type: 'scope' }] }), ACCESS, ignoring, FACTS, hmac).ok, false)
  })
  test('more than one unmet caveat is told of the first', () => {
    const text = confineToken(
      mintToken(PARTS, hmac),
      [...THREE, { type: 'data.readonly' }, { type: 'scope' }],
      hmac,
    )
    const verdict = judge(decodeToken(text), ACCESS, CONTEXT, FACTS, hmac)
    assert.deepEqual(verdict, {
      ok: false,
      why: { kind: 'caveat_unverified', caveat: { type: 'data.readonly' } },
    })
  })
})
