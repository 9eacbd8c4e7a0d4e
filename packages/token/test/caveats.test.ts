import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Caveat,
  CaveatError,
  caveatFromJson,
  caveatReason,
  caveatToJson,
  parseCaveat,
  serializeCaveat,
} from '../src/index.ts'

const LONGEST_PATH = Buffer.from(`/${'a'.repeat(49_133)}`).toString('base64')

/** JSON as sent, the serialized form, and the JSON that comes back (absent: the same). */
const GOOD: readonly (readonly [json: unknown, text: string, back?: unknown])[] = [
  [{ type: 'time', validUntil: 2_000_000_000 }, 'time < 2000000000'],
  [{ type: 'time', validUntil: -5, extra: 1 }, 'time < -5', { type: 'time', validUntil: -5 }],
  [{ type: 'time', validUntil: -0 }, 'time < 0', { type: 'time', validUntil: 0 }],
  [{ type: 'time', validUntil: Number.MAX_SAFE_INTEGER }, 'time < 9007199254740991'],
  [{ type: 'time', validUntil: 12345678901234567890n }, 'time < 12345678901234567890'],
  [{ type: 'time', validUntil: 5n }, 'time < 5', { type: 'time', validUntil: 5 }],
  [
    { type: 'ip', whitelist: ['10.0.0.0/8', '192.168.1.7'] },
    'ip = 10.0.0.0/8|192.168.1.7/32',
    { type: 'ip', whitelist: ['10.0.0.0/8', '192.168.1.7/32'] },
  ],
  [{ type: 'ip', whitelist: ['10.1.2.3/8'] }, 'ip = 10.1.2.3/8'],
  [{ type: 'ip', whitelist: ['0.0.0.0/0'] }, 'ip = 0.0.0.0/0'],
  [
    { type: 'ip', whitelist: ['10.0.0.0//08', '/1.2.3.4/', '1.2.3.4/+9'] },
    'ip = 10.0.0.0/8|1.2.3.4/32|1.2.3.4/9',
    { type: 'ip', whitelist: ['10.0.0.0/8', '1.2.3.4/32', '1.2.3.4/9'] },
  ],
  [{ type: 'asn', whitelist: [631, 632] }, 'asn = 631|632'],
  [{ type: 'asn', whitelist: [-1] }, 'asn = -1'],
  [{ type: 'asn', whitelist: [1, -9007199254740993n] }, 'asn = 1|-9007199254740993'],
  [{ type: 'geo.country', filter: 'whitelist', list: ['PL', 'FR'] }, 'geo.country = PL|FR'],
  [{ type: 'geo.country', filter: 'blacklist', list: ['pl'] }, 'geo.country != pl'],
  [{ type: 'geo.country', filter: 'whitelist', list: ['é'] }, 'geo.country = é'],
  [{ type: 'geo.region', filter: 'blacklist', list: ['EU'] }, 'geo.region != EU'],
  [
    { type: 'geo.region', filter: 'whitelist', list: ['Europe', 'NorthAmerica'] },
    'geo.region = Europe|NorthAmerica',
  ],
  [{ type: 'service', whitelist: ['ozw-onezone', 'opw-*'] }, 'service = ozw-onezone|opw-*'],
  [{ type: 'service', whitelist: ['ozw-', 'opp-a/b'] }, 'service = ozw-|opp-a/b'],
  [{ type: 'consumer', whitelist: ['usr-a', 'grp-b', 'prv-*'] }, 'consumer = usr-a|grp-b|prv-*'],
  [{ type: 'consumer', whitelist: ['usr-', 'grp-a/b'] }, 'consumer = usr-|grp-a/b'],
  [{ type: 'interface', interface: 'rest' }, 'interface = rest'],
  [{ type: 'api', whitelist: ['ozw/get/user.*.*:*'] }, 'api = ozw/get/user.*.*:*'],
  [
    { type: 'api', whitelist: ['all/create/space.null.privileges,u1'] },
    'api = all/create/space.null.privileges,u1:private',
    { type: 'api', whitelist: ['all/create/space.null.privileges,u1:private'] },
  ],
  [{ type: 'api', whitelist: ['opw/all/file.self.*:auto'] }, 'api = opw/all/file.self.*:auto'],
  [{ type: 'api', whitelist: ['ozw/get/user..,:*'] }, 'api = ozw/get/user..,:*'],
  [{ type: 'data.readonly' }, 'data.readonly'],
  [
    { type: 'data.path', whitelist: ['L3Mx', 'L3MxL2Rpci9hLnR4dA=='] },
    'data.path = L3Mx|L3MxL2Rpci9hLnR4dA==',
  ],
  [{ type: 'data.path', whitelist: [LONGEST_PATH] }, `data.path = ${LONGEST_PATH}`],
  [
    { type: 'data.path', whitelist: ['L3Mx\nL2E=\n', 'L3N='] },
    'data.path = L3MxL2E=|L3M=',
    { type: 'data.path', whitelist: ['L3MxL2E=', 'L3M='] },
  ],
  [
    { type: 'data.objectid', whitelist: ['00000000000AF10767756964236631237331'] },
    'data.objectid = 00000000000AF10767756964236631237331',
  ],
  [
    { type: 'data.objectid', whitelist: ['0000ab00000af10767756964236631237331'] },
    'data.objectid = 0000ab00000af10767756964236631237331',
  ],
  [{ scope: 'identityToken' }, 'authorization = none'],
  // The scope is looked for before these types, and after the others if their own keys are there.
  ...[
    ...[
      'bogus',
      'service',
      'consumer',
      'interface',
      'api',
      'data.readonly',
      'data.path',
      'data.objectid',
    ].map((type) => ({ type, whitelist: ['ozw-x'] })),
    { type: 'time' },
    { type: 'ip', whitelist: [] },
    { type: 'asn', whitelist: 1 },
    { type: 'geo.country', list: ['PL'] },
    { type: 'geo.region', filter: 'whitelist', list: [] },
  ].map(
    (json) =>
      [{ ...json, scope: 'identityToken' }, 'authorization = none', { scope: 'identityToken' }] as const,
  ),
  [{ type: 'time', validUntil: 7, scope: 'identityToken' }, 'time < 7', { type: 'time', validUntil: 7 }],
  [{ type: 'asn', whitelist: [7], scope: 'identityToken' }, 'asn = 7', { type: 'asn', whitelist: [7] }],
]

