import { expect, test } from 'bun:test'
import { createAuthToken } from '../../src/operators/auth-tokens.ts'
import type { Store } from '../../src/store/open-store.ts'
import { ADDRESS, onEachStore } from './session-world.ts'

onEachStore((world) => {
  test('a user who is removed and those who make tokens for him do not wait for each other', async () => {
    const { tenant } = await world().tenant()
    let repeated = 0
    /** A work that a deadlock has ended runs again. */
    const atomically: Store['atomically'] = (work) => {
      let runs = 0
      return world().store.atomically((ports) => {
        repeated += Math.min(1, runs++)
        return work(ports)
      })
    }
    for (let round = 0; round < 8; round++) {
      const operator = await world().operator(tenant, { roles: ['tenant_super'] })
      const { id, userId } = operator
      const caller = await world().byPassword(operator)
      const request = { operatorId: id, roles: [], customRoles: [], clientAddress: ADDRESS, userAgent: '' }
      const made = Array.from({ length: 4 }, () =>
        createAuthToken({ ...world().sessions, atomically }, caller, request).catch(() => undefined),
      )
      await Promise.all([...made, atomically(({ users }) => users.remove(userId))])
      expect(await world().deps.operators.findOf(userId)).toBeUndefined()
    }
    expect(repeated).toBe(0)
  })
})
