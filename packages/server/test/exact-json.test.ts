import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { ExactNumber, parseExactJson, writableInteger } from '../src/exact-json.ts'

describe('a JSON text', () => {
  test.each([
    '{"a":12345678901234567890}',
    '{"a":[-9007199254740993,1]}',
    '{"a":1.0}',
    '{"a":[0.0,-0.0,1e3,2E+9,100.00,1e-400]}',
    `{"a":${'9'.repeat(400)}}`,
    '{"a":{"b":[{"c":3.0}]},"d":"x","e":null,"f":[true,1.5,-7]}',
    '{"a":"b: 1.0, [12345678901234567890"}',
    '{"__proto__":1.0}',
    '{"a":9007199254740991}',
  ])('%s is written as it was read', (text) => {
    expect(JSON.stringify(parseExactJson(text))).toBe(text)
  })

  test('without such numbers is what it always was', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const plain: unknown = JSON.parse(text)
        expect(JSON.stringify(parseExactJson(text))).toBe(JSON.stringify(plain))
      }),
    )
  })

  test('has its numbers kept wherever they stand and however they are spaced', () => {
    for (const text of ['{"a": 1.0}', '[\n\t1.0]', '[1, 1.0]', '[[[-1.0]]]', '{"a" : \r 1E0 }']) {
      expect(JSON.stringify(parseExactJson(text))).toContain(/-?1[.E]0/.exec(text)?.[0] ?? 'none')
    }
  })

  test('that is none is refused whether it holds such numbers or not', () => {
    for (const text of ['{"a":1.0', '{"a":01.0}', '{"a":+1.0}', '{"a":1.}', '{', '']) {
      expect(() => parseExactJson(text)).toThrow(SyntaxError)
    }
  })

  test('beyond what a float holds is infinite, for its reader to refuse', () => {
    expect(parseExactJson('[1e400]')).toEqual([Number.POSITIVE_INFINITY])
  })
})

test('what is written as a fraction or with an exponent is no integer', () => {
  const isInteger = ['1.0', '2e9', '2E9', '12345678901234567890', '-9007199254740993'].map(
    (text) => new ExactNumber(text).isInteger,
  )
  expect(isInteger).toEqual([false, false, false, true, true])
})

test('an integer of any length is written to its last digit', () => {
  expect(JSON.stringify([5, 2n ** 70n, -(2n ** 70n)].map(writableInteger))).toBe(
    '[5,1180591620717411303424,-1180591620717411303424]',
  )
})
