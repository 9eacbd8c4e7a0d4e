import { heapStats } from 'bun:jsc'
import { describe, expect, test } from 'bun:test'
import { Records } from '../src/authority/records.ts'
import { allocateOffHeap } from '../src/off-heap.ts'

const BYTES = 64

describe('memory off the heap', () => {
  test('is zero at first, and what was written is read again, beside what stands there', () => {
    const memory = allocateOffHeap(BYTES)
    memory.write(8, Uint8Array.of(1, 2, 3))
    const read = new Uint8Array(BYTES)
    memory.read(0, read)
    expect([...read]).toEqual(Array.from(read, (_, at) => (at >= 8 && at < 11 ? at - 7 : 0)))
  })

  test.each([
    ['before its beginning', -1, 1],
    ['behind its end', BYTES, 1],
    ['over its end', BYTES - 1, 2],
    ['at no number', Number.NaN, 1],
  ])('is neither read nor written %s', (_, at, length) => {
    const memory = allocateOffHeap(BYTES)
    expect(() => memory.read(at, new Uint8Array(length))).toThrow(RangeError)
    expect(() => memory.write(at, new Uint8Array(length))).toThrow(RangeError)
  })

  test.skipIf(process.platform !== 'linux')('is nothing that the collector counts', () => {
    const before = heapStats().extraMemorySize
    const records = new Records(12)
    for (let place = 0; place < 2 ** 20; place += 1) {
      records.numbers[0] = place
      records.put(place)
    }
    Bun.gc(true)
    expect(heapStats().extraMemorySize - before).toBeLessThan(2 ** 20)
    records.take(77_777)
    expect(records.numbers[0]).toBe(77_777)
  })
})
