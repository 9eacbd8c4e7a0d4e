import { describe, expect, test } from 'bun:test'
import { VerificationMemory } from '../../src/authority/verification-memory.ts'
import * as bodies from '../../src/dialects/onezone/bodies.ts'
import { MAX_JSON_VALUES, parseJson } from '../../src/dialects/onezone/json-body.ts'
import type { BodyParser } from '../../src/dialects/onezone/schema.ts'
import { WireRefusal } from '../../src/dialects/onezone/wire-error.ts'
import { MAX_JSON_DEPTH } from '../../src/sound-json.ts'

/** A token that decodes: the named access token `t1` of `u1`. */
const TOKEN =
  'MDAxZWxvY2F00aW9uIHpvbmUuZXhhbXBsZS5vcmcKMDAyM2lkZW500aWZpZXIgMi9ubWQvdXNyLXUxL2FjdC900MQowMDJmc2lnbmF00dXJlIDu8S00cGPyagtKx02fkgP4epks2KUz5u4eSKXPGRAyjaLCg'
const INVITE = { inviteToken: { inviteType: 'userJoinSpace', spaceId: 's1' } }
const SUPPORT_INVITE = { inviteToken: { inviteType: 'supportSpace', spaceId: 's1' } }

function refusalOf(parse: () => unknown): string | undefined {
  try {
    parse()
    return undefined
  } catch (error) {
    if (!(error instanceof WireRefusal)) throw error
    const { key, keys, caveat, tokenError } = error.error.details ?? {}
    // Safe: an error that has `keys` or `tokenError` has them like this.
    const subject = key ?? (keys as string[] | undefined)?.join('+') ?? JSON.stringify(caveat)
    const reason = (tokenError as { id: string } | undefined)?.id
    return [error.error.id, subject, reason]
      .filter((part) => part !== undefined)
      .map(String)
      .join(' ')
  }
}

/** `undefined`: accepted. */
type Case = readonly [body: unknown, refusal: string | undefined]

function table(name: string, parse: BodyParser<unknown>, cases: readonly Case[]): void {
  describe(name, () => {
    for (const [body, refusal] of cases) {
      const outcome = refusal === undefined ? 'is taken' : `is refused with ${refusal}`
      test(`${(JSON.stringify(body) ?? 'undefined').replaceAll(TOKEN, '<token>').slice(0, 120)} ${outcome}`, () => {
        expect(refusalOf(() => readAll(parse(body, new VerificationMemory({ maxBytes: 2 ** 21 }))))).toBe(
          refusal as string,
        )
      })
    }
  })
}

/** Of what was taken, the values that are read only when they are asked for. */
function readAll(taken: unknown): void {
  for (const value of Object.values(taken ?? {})) if (typeof value === 'function') value()
}

const notObjects: readonly Case[] = [[], 1, 'x', null, true].map((body) => [body, 'malformedData'])

const badNames: readonly Case[] = [
  '',
  'a',
  '-asd',
  '/asd',
  ':asd',
  '.asd',
  'asd-',
  'asd ',
  ' asd',
  ' asd ',
  'asd★',
  'asd\n',
  'x'.repeat(129),
  null,
].map((name) => [{ name }, 'badValueName'])

