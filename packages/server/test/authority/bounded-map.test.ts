import { describe, expect, test } from 'bun:test'
import { BoundedMap } from '../../src/authority/bounded-map.ts'
import { seededRandom } from '../../testing/seeded-random.ts'

const BYTES = 100
const sized = (maxEntries: number, maxBytes = Number.POSITIVE_INFINITY) =>
  new BoundedMap<number>({ maxEntries, maxBytes }, () => BYTES)

describe('a bounded map', () => {
  test('stays within its entries and its bytes, however much is set', () => {
    const byEntries = sized(1000)
    const byBytes = sized(Number.POSITIVE_INFINITY, 1000 * BYTES)
    for (let key = 0; key < 1_000_000; key += 1) {
      byEntries.set(String(key), key)
      byBytes.set(String(key), key)
      if (key % 1000 !== 0) continue
      expect(byEntries.usage.entries).toBeLessThanOrEqual(1000)
      expect(byBytes.usage.bytes).toBeLessThanOrEqual(1000 * BYTES)
    }
    expect(byEntries.usage.entries).toBeGreaterThanOrEqual(500)
    expect(byBytes.usage).toEqual(byEntries.usage)
  })

  test('keeps what is used while others come and go', () => {
    const map = sized(100)
    map.set('used', 1)
    for (let key = 0; key < 10_000; key += 1) {
      map.set(String(key), key)
      if (key % 20 === 0) expect(map.get('used')).toBe(1)
    }
    expect(map.get('0')).toBeUndefined()
    expect(map.get('9999')).toBe(9999)
  })

  test('gives back what was set last, or nothing, and never counts a key twice in a generation', () => {
    const random = seededRandom(1)
    const map = sized(64)
    const model = new Map<string, number>()
    for (let step = 0; step < 20_000; step += 1) {
      const key = String(random.below(200))
      if (random.chance(0.5)) {
        map.set(key, step)
        model.set(key, step)
      } else {
        expect([undefined, model.get(key)]).toContain(map.get(key))
      }
      expect(map.usage.bytes).toBe(map.usage.entries * BYTES)
      expect(map.usage.entries).toBeLessThanOrEqual(64)
    }
  })

  test('has nothing left after it was cleared', () => {
    const map = sized(10)
    for (let key = 0; key < 10; key += 1) map.set(String(key), key)
    map.clear()
    expect(map.usage).toEqual({ entries: 0, bytes: 0 })
    expect(map.get('9')).toBeUndefined()
  })

  test('takes a value that alone is over the limit, and forgets it with the next', () => {
    const map = new BoundedMap<number>({ maxEntries: 10, maxBytes: 100 }, (_, bytes) => bytes)
    map.set('large', 1000)
    expect(map.get('large')).toBe(1000)
    map.set('a', 1)
    map.set('b', 60)
    expect(map.get('large')).toBeUndefined()
  })
})
