import { expect, test } from 'bun:test'
import { seededRandom } from '../../testing/seeded-random.ts'
import { openTestSqlite } from '../store/test-store.ts'
import { SessionWorld } from './session-world.ts'
import { RandomSessions } from './support/random-sessions.ts'

const STEPS = 600

for (const seed of [1, 2, 3]) {
  test(`with a memory every verdict of a random history is the one without (seed ${seed})`, async () => {
    const world = new SessionWorld(await openTestSqlite())
    const history = await RandomSessions.open(world, seededRandom(seed))
    const seen = new Set<string>()
    for (let step = 1; step <= STEPS; step += 1) {
      const happened = await history.step()
      for (const { remembering, reading } of await history.verdicts()) {
        expect({ step, happened, verdict: remembering }).toEqual({ step, happened, verdict: reading })
        seen.add(typeof reading === 'string' ? reading : `may read roles: ${reading.mayReadRoles}`)
      }
    }
    await history.settled()
    await world.store.close()
    // Or the history would prove nothing.
    expect([...seen].toSorted()).toEqual([
      'expired',
      'may read roles: false',
      'may read roles: true',
      'operator_shut_out',
      'unknown',
      'wrong_address',
    ])
    expect(history.shareFromMemory).toBeGreaterThan(0.1)
  }, 60_000)
}
