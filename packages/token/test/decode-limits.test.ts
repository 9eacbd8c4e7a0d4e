import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeBase62 } from '../src/base62.ts'
import { confineToken, decodeToken, judge, MAX_TOKEN_CHARS, TokenError } from '../src/index.ts'
import { forge } from './forge.ts'
import { hmac } from './hmac.ts'

const SECRET = new TextEncoder().encode('5e'.repeat(32))
const refusal = (text: string): string => {
  try {
    decodeToken(text)
    return 'accepted'
  } catch (error) {
    assert.ok(error instanceof TokenError)
    return error.code
  }
}
const packet = (key: string, value: string): string =>
  `${(4 + key.length + 1 + value.length + 1).toString(16).padStart(4, '0')}${key} ${value}\n`
const tokenOf = (packets: string): string => encodeBase62(Buffer.from(packets, 'latin1'))
const filled = (unit: string): string => unit.repeat(Math.floor((MAX_TOKEN_CHARS * 0.7) / unit.length))

describe('the size of a token', () => {
  test('may be a million characters and not one more', () => {
    assert.equal(refusal('A'.repeat(MAX_TOKEN_CHARS + 1)), 'tokenTooLarge')
    assert.equal(refusal('A'.repeat(MAX_TOKEN_CHARS)), 'badToken')
  })
  test('that is too large is told with the limit', () => {
    const error = new TokenError('tokenTooLarge')
    assert.equal(error.limit, 1_048_576)
  })
  const identifier = packet('identifier', '2/nmd/usr-u1/act/t1')
  const large: readonly (readonly [what: string, text: string, result: string])[] = [
    ['zeros', '0'.repeat(MAX_TOKEN_CHARS), 'badToken'],
    ['escapes and an end in the middle of one', `${'01'.repeat(MAX_TOKEN_CHARS / 2 - 1)}A0`, 'badToken'],
    ['padding', '='.repeat(MAX_TOKEN_CHARS), 'badToken'],
    ['escaped padding', '05'.repeat(MAX_TOKEN_CHARS / 2), 'badToken'],
    ['half surrogate pairs', '\ud800'.repeat(MAX_TOKEN_CHARS), 'badToken'],
    ['empty packets', tokenOf(filled('0000')), 'badToken'],
    ['locations', tokenOf(filled(packet('location', ''))), 'badToken'],
    ['empty caveats', tokenOf(identifier + filled(packet('cid', ''))), 'accepted'],
    [
      'third-party caveats',
      tokenOf(identifier + filled(packet('cid', '') + packet('vid', '') + packet('cl', ''))),
      'accepted',
    ],
    [
      'caveats as long as they come',
      tokenOf(identifier + filled(packet('cid', 'x'.repeat(65_526)))),
      'accepted',
    ],
    ['slashes in the identifier', tokenOf(packet('identifier', `2${'/'.repeat(65_000)}`)), 'badToken'],
    ['colons in the type', tokenOf(packet('identifier', `2/nmd/usr-u/${':'.repeat(65_000)}/t`)), 'badToken'],
    [
      'digits for a generation',
      tokenOf(packet('identifier', `2/tmp-${'9'.repeat(65_000)}/usr-u/act/t`)),
      'accepted',
    ],
    ['digits for a version', tokenOf(packet('identifier', `${'9'.repeat(65_000)}/`)), 'badToken'],
    ['bytes that are no UTF-8', tokenOf(packet('identifier', '\xff'.repeat(65_000))), 'accepted'],
  ]
  for (const [what, text, result] of large) {
    test(`full of ${what} is ${result}`, () => assert.equal(refusal(text), result))
  }
  test('does not make a judgement of tens of thousands of caveats fail', () => {
    const token = decodeToken(
      forge(
        '2/nmd/usr-u1/act/t1',
        Array.from({ length: 30_000 }, () => 'time < 2000'),
        SECRET,
      ),
    )
    const subject = { type: 'user', id: 'u1' } as const
    const verdict = judge(
      token,
      { kind: 'access' },
      {
        now: 1000,
        ip: undefined,
        interface: undefined,
        service: undefined,
        consumer: undefined,
        session: undefined,
        allowDataAccessCaveats: false,
      },
      {
        record: { kind: 'named', subject, isRevoked: false, secret: SECRET },
        subject: 'active',
        isSessionOfSubject: false,
        isServiceAllowed: () => false,
        isConsumerInGroup: () => false,
        asnOf: () => undefined,
        countryOf: () => undefined,
      },
      hmac,
    )
    assert.equal(verdict.ok, true)
  })
})

describe('the bytes of a token', () => {
  const notUtf8 = Uint8Array.of(0xff, 0x00, 0xef, 0xbb, 0xbf, 0xc3)
  const text = forge('2/nmd/usr-u1/act/t1', [notUtf8, '\ufeffBOM'], SECRET)
  test('come out of decoding and encoding as they went in, UTF-8 or not', () => {
    const { macaroon, caveats } = decodeToken(confineToken(text, [{ type: 'data.readonly' }], hmac))
    assert.deepEqual(Uint8Array.from(macaroon.caveats[0]?.cid ?? []), notUtf8)
    assert.equal(caveats[1], '\ufeffBOM')
    assert.equal(caveats[2], 'data.readonly')
  })
})
