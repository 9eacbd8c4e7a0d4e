import { describe, expect, test } from 'bun:test'
import { assert, integer, property } from 'fast-check'
import type { UnixSeconds } from '../../src/ambient.ts'
import { instantOf, timestampOf } from '../../src/dialects/astra/timestamp.ts'

const YEAR_0001 = -62_135_596_800
const YEAR_9999_END = 253_402_300_799

describe('a timestamp', () => {
  test('is what the calendar says, of every second of four-digit years', () => {
    assert(
      property(integer({ min: YEAR_0001, max: YEAR_9999_END }), (seconds) => {
        const expected = new Date(seconds * 1000).toISOString().replace('.000', '')
        // Safe as a brand: it is what an ambient clock would say.
        expect(timestampOf(seconds as UnixSeconds)).toBe(expected)
        expect(instantOf(expected)).toBe(BigInt(seconds) * 1_000_000_000n)
      }),
    )
  })

  test.each([
    ['1970-01-01T00:00:00Z', 0n],
    ['1970-01-01T00:00:01.5Z', 1_500_000_000n],
    ['1970-01-01T00:00:01,000000001Z', 1_000_000_001n],
    ['1969-12-31T23:59:59Z', -1_000_000_000n],
    ['2023-01-16T00:00:01.000Z', 1_673_827_201_000_000_000n],
  ])('%s is the moment %p', (text, nanos) => {
    expect(instantOf(text)).toBe(nanos)
  })

  test.each([
    '2026-11-22',
    '2026-11-22T09:30:00',
    '2026-11-22T09:30:00+00:00',
    '2026-11-22t09:30:00z',
    '2026-13-22T09:30:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T09:30:00.Z',
    '2026-11-22T09:30:00.1234567890Z',
    ' 2026-11-22T09:30:00Z',
  ])('%s is none', (text) => {
    expect(instantOf(text)).toBeUndefined()
  })
})
