import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { CallerMemory, findCaller } from '../../src/accounts/known-callers.ts'
import { createAccountToken } from '../../src/accounts/account-tokens.ts'
import type { Role } from '../../src/accounts/role.ts'
import { grantRoleIn } from '../../src/accounts/role-bindings.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { TokenId } from '../../src/authority/named-token.ts'
import { OpaqueTokenMemory, verifyOpaqueToken } from '../../src/authority/verify-opaque.ts'
import type { User } from '../../src/directory/user.ts'
import { givenTenant, givenUser } from '../store/samples.ts'
import { openTestSqlite, type TestStore } from '../store/test-store.ts'

/** Everything that the two memories stand on, and how many queries were made. */
describe('who calls with an Astra token', () => {
  let store: TestStore
  let user: User
  let token: { readonly id: TokenId; readonly text: string }
  let isCurrent = true
  const memories = { opaqueTokenMemory: new OpaqueTokenMemory(), callerMemory: new CallerMemory() }
  const watch = { looked: () => undefined, accepted: () => undefined, refused: () => undefined }

  beforeAll(async () => {
    store = await openTestSqlite()
    store.onCommitted({
      apply(change) {
        for (const memory of Object.values(memories)) memory.apply(change)
      },
      flush() {
        for (const memory of Object.values(memories)) memory.flush()
      },
    })
    user = await givenUser(store, await givenTenant(store))
    await store.atomically((ports) =>
      grantRoleIn(ports, systemAmbient, user.tenantId, user.uuid, 'viewer', user.uuid),
    )
    const deps = { ambient: systemAmbient, atomically: store.atomically }
    const caller = { uuid: user.uuid, role: 'viewer' } as const
    const made = await createAccountToken(
      deps,
      caller,
      user.tenantId,
      { userId: user.id, id: user.uuid },
      { name: 'x' },
    )
    token = { id: made.token.id, text: made.text }
  })
  afterAll(() => store.close())

  /** Whom the token speaks for, and what it took. */
  const ask = async (text = token.text) => {
    const trust = { isCurrent: () => isCurrent }
    const deps = { ...store.reads, ...memories, watch, ambient: systemAmbient, trust }
    let role: Role | undefined
    const statements = await store.statementsOf(async () => {
      const ref = (await verifyOpaqueToken(deps, 'astra', text))?.subject.ref
      role = ref?.kind === 'user' ? (await findCaller(deps, ref.id))?.role : undefined
    })
    return { role, queries: statements.length }
  }

  test('costs two queries once, and none from then on', async () => {
    expect(await ask()).toEqual({ role: 'viewer', queries: 2 })
    for (let again = 0; again < 3; again += 1) expect(await ask()).toEqual({ role: 'viewer', queries: 0 })
  })

  test('costs none where the text cannot be one, and one each time where it is not', async () => {
    expect(await ask('x'.repeat(100_000))).toEqual({ role: undefined, queries: 0 })
    for (let again = 0; again < 2; again += 1) {
      expect(await ask(`${'A'.repeat(43)}=`)).toEqual({ role: undefined, queries: 1 })
    }
  })

  test('is read anew by a node that may not believe what it remembers', async () => {
    await ask()
    isCurrent = false
    expect(await ask()).toEqual({ role: 'viewer', queries: 2 })
    isCurrent = true
    expect(await ask()).toEqual({ role: 'viewer', queries: 0 })
  })

  test('is another answer after a change of his role, and none after his token is gone', async () => {
    await ask()
    await store.atomically(async (ports) => {
      const binding = await ports.roleBindings.findOf(user.tenantId, { kind: 'user', id: user.uuid })
      if (binding !== undefined) await ports.roleBindings.update({ ...binding, role: 'owner' })
    })
    expect(await ask()).toEqual({ role: 'owner', queries: 1 })
    await store.atomically(({ tokens }) => tokens.remove(user.tenantId, 'astra', token.id))
    expect(await ask()).toEqual({ role: undefined, queries: 1 })
  })
})