table('a named token to be created', bodies.namedTokenBody, [
  ...notObjects,
  ...badNames,
  [{}, 'missingRequiredValue name'],
  [{ name: 1234 }, 'badValueString name'],
  [{ name: ['ab'] }, 'badValueString name'],
  [{ name: {} }, 'badValueString name'],
  [{ name: true }, undefined],
  [{ name: 'x'.repeat(128) }, undefined],
  [{ name: '_πœę ßþą_śðæŋ-əłżź.ćńµジ(ャパル)パスで 日本を- 旅す.る()' }, undefined],
  [{ name: 'ok', unknownKey: 1 }, undefined],
  [{ name: 'ok', type: 1 }, 'badValueTokenType type'],
  [{ name: 'ok', type: null }, 'badValueTokenType type'],
  [{ name: 'ok', type: '' }, 'badValueTokenType type'],
  [{ name: 'ok', type: [] }, 'badValueTokenType type'],
  [{ name: 'ok', type: { accessToken: { sessionId: '' } } }, 'badValueTokenType type'],
  [{ name: 'ok', type: { accessToken: { other: 1 } } }, 'badValueTokenType type'],
  [{ name: 'ok', type: { inviteToken: { inviteType: 'userJoinSpace' } } }, 'badValueTokenType type'],
  [
    { name: 'ok', type: { inviteToken: { inviteType: 'userJoinSpace', spaceId: 'a:b' } } },
    'badValueTokenType type',
  ],
  [{ name: 'ok', type: { identityToken: 1 } }, undefined],
  // An object that is no type is complained of first of all, even without a name.
  [{ type: {} }, 'badValueTokenType type'],
  [{ name: 1, type: { unknown: 1 }, caveats: 1 }, 'badValueTokenType type'],
  // One that is no object waits for its turn.
  [{ type: 1 }, 'missingRequiredValue name'],
  [{ name: 'ok', caveats: 1, type: 1 }, 'badData caveats'],
  [{ name: 'ok', caveats: '' }, 'badData caveats'],
  [{ name: 'ok', caveats: {} }, 'badData caveats'],
  [{ name: 'ok', caveats: null }, 'badData caveats'],
  [{ name: 'ok', caveats: [{}] }, 'badValueCaveat {}'],
  [{ name: 'ok', caveats: [{ type: 'tiem' }] }, 'badValueCaveat {"type":"tiem"}'],
  [{ name: 'ok', caveats: [1, 2, 3] }, 'badValueCaveat "1"'],
  [{ name: 'ok', caveats: ['a', 'b'] }, 'badValueCaveat "a"'],
  [{ name: 'ok', caveats: [{ type: 'data.readonly' }, 'time > 1234'] }, 'badValueCaveat "time > 1234"'],
  [{ name: 'ok', customMetadata: null }, 'badValueJSON customMetadata'],
  [{ name: 'ok', customMetadata: [] }, 'badValueJSON customMetadata'],
  [{ name: 'ok', customMetadata: 'x' }, 'badValueJSON customMetadata'],
  [{ name: 'ok', revoked: null }, 'badValueBoolean revoked'],
  [{ name: 'ok', revoked: 'true' }, 'badValueBoolean revoked'],
  // Required before optional, each alphabetical: name, caveats, customMetadata, privileges, revoked, type, usageLimit.
  [{ name: 'a', caveats: 1, customMetadata: 1, revoked: 1 }, 'badValueName'],
  [{ name: 'ok', caveats: 1, customMetadata: 1, revoked: 1, type: 1 }, 'badData caveats'],
  [{ name: 'ok', customMetadata: 1, revoked: 1, type: 1 }, 'badValueJSON customMetadata'],
  [{ name: 'ok', revoked: 1, type: 1 }, 'badValueBoolean revoked'],
  [
    { name: 'ok', privileges: 1, revoked: 1, usageLimit: 0, type: INVITE },
    'badValueListOfStrings privileges',
  ],
  [{ name: 'ok', revoked: 1, usageLimit: 0, type: INVITE }, 'badValueBoolean revoked'],
  [{ name: 'ok', usageLimit: 0, type: INVITE }, 'badValueTooLow usageLimit'],
  [{ name: 'ok', usageLimit: -1, type: INVITE }, 'badValueTooLow usageLimit'],
  [{ name: 'ok', usageLimit: '0', type: INVITE }, 'badValueTooLow usageLimit'],
  [{ name: 'ok', usageLimit: 1.5, type: INVITE }, 'badValueInteger usageLimit'],
  [{ name: 'ok', usageLimit: '1.5', type: INVITE }, 'badValueInteger usageLimit'],
  [{ name: 'ok', usageLimit: null, type: INVITE }, 'badValueInteger usageLimit'],
  [{ name: 'ok', usageLimit: '12', type: INVITE }, undefined],
  [{ name: 'ok', usageLimit: 'infinity', type: INVITE }, undefined],
  [{ name: 'ok', privileges: ['space_view', 1], type: INVITE }, 'badValueListOfStrings privileges'],
  [{ name: 'ok', privileges: ['space_view', null], type: INVITE }, 'badValueListNotAllowed privileges'],
  [{ name: 'ok', privileges: ['group_view'], type: INVITE }, 'badValueListNotAllowed privileges'],
  [{ name: 'ok', privileges: ['space_view'], type: INVITE }, undefined],
  // What only invites have is not looked at elsewhere.
  [{ name: 'ok', privileges: 1, usageLimit: 0 }, undefined],
  [{ name: 'ok', privileges: 1, type: SUPPORT_INVITE }, undefined],
])

table('a temporary token to be created', bodies.temporaryTokenBody, [
  ...notObjects,
  [{}, undefined],
  [{ name: 1, usageLimit: 0, privileges: 1 }, undefined],
  [{ type: {} }, 'badValueTokenType type'],
  [{ type: {}, caveats: 1 }, 'badData caveats'],
])

