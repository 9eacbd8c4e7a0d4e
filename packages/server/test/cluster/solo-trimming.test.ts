import { afterAll, expect, test } from 'bun:test'
import { SoloTrimming } from '../../src/cluster/solo-trimming.ts'
import { givenTenant, givenUser } from '../store/samples.ts'
import { openTestSqlite } from '../store/test-store.ts'

const store = await openTestSqlite()
afterAll(() => store.close())

test('a node that is alone keeps the last thousand changes and no more', async () => {
  const user = await givenUser(store, await givenTenant(store))
  for (let change = 0; change < 1600; change += 1) {
    await store.atomically(({ users }) => users.setBlocked(user.id, change % 2 === 0))
  }
  const { number } = await store.feed.head()
  const { promise: trimmed, resolve } = Promise.withResolvers<void>()
  const trimBelow = async (below: number, limit: number) => {
    const removed = await store.feed.trimBelow(below, limit)
    if (removed < limit) resolve()
    return removed
  }
  const trimming = new SoloTrimming({
    feed: { head: () => store.feed.head(), trimBelow },
    onFailure: (error) => expect.unreachable(String(error)),
    timers: { after: (_, task) => setImmediate(task) && (() => undefined) },
  })
  await trimmed
  await trimming.stop()
  expect((await store.feed.changesAfter(0, 5000)).oldest).toBe(number - 1000)
})
