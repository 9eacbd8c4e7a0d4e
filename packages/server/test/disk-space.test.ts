import { expect, test } from 'bun:test'
import { tmpdir } from 'node:os'
import { lowDiskSpace } from '../src/disk-space.ts'

test('a disk with room is not low, and one with less than the floor is', () => {
  expect(lowDiskSpace(tmpdir(), 1)()).toBe(false)
  expect(lowDiskSpace(tmpdir(), Number.MAX_SAFE_INTEGER)()).toBe(true)
})