describe('a caveat in JSON', () => {
  for (const [json, text, back = json] of GOOD) {
    test(`${text.slice(0, 60)} is written, read and shown again`, () => {
      assert.equal(serializeCaveat(caveatFromJson(json)), text)
      assert.deepEqual(caveatToJson(parseCaveat(text) as Caveat), back)
    })
  }
})

const BAD: readonly unknown[] = [
  undefined,
  null,
  1,
  'time < 1',
  [],
  {},
  { type: 'bogus' },
  { type: 1 },
  { type: 'constructor' },
  { type: 'scope' },
  { scope: 'other' },
  { type: 'time', validUntil: 1.5, scope: 'identityToken' },
  { type: 'ip', whitelist: ['all'], scope: 'identityToken' },
  { type: 'geo.country', filter: 1, list: ['PL'], scope: 'identityToken' },
  { type: 'time', validUntil: 10n ** 1000n },
  { type: 'asn', whitelist: [-(10n ** 1000n)] },
  ...[1.5, '1', null, 2 ** 53, Number.NaN].map((validUntil) => ({ type: 'time', validUntil })),
  { type: 'time', validAfter: 1 },
  ...[
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/033',
    '/',
    '10.0.0.256',
    '10.0.0',
    '010.0.0.1',
    '1.2.3.4.5',
    '::1',
  ]
    .concat(['all', '', '1.2.3.4 ', '0x1.2.3.4', '1..2.3', '10.0.0.0/8/8'])
    .map((mask) => ({ type: 'ip', whitelist: [mask] })),
  ...[[], 'all', null, undefined, [1], [['10.0.0.1']]].map((whitelist) => ({ type: 'ip', whitelist })),
  ...[[], 1, ['1'], [1.5], [2 ** 53], [null]].map((whitelist) => ({ type: 'asn', whitelist })),
  ...[[], ['P'], ['POL'], [''], ['a|'], [12], ['\ud83d']].map((list) => ({
    type: 'geo.country',
    filter: 'whitelist',
    list,
  })),
  { type: 'geo.country', filter: 'greylist', list: ['PL'] },
  { type: 'geo.country', list: ['PL'] },
  ...[[], ['eu'], ['Atlantis'], ['toString']].map((list) => ({
    type: 'geo.region',
    filter: 'blacklist',
    list,
  })),
  ...['onezone', 'ozw', 'abc-x', 'ozw_x', 'ozw-a|b', 'ozw-\ud800', 'ozw-\ufffd'].map((entry) => ({
    type: 'service',
    whitelist: [entry],
  })),
  ...['nobody', 'usr', 'svc-x', 'usr-a|usr-b', 'grp-\ud800'].map((entry) => ({
    type: 'consumer',
    whitelist: [entry],
  })),
  ...['REST', '', null, 'all'].map((name) => ({ type: 'interface', interface: name })),
  ...[
    '',
    'ozw/get',
    'ozw/get/user',
    'ozw/get/user.*',
    'ozw/get/user.*.*.*',
    'ozw/get/user.*.*:*:*',
    'ozw/get/user.*.*:some',
  ]
    .concat(['xyz/get/user.*.*', 'ozw/post/user.*.*', 'ozw/get/users.*.*', 'ozw/get/user.*.*:'])
    .concat(['ozw/get/user.*.a,b,c', 'ozw/get/user.a|b.*', 'ozw/get/user.*.*/x'])
    .map((entry) => ({ type: 'api', whitelist: [entry] })),
  ...['Lw==', 'YQ==', 'L2Ev', '', '\n', 'L3Mx=', 'L3M', 'L3M=L3Mx', '_3Mx', 'L3Mx\f'].map((entry) => ({
    type: 'data.path',
    whitelist: [entry],
  })),
  { type: 'data.path', whitelist: [LONGEST_PATH, 'L3Mx'] },
  ...['', '00', '00000000000AF1076775696423663123733', '01000000000AF10767756964236631237331', 'zz']
    .concat(['00000000010AF10767756964236631237331', '00000000000AF10767756964236631', '00000000000AF107'])
    .map((entry) => ({ type: 'data.objectid', whitelist: [entry] })),
]

