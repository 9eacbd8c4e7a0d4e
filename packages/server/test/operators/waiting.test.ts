import { expect, test } from 'bun:test'
import { TAG_BYTES } from '../../src/authority/key-ring.ts'
import { createAuthToken } from '../../src/operators/auth-tokens.ts'
import { logIn } from '../../src/operators/login.ts'
import { giveResetToken, resetPassword } from '../../src/operators/password-resets.ts'
import type { Store } from '../../src/store/open-store.ts'
import { ADDRESS, onEachStore, PASSWORD } from './session-world.ts'

/** A store that counts the works which had to be done again, as those have that a deadlock has ended. */
function counting({ atomically }: Pick<Store, 'atomically'>) {
  const again = { count: 0 }
  const counted: Store['atomically'] = (work) => {
    let runs = 0
    return atomically((ports) => {
      if (runs > 0) again.count += 1
      runs += 1
      return work(ports)
    })
  }
  return { again, works: { atomically: counted, acknowledged: counted } }
}

onEachStore((world) => {
  test('a user who is removed and those who make tokens for him do not wait for each other', async () => {
    const { tenant } = await world().tenant()
    const { again, works } = counting(world().store)
    for (let round = 0; round < 8; round++) {
      const operator = await world().operator(tenant, { roles: ['tenant_super'] })
      const { id, userId } = operator
      const caller = await world().byPassword(operator)
      const request = { operatorId: id, roles: [], customRoles: [], clientAddress: ADDRESS, userAgent: '' }
      const made = Array.from({ length: 4 }, () =>
        createAuthToken({ ...world().sessions, ...works }, caller, request).catch(() => undefined),
      )
      await Promise.all([...made, works.atomically(({ users }) => users.remove(userId))])
      expect(await world().deps.operators.findOf(userId)).toBeUndefined()
    }
    expect(again.count).toBe(0)
  })

  test('nor do those who log in as somebody and whoever resets his password', async () => {
    const { tenant, boss } = await world().tenant()
    const caller = await world().byPassword(boss)
    const keyRing = { tag: () => new Uint8Array(TAG_BYTES), isTag: () => true }
    const { again, works } = counting(world().store)
    const deps = { ...world().sessions, keyRing, ...works }
    for (let round = 0; round < 4; round++) {
      const operator = await world().withPassword(tenant)
      const { text } = await giveResetToken(deps, caller, operator.id)
      const login = {
        name: operator.email,
        password: PASSWORD,
        logoutOthers: false,
        clientAddress: ADDRESS,
        userAgent: '',
      }
      await logIn(deps, login)
      const opened = Array.from({ length: 8 }, () => logIn(deps, login).catch(() => undefined))
      await Promise.all([...opened, resetPassword(deps, text, `${PASSWORD} 2`)])
    }
    expect(again.count).toBe(0)
  })
})
