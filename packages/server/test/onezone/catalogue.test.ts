import { describe, expect, test } from 'bun:test'
import { parseCaveat } from '@jeton/token'
import * as data from '../../src/dialects/onezone/catalogue-data.ts'
import * as general from '../../src/dialects/onezone/catalogue-general.ts'
import * as tokens from '../../src/dialects/onezone/catalogue-tokens.ts'
import { errorBody, type WireError } from '../../src/dialects/onezone/wire-error.ts'
import { parseExactJson } from '../../src/exact-json.ts'

/** Status and body of every error, as Onezone 21.02.7 writes them. */
const CATALOGUE: readonly (readonly [error: WireError, status: number, body: object])[] = [
  [
    general.unauthorized,
    401,
    { id: 'unauthorized', description: 'You must authenticate yourself to perform this operation.' },
  ],
  [
    general.unauthorizedBecause(tokens.tokenRevoked),
    401,
    {
      id: 'unauthorized',
      details: { authError: { id: 'tokenRevoked', description: 'Provided token has been revoked.' } },
      description: 'Provided authentication is not valid (see details).',
    },
  ],
  [
    general.forbidden,
    403,
    { id: 'forbidden', description: 'You are not authorized to perform this operation.' },
  ],
  [general.notFound, 404, { id: 'notFound', description: 'The resource could not be found.' }],
  [general.alreadyExists, 409, { id: 'alreadyExists', description: 'The resource already exists.' }],
  [general.notSupported, 400, { id: 'notSupported', description: 'This operation is not supported.' }],
  [general.notImplemented, 501, { id: 'notImplemented', description: 'This operation is not implemented.' }],
  [
    general.serviceUnavailable,
    503,
    { id: 'serviceUnavailable', description: 'Service required for this operation is offline.' },
  ],
  [
    general.temporaryFailure,
    503,
    { id: 'temporaryFailure', description: 'Temporary failure - please try again later.' },
  ],
  [
    general.internalServerError('0a1b2c3d4e'),
    500,
    {
      id: 'internalServerError',
      details: { reference: '0a1b2c3d4e' },
      description:
        'The server has encountered an error while processing this request. If the problem persists, please contact ' +
        "the site's administrators, citing the following reference: 0a1b2c3d4e.",
    },
  ],
  [
    tokens.userBlocked,
    400,
    {
      id: 'userBlocked',
      description:
        'This user account has been blocked by the administrator and cannot be used unless it is unblocked again.',
    },
  ],
  [
    tokens.badBasicCredentials,
    400,
    { id: 'badBasicCredentials', description: 'Invalid username or password.' },
  ],
  [
    tokens.basicAuthNotSupported,
    400,
    { id: 'basicAuthNotSupported', description: 'Basic auth is not supported by this Onezone.' },
  ],
  [
    tokens.basicAuthDisabled,
    400,
    { id: 'basicAuthDisabled', description: 'Basic auth is disabled for this user.' },
  ],
  [
    tokens.badToken,
    400,
    { id: 'badToken', description: 'Provided token could not be understood by the server.' },
  ],
  [
    tokens.badServiceToken(tokens.tokenInvalid),
    400,
    {
      id: 'badServiceToken',
      details: { tokenError: { id: 'tokenInvalid', description: 'Provided token is not valid.' } },
      description: 'Provided service token is not valid (see details).',
    },
  ],
  [
    tokens.badConsumerToken(tokens.notAnIdentityToken({ kind: 'access' })),
    400,
    {
      id: 'badConsumerToken',
      details: {
        tokenError: {
          id: 'notAnIdentityToken',
          details: { received: { accessToken: {} } },
          description: 'Expected an identity token, but received a(n) access token.',
        },
      },
      description: 'Provided consumer token is not valid (see details).',
    },
  ],
  [tokens.tokenInvalid, 400, { id: 'tokenInvalid', description: 'Provided token is not valid.' }],
  [
    tokens.tokenTooLarge(1048576),
    400,
    {
      id: 'tokenTooLarge',
      details: { limit: 1048576 },
      description: 'Provided token exceeds the allowed size (1048576 characters).',
    },
  ],
  [
    tokens.notAnAccessToken({ kind: 'invite', inviteType: 'userJoinAtmInventory', targetId: 'i1' }),
    400,
    {
      id: 'notAnAccessToken',
      details: {
        received: {
          inviteToken: { inviteType: 'userJoinAtmInventory', atmInventoryId: 'i1', parameters: {} },
        },
      },
      description:
        'Expected an access token, but received a(n) invite token for a user to join automation inventory "i1".',
    },
  ],
  [
    tokens.notAnInviteToken(undefined, { kind: 'access', sessionId: 's1' }),
    400,
    {
      id: 'notAnInviteToken',
      details: { expectedInviteType: 'any', received: { accessToken: { sessionId: 's1' } } },
      description:
        'Expected an invitation token of type \'any\', but received a(n) access token for session "s1".',
    },
  ],
  [
    tokens.notAnInviteToken('spaceJoinHarvester', { kind: 'identity' }),
    400,
    {
      id: 'notAnInviteToken',
      details: { expectedInviteType: 'spaceJoinHarvester', received: { identityToken: {} } },
      description:
        "Expected an invitation token of type 'space_join_harvester', but received a(n) identity token.",
    },
  ],
  [
    tokens.tokenCaveatUnknown('foo = bar'),
    400,
    {
      id: 'tokenCaveatUnknown',
      details: { caveat: 'foo = bar' },
      description: "Unknown caveat - 'foo = bar'.",
    },
  ],
  [
    tokens.tokenCaveatUnverified({ type: 'time', validUntil: 1_600_000_000 }),
    400,
    {
      id: 'tokenCaveatUnverified',
      details: { caveat: { type: 'time', validUntil: 1_600_000_000 } },
      description:
        "Provided token is not valid - unverified time caveat: this token has expired at '2020-09-13T12:26:40Z'.",
    },
  ],
  [
    tokens.tokenTimeCaveatRequired(2_592_000),
    400,
    {
      id: 'tokenTimeCaveatRequired',
      details: { maxTtl: 2_592_000 },
      description: 'You must specify a time caveat with maximum TTL of 2592000 seconds.',
    },
  ],
  [
    tokens.tokenSubjectInvalid,
    400,
    {
      id: 'tokenSubjectInvalid',
      description: 'The token subject is invalid (does not exist or is different than expected).',
    },
  ],
  [
    tokens.tokenServiceForbidden({ type: 'opp', id: 'p1' }),
    400,
    {
      id: 'tokenServiceForbidden',
      details: { service: { type: 'op_panel', id: 'p1' } },
      description: 'The service op_panel:p1 is forbidden for this subject.',
    },
  ],
  [
    tokens.tokenSessionInvalid,
    400,
    {
      id: 'tokenSessionInvalid',
      description:
        'This token is bound to a session different than presented by the client or no longer existent.',
    },
  ],
  [
    data.malformedData,
    400,
    { id: 'malformedData', description: 'Provided data could not be understood by the server.' },
  ],
  [
    data.missingRequiredValue('name'),
    400,
    {
      id: 'missingRequiredValue',
      details: { key: 'name' },
      description: 'Missing required value: name.',
    },
  ],
  [
    data.missingAtLeastOneValue(['customMetadata', 'name', 'revoked']),
    400,
    {
      id: 'missingAtLeastOneValue',
      details: { keys: ['customMetadata', 'name', 'revoked'] },
      description:
        'Missing data, you must provide at least one of: [<<"customMetadata">>,<<"name">>,<<"revoked">>].',
    },
  ],
  [
    data.badData('caveats'),
    400,
    {
      id: 'badData',
      details: { key: 'caveats' },
      description:
        'Bad value: provided "caveats" has an invalid format or is incomprehensible in the context of this operation.',
    },
  ],
  ...(
    [
      [data.badValueEmpty, 'badValueEmpty', 'must not be empty'],
      [data.badValueBoolean, 'badValueBoolean', 'must be a boolean'],
      [data.badValueString, 'badValueString', 'must be a string'],
      [data.badValueListOfStrings, 'badValueListOfStrings', 'must be a list of strings'],
      [data.badValueInteger, 'badValueInteger', 'must be an integer'],
      [data.badValueJson, 'badValueJSON', 'must be a valid JSON'],
      [data.badValueTokenType, 'badValueTokenType', 'is not a valid token type'],
      [data.badValueInviteType, 'badValueInviteType', 'is not a valid invite type'],
      [data.badValueIpv4Address, 'badValueIPv4Address', 'is not a valid IPv4 address'],
    ] as const
  ).map(
    ([error, id, complaint]) =>
      [
        error('k'),
        400,
        { id, details: { key: 'k' }, description: `Bad value: provided "k" ${complaint}.` },
      ] as const,
  ),
  [
    data.badValueToken('token', tokens.badToken),
    400,
    {
      id: 'badValueToken',
      details: {
        key: 'token',
        tokenError: {
          id: 'badToken',
          description: 'Provided token could not be understood by the server.',
        },
      },
      description: 'Bad value: provided "token" is not a valid token (see details).',
    },
  ],
  [
    data.badValueTooLow('usageLimit', 1),
    400,
    {
      id: 'badValueTooLow',
      details: { key: 'usageLimit', limit: 1 },
      description: 'Bad value: provided "usageLimit" must be at least 1.',
    },
  ],
  [
    data.badValueNotAllowed('interface', ['rest', 'oneclient', 'graphsync']),
    400,
    {
      id: 'badValueNotAllowed',
      details: { key: 'interface', allowed: ['rest', 'oneclient', 'graphsync'] },
      description: 'Bad value: provided "interface" must be one of: rest, oneclient, graphsync.',
    },
  ],
  [
    data.badValueListNotAllowed('grant', ['a', 'b']),
    400,
    {
      id: 'badValueListNotAllowed',
      details: { key: 'grant', allowed: ['a', 'b'] },
      description:
        'Bad value: provided "grant" must be a list containing zero or more following values: a, b.',
    },
  ],
  [
    data.badValueIdentifierOccupied('name'),
    400,
    {
      id: 'badValueIdentifierOccupied',
      details: { key: 'name' },
      description: 'Bad value: provided identifier ("name") is already occupied.',
    },
  ],
  [
    data.badValueName,
    400,
    {
      id: 'badValueName',
      description:
        'Bad value: Name must be 2-128 characters long and composed only of UTF-8 letters, digits, brackets and underscores. Dashes, spaces and dots are allowed (but not at the beginning or the end).',
    },
  ],
  [
    data.badValueFullName,
    400,
    {
      id: 'badValueFullName',
      description:
        'Bad value: Full name must be 2-128 characters long and composed only of UTF-8 letters and digits. Dashes, spaces, dots, commas and apostrophes are allowed (but not at the beginning or the end).',
    },
  ],
  [
    data.badValueUsername,
    400,
    {
      id: 'badValueUsername',
      description:
        'Bad value: Username must be 2-32 characters long and composed only of letters and digits. Dashes and underscores are allowed (but not at the beginning or the end).',
    },
  ],
  [
    data.badValuePassword,
    400,
    { id: 'badValuePassword', description: 'Bad value: Password must be at least 8 characters long.' },
  ],
  [
    data.badValueCaveat({ type: 'tiem', a: [{ z: 1, b: 2 }] }),
    400,
    {
      id: 'badValueCaveat',
      details: { caveat: { a: [{ b: 2, z: 1 }], type: 'tiem' } },
      description: 'Provided caveat is invalid: \'{"a":[{"b":2,"z":1}],"type":"tiem"}\'.',
    },
  ],
  [
    data.badValueCaveat('time < 1'),
    400,
    {
      id: 'badValueCaveat',
      details: { caveat: 'time < 1' },
      description: 'Provided caveat is invalid: \'"time < 1"\'.',
    },
  ],
]