function shown(json: unknown): string {
  const withDigits = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)
  return JSON.stringify({ json }, withDigits).slice(8, 90)
}

describe('a value that is no caveat', () => {
  for (const json of BAD) {
    test(`${shown(json)} is refused with the value itself`, () => {
      assert.throws(
        () => caveatFromJson(json),
        (error) => error instanceof CaveatError && error.caveat === json,
      )
    })
  }
})

const UNKNOWN: readonly string[] = [
  '',
  ' ',
  'time',
  'time ',
  'time <',
  'time < ',
  'time <1',
  'time < abc',
  'time < 1.0',
  'time < 1e9',
  'time < +-1',
  'time < - 1',
  'time < 0x10',
  `time < 1${'0'.repeat(1000)}`,
  'time < 1\n',
  'time > 1',
  'Time < 1',
  ' time < 1',
  'toString = 1',
  'ip = ',
  'ip = 1.2.3.4|',
  'ip = |1.2.3.4',
  'ip = 1.2.3.4, 1.2.3.5',
  'ip=1.2.3.4',
  'ip != 1.2.3.4',
  'asn = ',
  'asn = 1||2',
  'asn = x',
  `asn = 1|-9${'9'.repeat(1000)}`,
  'geo.country = ',
  'geo.country != ',
  'geo.country = \ufffd',
  'geo.region == EU',
  'geo.region =Atlantis',
  'authorization = some',
  'authorization',
  'service = onezone',
  'consumer = ',
  'consumer = somebody',
  'consumer = usr-\ufffd',
  'interface = foo',
  'interface = ',
  'api = ',
  'api = ozw/get/x.*.*',
  'data.readonly ',
  'data.readonly = true',
  'data.path = ',
  'data.path = L3M',
  'data.path = L3Mx|%',
  'data.objectid = ',
  'data.objectid = \ufffd',
  'audience = usr-x',
  'grant = everything',
  '{"type":"time","validUntil":1}',
]

/** What nobody gets by asking for it in JSON, or writes in another way. */
const LENIENT: readonly (readonly [text: string, caveat: Caveat])[] = [
  ['time < 007', { type: 'time', validUntil: 7 }],
  ['time < +1', { type: 'time', validUntil: 1 }],
  ['time < -0', { type: 'time', validUntil: 0 }],
  ['time < 9007199254740992', { type: 'time', validUntil: 9007199254740992n }],
  ['time < -0012345678901234567890', { type: 'time', validUntil: -12345678901234567890n }],
  [`time < ${'0'.repeat(2000)}9`, { type: 'time', validUntil: 9 }],
  [`time < ${'9'.repeat(1000)}`, { type: 'time', validUntil: 10n ** 1000n - 1n }],
  ['asn = 01|+2|18446744073709551616', { type: 'asn', whitelist: [1, 2, 18446744073709551616n] }],
  ['ip = 1.2.3.4', { type: 'ip', whitelist: ['1.2.3.4/32'] }],
  ['ip = /10.0.0.0//08/', { type: 'ip', whitelist: ['10.0.0.0/8'] }],
  ['geo.country = POL||é', { type: 'geo.country', filter: 'whitelist', list: ['POL', '', 'é'] }],
  ['geo.country !=  PL', { type: 'geo.country', filter: 'blacklist', list: [' PL'] }],
  ['geo.region = Atlantis|eu', { type: 'geo.region', filter: 'whitelist', list: ['Atlantis', 'eu'] }],
  ['geo.region != |', { type: 'geo.region', filter: 'blacklist', list: ['', ''] }],
  ['service = ozw-|opp-a/b', { type: 'service', whitelist: ['ozw-', 'opp-a/b'] }],
  ['consumer = nobody|usr-', { type: 'consumer', whitelist: ['nobody', 'usr-'] }],
  ['api = ozw/get/user..', { type: 'api', whitelist: ['ozw/get/user..:private'] }],
  ['data.path = Lw==||YQ==', { type: 'data.path', whitelist: ['Lw==', '', 'YQ=='] }],
  ['data.path = L3 Mx\nL3N=\t', { type: 'data.path', whitelist: ['L3MxL3M='] }],
  ['data.path = \r\n', { type: 'data.path', whitelist: [''] }],
  ['data.path =  |', { type: 'data.path', whitelist: ['', ''] }],
  ['data.objectid = 00||zz', { type: 'data.objectid', whitelist: ['00', '', 'zz'] }],
]