table('a named token to be changed', bodies.tokenChangeBody, [
  ...notObjects,
  [{}, 'missingAtLeastOneValue customMetadata+name+revoked'],
  [{ caveats: [] }, 'missingAtLeastOneValue customMetadata+name+revoked'],
  [{ name: 'a', customMetadata: 1, revoked: 1 }, 'badValueJSON customMetadata'],
  [{ name: 'a', revoked: 1 }, 'badValueName'],
  [{ name: 'ok', revoked: 1 }, 'badValueBoolean revoked'],
  [{ revoked: false }, undefined],
])

table('a token to be examined', bodies.examineBody, [
  ...notObjects,
  [{}, 'missingRequiredValue token'],
  [{ token: '' }, 'badValueEmpty token'],
  ...[null, true, 1234, { a: 'b' }, [], '1234', 'ozw-' + TOKEN].map(
    (token) => [{ token }, 'badValueToken token badToken'] as const,
  ),
  [{ token: 'a'.repeat(1_048_577) }, 'badValueToken token tokenTooLarge'],
  [{ token: TOKEN }, undefined],
  [{ token: `opw-${TOKEN}` }, undefined],
])

table('a token to be confined', bodies.confineBody, [
  [{}, 'missingRequiredValue caveats'],
  [{ caveats: 1 }, 'badData caveats'],
  [{ caveats: [] }, 'missingRequiredValue token'],
  [{ caveats: [], token: '1' }, 'badValueToken token badToken'],
  [{ caveats: [], token: TOKEN }, undefined],
])

table('an access token to be verified', bodies.verifyAccessBody, [
  ...notObjects,
  [{ token: '1', allowDataAccessCaveats: 1 }, 'badValueToken token badToken'],
  [
    { token: TOKEN, allowDataAccessCaveats: null, consumerToken: 1 },
    'badValueBoolean allowDataAccessCaveats',
  ],
  [{ token: TOKEN, consumerToken: null, interface: 1 }, 'badValueToken consumerToken badToken'],
  [{ token: TOKEN, consumerToken: '', interface: 1 }, 'badValueEmpty consumerToken'],
  [{ token: TOKEN, interface: 1, peerIp: 1 }, 'badValueString interface'],
  [{ token: TOKEN, interface: { a: 'b' } }, 'badValueString interface'],
  [{ token: TOKEN, interface: [] }, 'badValueString interface'],
  [{ token: TOKEN, interface: 'graphSync' }, 'badValueNotAllowed interface'],
  [{ token: TOKEN, interface: null }, 'badValueNotAllowed interface'],
  [{ token: TOKEN, interface: true }, 'badValueNotAllowed interface'],
  [{ token: TOKEN, peerIp: '1234.6.78.19', serviceToken: 1 }, 'badValueIPv4Address peerIp'],
  ...[1234, { a: 'b' }, '', '1.2.3', '1.2.3.4.5', ' 1.2.3.4', '::1', '256.1.1.1', true].map(
    (peerIp) => [{ token: TOKEN, peerIp }, 'badValueIPv4Address peerIp'] as const,
  ),
  [{ token: TOKEN, peerIp: null }, undefined],
  [{ token: TOKEN, serviceToken: null }, 'badValueToken serviceToken badToken'],
  [{ token: TOKEN, expectedInviteType: 1 }, undefined],
])

table('an identity token to be verified', bodies.verifyIdentityBody, [
  [{ token: TOKEN, serviceToken: 1, allowDataAccessCaveats: 1 }, undefined],
  [{ token: TOKEN, interface: 'x' }, 'badValueNotAllowed interface'],
])

table('an invite token to be verified', bodies.verifyInviteBody, [
  [{ token: TOKEN, interface: 1, serviceToken: 1 }, undefined],
  ...['', 'user_join_group', 1, null, {}].map(
    (expectedInviteType) =>
      [{ token: TOKEN, expectedInviteType }, 'badValueInviteType expectedInviteType'] as const,
  ),
  [{ token: TOKEN, expectedInviteType: 'groupJoinAtmInventory' }, undefined],
])

const badFullNames: readonly Case[] = [
  '',
  'T',
  '-Tom',
  '/Tom',
  ':Tom',
  'Tom★',
  'Tom-',
  '.Tom',
  'Tom ',
  ' Tom',
  'a_d',
  '_ad',
  'ad_',
  null,
  'x'.repeat(129),
].map((fullName) => [{ fullName }, 'badValueFullName'])

table('a user to be created', bodies.newUserBody, [
  ...notObjects,
  ...badFullNames,
  [{}, undefined],
  [{ fullName: 1234 }, 'badValueString fullName'],
  [{ fullName: "πœęßパル-µńćźżąśð日本を- 旅す. d'Arras, Jr." }, undefined],
  [{ password: 'long enough' }, 'missingRequiredValue username'],
  [{ password: 'short', username: '-' }, 'badValuePassword'],
  [{ password: 'long enough', username: '-' }, 'badValueUsername'],
  [{ password: null }, 'badValuePassword'],
  [{ password: 'long enough', username: 'ab' }, undefined],
])

