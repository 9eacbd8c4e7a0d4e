import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  INVITE_KINDS,
  INVITE_TYPES,
  parseTokenType,
  printableTokenType,
  serializeTokenType,
  type TokenType,
  tokenTypeFromJson,
  tokenTypeToJson,
} from '../src/index.ts'

const access: TokenType = { kind: 'access' }
const identity: TokenType = { kind: 'identity' }
const bound: TokenType = { kind: 'access', sessionId: 's:1' }
const invite: TokenType = { kind: 'invite', inviteType: 'userJoinGroup', targetId: 'g1' }
const inviteJson = { inviteType: 'userJoinGroup', groupId: 'g1' }

describe('the type of a token in JSON', () => {
  const cases: readonly (readonly [json: unknown, type: TokenType | undefined])[] = [
    [{ accessToken: {} }, access],
    [{ accessToken: {}, other: 1 }, access],
    [{ accessToken: { sessionId: 's:1', other: 1 } }, bound],
    [{ accessToken: {}, identityToken: {} }, access],
    [{ accessToken: { other: 1 }, identityToken: {} }, identity],
    [{ identityToken: null }, identity],
    [{ identityToken: 'anything', inviteToken: inviteJson }, identity],
    [{ inviteToken: inviteJson }, invite],
    [{ inviteToken: { ...inviteJson, parameters: 'ignored', spaceId: 's1' } }, invite],
    ...[undefined, null, 'access', 'act', 1, [], {}, { accessToken: 'x' }, { accessToken: [] }].map(
      (json) => [json, undefined] as const,
    ),
    ...['', 'a/b', 'a|b', '\ud800', '\ufffd'].map(
      (sessionId) => [{ accessToken: { sessionId } }, undefined] as const,
    ),
    [{ accessToken: { sessionId: 1 } }, undefined],
    ...['', 'a/b', 'a|b', 'a:b', 1, null].map(
      (groupId) => [{ inviteToken: { ...inviteJson, groupId } }, undefined] as const,
    ),
    [{ inviteToken: { inviteType: 'userJoinGroup', spaceId: 's1' } }, undefined],
    [{ inviteToken: { inviteType: 'constructor', groupId: 'g1' } }, undefined],
    [{ inviteToken: { inviteType: 'user_join_group', groupId: 'g1' } }, undefined],
    [{ inviteToken: {} }, undefined],
  ]
  for (const [json, type] of cases) {
    test(`${JSON.stringify(json)} is ${type === undefined ? 'none' : serializeTokenType(type)}`, () => {
      assert.deepEqual(tokenTypeFromJson(json), type)
    })
  }
})

describe('the forms of a type', () => {
  for (const type of [
    access,
    identity,
    bound,
    ...INVITE_TYPES.map((inviteType) => ({ ...invite, inviteType })),
  ]) {
    test(`${serializeTokenType(type)} comes back from its serialized and from its JSON form`, () => {
      assert.deepEqual(parseTokenType(serializeTokenType(type)), type)
      assert.deepEqual(tokenTypeFromJson(tokenTypeToJson(type)), type)
    })
  }
  test('an invite always shows empty parameters', () => {
    assert.deepEqual(tokenTypeToJson(invite), { inviteToken: { ...inviteJson, parameters: {} } })
  })
  test('a supportSpace invite carries the parameters that 20.02 reads', () => {
    assert.equal(serializeTokenType({ ...invite, inviteType: 'supportSpace' }), 'ssp:g1:ge')
  })
  test('no two invite types share a code or a name', () => {
    const kinds = Object.values(INVITE_KINDS)
    assert.equal(new Set(kinds.map(({ code }) => code)).size, 14)
    assert.equal(new Set(kinds.map(({ snakeName }) => snakeName)).size, 14)
    assert.equal(new Set(kinds.map(({ printable }) => printable)).size, 14)
  })
  test('a type is printed with its session or target in quotes', () => {
    assert.equal(printableTokenType(access), 'access token')
    assert.equal(printableTokenType(bound), 'access token for session "s:1"')
    assert.equal(printableTokenType(identity), 'identity token')
    assert.equal(printableTokenType(invite), 'invite token for a user to join group "g1"')
  })
})
