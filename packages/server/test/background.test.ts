import { expect, test } from 'bun:test'
import { systemAmbient } from '../src/ambient-system.ts'
import { NotedUses } from '../src/authority/noted-uses.ts'
import { VerificationMemory } from '../src/authority/verification-memory.ts'
import { inBackground } from '../src/background.ts'
import { silentLog } from '../src/log.ts'
import { givenOperator, givenSession } from './store/session-samples.ts'
import { openTestSqlite } from './store/test-store.ts'

test('sessions that are over are removed while nobody asks for anything', async () => {
  const store = await openTestSqlite()
  const { promise: swept, resolve } = Promise.withResolvers<number>()
  const expiredSessions = {
    async sweep(limit: number): Promise<number> {
      const removed = await store.expiredSessions.sweep(limit)
      if (removed > 0) resolve(removed)
      return removed
    },
  }
  const { user } = await givenOperator(store)
  const expiresAtMillis = systemAmbient.nowMillis() - 3_600_000
  for (let count = 0; count < 3; count += 1) await givenSession(store, user, { expiresAtMillis })
  const stop = inBackground({
    store: { ...store, expiredSessions },
    grounds: store.reads.grounds,
    memory: new VerificationMemory({ maxBytes: 2 ** 20 }),
    trust: { isCurrent: () => true },
    deadTokens: store.deadTokens,
    usage: store.usage,
    noted: new NotedUses(),
    ambient: systemAmbient,
    log: silentLog,
    isStoreNearlyFull: () => false,
    requestsAnswered: () => 0,
  })
  expect(await swept).toBe(3)
  await stop()
  expect(await store.rows('select id from operator_sessions')).toEqual([])
  await store.close()
})
