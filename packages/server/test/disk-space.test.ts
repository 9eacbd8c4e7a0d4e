import { expect, test } from 'bun:test'
import { tmpdir } from 'node:os'
import { lowDiskSpace } from '../src/disk-space.ts'
import { fixedAmbient } from '../testing/fixed-ambient.ts'

test('a disk with room is not low, and one with less than the floor is', () => {
  const ambient = fixedAmbient()
  expect(lowDiskSpace(tmpdir(), 1, ambient)()).toBe(false)
  expect(lowDiskSpace(tmpdir(), Number.MAX_SAFE_INTEGER, ambient)()).toBe(true)
})
