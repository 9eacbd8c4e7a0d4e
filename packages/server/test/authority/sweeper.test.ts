import { describe, expect, test } from 'bun:test'
import { Sweeper, type SweeperDeps } from '../../src/authority/sweeper.ts'
import type { Timers } from '../../src/timers.ts'
import { fixedAmbient } from '../../testing/fixed-ambient.ts'

function sweeperOf(deps: Pick<SweeperDeps, 'deadTokens'> & Partial<SweeperDeps>): Sweeper {
  return new Sweeper({
    ambient: fixedAmbient(),
    requestsAnswered: () => 0,
    onFailure: () => undefined,
    ...deps,
  })
}

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
  const sweeper = sweeperOf({ deadTokens: { sweep } })
  await emptied
  await sweeper.stop()
  expect(slices).toEqual([1000, 1000, 400])
})

test('a failure is told, and a stop does not wait for the next try', async () => {
  const { promise: told, resolve } = Promise.withResolvers<unknown>()
  const problem = new Error('full')
  const sweep = (): Promise<number> => Promise.reject(problem)
  const sweeper = sweeperOf({ deadTokens: { sweep }, onFailure: resolve })
  expect(await told).toBe(problem)
  await sweeper.stop()
})

describe('of the time that passes, removing rows takes', () => {
  // A slice now and then runs into what writes the log back into the database.
  const slices = [5, 6, 5, 40, 7, 300]

  test('a twentieth while requests are answered, however long a slice takes', async () => {
    const { share, longestRestMillis } = await sweepFor(600_000, slices, { answersPerSecond: 10 })
    expect(share).toBeCloseTo(1 / 20, 4)
    expect(longestRestMillis).toBe(300 * 19)
  })

  test('half while none is', async () => {
    const { share } = await sweepFor(60_000, slices, { answersPerSecond: 0 })
    expect(share).toBeCloseTo(1 / 2, 2)
  })
})

/** Sweeps a store that never runs out of dead rows, on a clock that only slices and rests move. */
async function sweepFor(
  millis: number,
  sliceMillis: readonly number[],
  { answersPerSecond }: { readonly answersPerSecond: number },
) {
  const ambient = fixedAmbient()
  const startedAt = ambient.monotonicMillis()
  const elapsed = (): number => ambient.monotonicMillis() - startedAt
  const { promise: isOver, resolve } = Promise.withResolvers<void>()
  let [slices, swept, longestRestMillis] = [0, 0, 0]
  const timers: Timers = {
    after(rest, task) {
      longestRestMillis = Math.max(longestRestMillis, rest)
      ambient.advanceSeconds(rest / 1000)
      if (elapsed() >= millis) resolve()
      else queueMicrotask(task)
      return () => undefined
    },
  }
  const sweep = async (limit: number): Promise<number> => {
    const took = sliceMillis[slices % sliceMillis.length] ?? 0
    slices += 1
    swept += took
    ambient.advanceSeconds(took / 1000)
    return limit
  }
  const requestsAnswered = (): number => Math.ceil(((elapsed() + 1) * answersPerSecond) / 1000)
  const sweeper = sweeperOf({ deadTokens: { sweep }, ambient, timers, requestsAnswered })
  await isOver
  const share = swept / elapsed()
  await sweeper.stop()
  return { share, longestRestMillis }
}
