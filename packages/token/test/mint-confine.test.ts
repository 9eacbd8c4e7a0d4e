import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Caveat,
  confineToken,
  confineTokenAsync,
  decodeToken,
  encodeToken,
  type MintParts,
  mintToken,
  TokenError,
} from '../src/index.ts'
import { hmac, hmacOverWebCrypto } from './hmac.ts'
import { VECTORS } from './vectors.ts'

const PARTS: MintParts = {
  location: 'zone.example.org',
  id: 't1',
  persistence: { kind: 'named' },
  subject: { type: 'user', id: 'u1' },
  type: { kind: 'access' },
  caveats: [],
  secret: new TextEncoder().encode('0'.repeat(64)),
}
const CAVEATS: readonly Caveat[] = [
  { type: 'time', validUntil: 2_000_000_000 },
  { type: 'consumer', whitelist: ['usr-Jörg'] },
]
const plain = mintToken(PARTS, hmac)
const unsigned = VECTORS.find(({ name }) => name === 'no-signature')?.token ?? ''
const thirdParty = VECTORS.find(({ name }) => name === 'third-party-caveat')?.token ?? ''

const refusedAs = (code: string) => (error: unknown) => error instanceof TokenError && error.code === code

describe('minting', () => {
  test('gives the token of the worked example', () => {
    assert.equal(plain, VECTORS.find(({ name }) => name === 'plain-access')?.token)
  })
  test('with caveats is the same as minting without and confining', () => {
    assert.equal(mintToken({ ...PARTS, caveats: CAVEATS }, hmac), confineToken(plain, CAVEATS, hmac))
  })
  const impossible: readonly (readonly [what: string, parts: Partial<MintParts>])[] = [
    ['an id with a slash', { id: 'a/b' }],
    ['no id', { id: '' }],
    ['half a surrogate pair', { id: '\ud83d' }],
    ['a subject id with a slash', { subject: { type: 'user', id: 'a/b' } }],
    ['a group', { subject: { type: 'group', id: 'g1' } }],
    ['nobody', { subject: { type: 'nobody', id: null } }],
    ['a target with a colon', { type: { kind: 'invite', inviteType: 'userJoinSpace', targetId: 'a:b' } }],
    ['an empty session', { type: { kind: 'access', sessionId: '' } }],
    ['a subject without id', { subject: { type: 'user', id: '' } }],
    ['generation 2^53', { persistence: { kind: 'temporary', generation: 2 ** 53 } }],
    ['generation 0', { persistence: { kind: 'temporary', generation: 0 } }],
    ['generation 1.5', { persistence: { kind: 'temporary', generation: 1.5 } }],
  ]
  for (const [what, parts] of impossible) {
    test(`${what} makes no token`, () =>
      assert.throws(() => mintToken({ ...PARTS, ...parts }, hmac), RangeError))
  }
  test('more than fits into a packet is too large', () => {
    assert.throws(() => mintToken({ ...PARTS, id: 'x'.repeat(65_536) }, hmac), refusedAs('tokenTooLarge'))
  })
})

describe('confining', () => {
  test('over a synchronous HMAC and over WebCrypto gives the same token', async () => {
    assert.equal(
      await confineTokenAsync(plain, CAVEATS, hmacOverWebCrypto),
      confineToken(plain, CAVEATS, hmac),
    )
  })
  test('one by one and all at once gives the same token', () => {
    const oneByOne = CAVEATS.reduce((text, caveat) => confineToken(text, [caveat], hmac), plain)
    assert.equal(oneByOne, confineToken(plain, CAVEATS, hmac))
  })
  test('by nothing gives the token back, without its service indication', () => {
    assert.equal(confineToken(`opp-${plain}`, [], hmac), plain)
  })
  test('twice by the same caveat carries it twice', () => {
    const text = confineToken(plain, [{ type: 'data.readonly' }, { type: 'data.readonly' }], hmac)
    assert.deepEqual(decodeToken(text).caveats, ['data.readonly', 'data.readonly'])
  })
  test('keeps third-party caveats as they are', () => {
    const { caveats } = decodeToken(confineToken(thirdParty, CAVEATS, hmac)).macaroon
    assert.deepEqual(caveats.slice(0, 3), decodeToken(thirdParty).macaroon.caveats)
    assert.equal(encodeToken(decodeToken(thirdParty)), thirdParty)
  })
  test('a token without signature is refused: there is nothing to sign with', async () => {
    assert.throws(() => confineToken(unsigned, CAVEATS, hmac), refusedAs('badToken'))
    await assert.rejects(confineTokenAsync(unsigned, CAVEATS, hmacOverWebCrypto), refusedAs('badToken'))
  })
  test('what is no token is refused', () => {
    assert.throws(() => confineToken('', CAVEATS, hmac), refusedAs('badToken'))
  })
  test('beyond the size of a token is refused', () => {
    const large: Caveat = { type: 'asn', whitelist: Array.from({ length: 9000 }, () => 999_999) }
    const many = Array.from({ length: 13 }, () => large)
    assert.throws(() => confineToken(plain, many, hmac), refusedAs('tokenTooLarge'))
    assert.equal(decodeToken(confineToken(plain, many.slice(1), hmac)).caveats.length, 12)
  })
})
