import { expect, test } from 'bun:test'
import { seededRandom } from '../../testing/seeded-random.ts'
import { RandomHistory } from './support/random-history.ts'
import { openWorld, verdictOf } from './support/verification-world.ts'

const STEPS = 1500

for (const seed of [1, 2, 3]) {
  test(`with a memory every verdict of a random history is the one without (seed ${seed})`, async () => {
    const world = await openWorld()
    const history = await RandomHistory.open(world, seededRandom(seed))
    const seen = new Set<string>()
    for (let step = 1; step <= STEPS; step += 1) {
      const happened = await history.step()
      for (const { remembering, reading } of await history.verdicts()) {
        expect({ step, happened, verified: remembering }).toEqual({ step, happened, verified: reading })
        seen.add(verdictOf(reading))
      }
    }
    await history.settled()
    await world.store.close()
    // Or the history would prove nothing.
    expect([...seen].toSorted()).toEqual([
      'accepted',
      'caveat_unverified',
      'token_invalid',
      'token_revoked',
      'user_blocked',
    ])
    expect(history.shareFromMemory).toBeGreaterThan(0.1)
  }, 60_000)
}