describe('what is too long to be repeated is told by its beginning', () => {
  const megabyte = '\u0001"'.repeat(500_000)
  test.each<[string, WireError, start: string]>([
    ['a caveat that is no object', data.badValueCaveat(Array(99_000).fill(0)), '[0,0,0,'],
    ['a caveat that is a text', data.badValueCaveat(megabyte), '"\\u0001\\"'],
    ['an object that is no caveat', data.badValueCaveat({ type: megabyte }), '{"type":"\\u0001'],
    ['a caveat that is unknown', tokens.tokenCaveatUnknown(megabyte), '\u0001"'],
  ])('%s', (_, error, start) => {
    const told = String(error.details?.['caveat'])
    expect(told).toStartWith(start)
    expect(told).toEndWith('…')
    expect(error.description).toContain(told)
    expect(errorBody(error).length).toBeLessThan(65_536)
  })

  test('but not what is just short enough', () => {
    const caveat = { type: 'x'.repeat(4096 - '{"type":""}'.length) }
    expect(data.badValueCaveat(caveat).details).toEqual({ caveat })
    expect(tokens.tokenCaveatUnknown('x'.repeat(4096)).details).toEqual({ caveat: 'x'.repeat(4096) })
  })
})

describe('the error catalogue', () => {
  for (const [error, status, body] of CATALOGUE) {
    test(`${error.id} (${JSON.stringify(error.details ?? null)}) is ${status} and reads as in Onezone`, () => {
      expect(error.status).toBe(status)
      expect(JSON.parse(errorBody(error))).toEqual({ error: body })
    })
  }

  test('keys stand in ascending order at every depth, as Onezone writes them', () => {
    const error = general.unauthorizedBecause(tokens.badConsumerToken(tokens.tokenTooLarge(5)))
    const keys = [...errorBody(error).matchAll(/"(\w+)":/g)].map(([, key]) => key)
    expect(keys).toEqual([
      'error',
      'description',
      'details',
      'authError',
      'description',
      'details',
      'tokenError',
      'description',
      'details',
      'limit',
      'id',
      'id',
      'id',
    ])
  })

  test.each([
    [1, '1'],
    [1.5, '1.5'],
    [true, 'true'],
    [null, 'null'],
    [[], '[]'],
    [[1, 'a', ['ü']], '[1,<<"a">>,[<<"ü"/utf8>>]]'],
    [[{ a: null }], '[#{<<"a">> => null}]'],
    [[[], {}, '', 'a\n"\\'], '[[],#{},<<>>,<<"a\\n\\"\\\\">>]'],
    [[{ b: 1, a: 2 }], '[#{<<"a">> => 2,<<"b">> => 1}]'],
    [['日', 'a\0', '\x7f'], '[<<"日"/utf8>>,<<97,0>>,<<127>>]'],
    // Integers that are all printable characters.
    [[97, 98], '"ab"'],
    [[[34, 10], [26085]], '["\\"\\n","日"]'],
    [[97, 7], '[97,7]'],
    [[97, 'b'], '[97,<<"b">>]'],
    [[0.1, 1e-5, 0.001, 123.456], '[0.1,1.0e-5,0.001,123.456]'],
    [
      parseExactJson('[1.0,1e22,-0.0,100000.0,2e15,12345678901234567890]'),
      '[1.0,1.0e22,-0.0,1.0e5,2.0e15,12345678901234567890]',
    ],
    // Longer than a line: what follows begins under the first element.
    [
      Array.from({ length: 11 }, (_, at) => at + 2_000_000),
      '[2000000,2000001,2000002,2000003,2000004,2000005,2000006,2000007,2000008,\n 2000009,2000010]',
    ],
    [[[['x'.repeat(60)], 'y'.repeat(20), 1]], `[[[<<"${'x'.repeat(60)}">>],\n  <<"${'y'.repeat(20)}">>,1]]`],
    [[1, { key: 'v'.repeat(70) }], `[1,\n #{<<"key">> =>\n       <<"${'v'.repeat(70)}">>}]`],
    [
      Array.from({ length: 7 }, (_, at) => ({ a: at + 2_000_000 })),
      `[${[0, 1, 2, 3, 4, 5, 6].map((at) => `#{<<"a">> => ${at + 2_000_000}}`).join(',\n ')}]`,
    ],
    [
      [`${'é'.repeat(20)}\0`],
      `[<<${'195,169,'.repeat(9)}\n   ${'195,169,'.repeat(9)}\n   195,169,195,169,0>>]`,
    ],
  ])('the caveat %j, neither object nor string, is told as the Erlang term %s', (caveat, term) => {
    expect(data.badValueCaveat(caveat).details).toEqual({ caveat: term })
  })

  test.each([
    ['ip = 10.0.0.0/8|1.2.3.4/32', "matches: '10.0.0.0/8 or 1.2.3.4/32'."],
    ['interface = oneclient', "can only be used in the 'oneclient' interface."],
    [
      'service = ozw-onezone|opw-*',
      "must authenticate as 'oz_worker:onezone or op_worker:*' (use the x-onedata-service-token header), or the requested API operation is disallowed for the whitelisted services.",
    ],
    ['data.readonly', 'this token allows for readonly data access.'],
    ['geo.country != PL|FR', "does NOT come from the following country: 'PL or FR'."],
  ])('an unmet caveat %s says so in the words that end %j', (text, ending) => {
    const caveat = parseCaveat(text)
    if (caveat === undefined) throw new Error('the caveat should parse')
    const { description } = tokens.tokenCaveatUnverified(caveat)
    expect(description).toStartWith('Provided token is not valid - unverified ')
    expect(description).toEndWith(ending)
  })
})