table('a profile to be changed', bodies.profileBody, [
  ...badFullNames,
  [{}, 'missingAtLeastOneValue fullName+username'],
  ...['', '_asd', '-asd', 'asd_', null, 'verylongusernamewithatleast20chars'].map(
    (username) => [{ username }, 'badValueUsername'] as const,
  ),
  [{ username: 1234 }, 'badValueString username'],
  [{ username: 'ok', fullName: 'a' }, 'badValueFullName'],
])

table('an own password to be changed', bodies.passwordChangeBody, [
  [{}, 'missingRequiredValue newPassword'],
  [{ newPassword: 'long enough' }, 'missingRequiredValue oldPassword'],
  [{ newPassword: 1234, oldPassword: null }, 'badValueString newPassword'],
  ...[null, '', 'short'].map(
    (newPassword) => [{ newPassword, oldPassword: null }, 'badValuePassword'] as const,
  ),
  [{ newPassword: 'long enough', oldPassword: 34.5 }, 'badValueString oldPassword'],
  [{ newPassword: 'long enough', oldPassword: null }, undefined],
])

table("a user's password login to be set", bodies.passwordLoginBody, [
  [{}, 'missingAtLeastOneValue basicAuthEnabled+newPassword'],
  [{ basicAuthEnabled: 1, newPassword: 'short' }, 'badValueBoolean basicAuthEnabled'],
  [{ newPassword: 'short' }, 'badValuePassword'],
])

table('a user to be blocked', bodies.accessBlockBody, [
  [{}, 'missingRequiredValue blocked'],
  ...[1234, 34.5, null, '', 'true'].map((blocked) => [{ blocked }, 'badValueBoolean blocked'] as const),
])

table('admin privileges to be changed', bodies.privilegeChangeBody, [
  [{}, 'missingAtLeastOneValue grant+revoke'],
  [{ grant: 'oz_users_list' }, 'badValueListOfStrings grant'],
  [{ grant: null }, 'badValueListOfStrings grant'],
  [{ grant: ['oz_users_list', 1] }, 'badValueListOfStrings grant'],
  [{ grant: ['oz_users_lsit'] }, 'badValueListNotAllowed grant'],
  [{ grant: [], revoke: {} }, 'badValueListOfStrings revoke'],
  [{ grant: [] }, undefined],
])

const bytes = (text: string) => new TextEncoder().encode(text)

describe('the JSON of a body', () => {
  test('no bytes are an empty object', () => {
    expect(parseJson(new Uint8Array())).toEqual({})
  })

  test.each([
    ['{', bytes('{')],
    ['white space alone', bytes(' ')],
    ['a trailing comma', bytes('{"a":1,}')],
    ['a byte order mark', bytes('\ufeff{}')],
    ['broken UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['half a surrogate pair in a string', bytes('{"name":"a\\ud800"}')],
    ['half a surrogate pair in a key', bytes('{"customMetadata":{"\\udc00":1}}')],
    ['a number out of range', bytes('{"customMetadata":{"a":[-1e400]}}')],
    ['a million open brackets', bytes('['.repeat(1_000_000) + ']'.repeat(1_000_000))],
    [
      'an object one too deep',
      bytes('{"a":'.repeat(MAX_JSON_DEPTH + 1) + '1' + '}'.repeat(MAX_JSON_DEPTH + 1)),
    ],
    ['an array of one value too many', bytes(`[${'0,'.repeat(MAX_JSON_VALUES - 1)}0]`)],
    ['an object of one value too many', bytes(`{"a":[${'{},'.repeat(MAX_JSON_VALUES / 2)}{}]}`)],
  ])('%s is malformedData', (_, body) => {
    expect(refusalOf(() => parseJson(body))).toBe('malformedData')
  })

  test('an object as deep as allowed is taken', () => {
    const text = '{"a":'.repeat(MAX_JSON_DEPTH) + '1' + '}'.repeat(MAX_JSON_DEPTH)
    expect(parseJson(bytes(text))).toEqual(JSON.parse(text))
  })

  test('as many values as allowed are taken, whatever their texts look like', () => {
    const text = `[${'"\\",[{\\\\",'.repeat(MAX_JSON_VALUES - 2)}0]`
    expect(parseJson(bytes(text))).toEqual(JSON.parse(text))
  })

  test('a whole surrogate pair is taken', () => {
    expect(parseJson(bytes('"\\ud83d\\ude00"'))).toBe('😀')
  })
})