describe('a serialized caveat', () => {
  for (const text of UNKNOWN) {
    test(`${JSON.stringify(text)} is unknown`, () => assert.equal(parseCaveat(text), undefined))
  }
  for (const [text, caveat] of LENIENT) {
    test(`${JSON.stringify(text).slice(0, 60)} is read as Onezone reads it`, () => {
      assert.deepEqual(parseCaveat(text), caveat)
    })
  }
  test('of one empty path is written as nothing, as Onezone writes it, which is unknown', () => {
    assert.equal(serializeCaveat({ type: 'data.path', whitelist: [''] }), 'data.path = ')
    assert.equal(parseCaveat('data.path = '), undefined)
  })
})

const REASONS: readonly (readonly [text: string, reason: string])[] = [
  ['time < 2000000000', "unverified time caveat: this token has expired at '2033-05-18T03:33:20Z'"],
  ['time < 0', "unverified time caveat: this token has expired at '1970-01-01T00:00:00Z'"],
  ['time < 951782399', "unverified time caveat: this token has expired at '2000-02-28T23:59:59Z'"],
  ['time < 951868799', "unverified time caveat: this token has expired at '2000-02-29T23:59:59Z'"],
  ['time < -1', "unverified time caveat: this token has expired at '1969-12-31T23:59:59Z'"],
  [
    'time < -12345678901234567890',
    "unverified time caveat: this token has expired at '-12345678901234567890'",
  ],
  ['time < 253402300800', "unverified time caveat: this token has expired at '10000-01-01T00:00:00Z'"],
  [
    'ip = 10.0.0.0/8|192.168.1.7/32',
    "unverified IP caveat: this token can only be used from an IP address that matches: '10.0.0.0/8 or 192.168.1.7/32'",
  ],
  [
    'asn = 631|632',
    "unverified ASN caveat: this token can only be used from an IP address that maps to the following Autonomous System Number: '631 or 632'",
  ],
  [
    'geo.country = PL|FR',
    "unverified country caveat: this token can only be used from an IP address that comes from the following country: 'PL or FR'",
  ],
  [
    'geo.region != EU',
    "unverified region caveat: this token can only be used from an IP address that does NOT come from the following region: 'EU'",
  ],
  [
    'service = ozw-onezone|opp-p1',
    "unverified service caveat: the service using this token must authenticate as 'oz_worker:onezone or op_panel:p1' (use the x-onedata-service-token header), or the requested API operation is disallowed for the whitelisted services",
  ],
  [
    'interface = oneclient',
    "unverified interface caveat: this token can only be used in the 'oneclient' interface",
  ],
  [
    'api = ozw/get/user.*.*',
    "unverified API caveat: this token can only be used for API calls that match the following spec: 'ozw/get/user.*.*:private'",
  ],
  ['data.readonly', 'unverified data access caveat: this token allows for readonly data access'],
  [
    'data.path = L3Mx|L3MxL2Rpci9hLnR4dA==',
    "unverified data path caveat: this token can only be used to access data under the following paths (and nested directories): '/s1 or /s1/dir/a.txt'",
  ],
  [
    'data.objectid = 00000000000AF10767756964236631237331',
    "unverified data path caveat: this token can only be used to access data with the following FILE_ID (and nested directories): '00000000000AF10767756964236631237331'",
  ],
  [
    'authorization = none',
    'this token carries no authorization (can be used only for identity verification)',
  ],
]

describe('the reason of a caveat', () => {
  for (const [text, reason] of REASONS) {
    test(`${text} is given in the words of the wire`, () => {
      assert.equal(caveatReason(parseCaveat(text) as Caveat), reason)
    })
  }
  test("of one that lists nobody has Onezone's word for his id", () => {
    const reason = caveatReason(parseCaveat('consumer = nobody') as Caveat)
    assert.ok(reason.includes("must authenticate as 'nobody:undefined'"))
  })
  test('of a consumer caveat names the consumers and three ways to be one', () => {
    const reason = caveatReason(parseCaveat('consumer = usr-a|grp-b|prv-*') as Caveat)
    assert.match(
      reason,
      /must authenticate as 'user:a or group:b or oneprovider:\*' - if that's you, you should:\n/,
    )
    assert.equal(reason.split('\n   * ').length, 4)
  })
})
