import { expect, test } from 'bun:test'
import { Sweeper } from '../../src/authority/sweeper.ts'
import { fixedAmbient } from '../../testing/fixed-ambient.ts'

/** A store with so many dead rows; tells when the sweeper has found nothing more to do. */
function deadRows(count: number) {
  let left = count
  const { promise: emptied, resolve } = Promise.withResolvers<void>()
  const slices: number[] = []
  const sweep = async (limit: number): Promise<number> => {
    const removed = Math.min(limit, left)
    left -= removed
    if (removed === 0) resolve()
    else slices.push(removed)
    return removed
  }
  return { sweep, slices, emptied }
}

test('dead rows go in slices until none is left', async () => {
  const { sweep, slices, emptied } = deadRows(2400)
  const sweeper = new Sweeper({ sweep }, fixedAmbient(), () => undefined)
  await emptied
  await sweeper.stop()
  expect(slices).toEqual([1000, 1000, 400])
})

test('a failure is told, and a stop does not wait for the next try', async () => {
  const { promise: told, resolve } = Promise.withResolvers<unknown>()
  const problem = new Error('full')
  const sweeper = new Sweeper({ sweep: () => Promise.reject(problem) }, fixedAmbient(), resolve)
  expect(await told).toBe(problem)
  await sweeper.stop()
})
