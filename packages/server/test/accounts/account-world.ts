import { createAccountUser, type NewAccountUser } from '../../src/accounts/account-users.ts'
import type { AccountUser } from '../../src/accounts/account-user.ts'
import type { Caller } from '../../src/accounts/caller.ts'
import { createRoleBinding } from '../../src/accounts/role-bindings.ts'
import type { Role } from '../../src/accounts/role.ts'
import { newSealedRootKey, openKeyRing } from '../../src/authority/key-ring.ts'
import { passwordHashing } from '../../src/directory/password-hashing.ts'
import type { TenantId } from '../../src/directory/tenant.ts'
import { hmacSha256 } from '../../src/hmac.ts'
import { type FixedAmbient, fixedAmbient } from '../../testing/fixed-ambient.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import { givenAccount } from '../store/account-samples.ts'
import { randomHex } from '../store/samples.ts'
import { onEachStoreIn } from '../store/on-each-store.ts'
import type { TestStore } from '../store/test-store.ts'

const MASTER_KEY = new Uint8Array(32).fill(1)
/** Who makes everything: in tests it matters only where it is said. */
export const OWNER: Caller = { uuid: '5e0c7a94-2b6d-4f13-8d70-1c9b3e5f7a24', role: 'owner' }

/** The domain over a store, with a note of which works were waited for on every node. */
export class AccountWorld {
  readonly store: TestStore
  readonly ambient: FixedAmbient
  readonly deps
  acknowledgements = 0

  constructor(store: TestStore) {
    this.store = store
    this.ambient = { ...fixedAmbient(), randomBytes: (length) => systemAmbient.randomBytes(length) }
    const keyRing = openKeyRing(
      MASTER_KEY,
      [newSealedRootKey(MASTER_KEY, 1, systemAmbient)],
      systemAmbient,
      hmacSha256,
    )
    const acknowledged: TestStore['atomically'] = async (work) => {
      this.acknowledgements += 1
      return store.atomically(work)
    }
    this.deps = {
      ambient: this.ambient,
      keyRing,
      passwordHashing: passwordHashing({ memoryCost: 8, timeCost: 1 }),
      atomically: store.atomically,
      acknowledged,
      ...store.reads,
    }
  }

  /** An account of its own, with an owner and nobody else. */
  async account(): Promise<{ tenantId: TenantId; accountId: string; owner: AccountUser }> {
    const { tenant } = await givenAccount(this.store)
    const owner = await this.user(tenant.id, 'owner')
    return { tenantId: tenant.id, accountId: tenant.astraAccountId, owner }
  }

  /** A user with that role; without one, he is bound to nothing. */
  async user(tenantId: TenantId, role?: Role, parts: Partial<NewAccountUser> = {}): Promise<AccountUser> {
    const email = `${randomHex(6)}@example.org`
    const user = await createAccountUser(this.deps, OWNER, tenantId, { email, ...parts })
    if (role !== undefined) await this.bind(user, role)
    return user
  }

  bind(user: AccountUser, role: Role) {
    const principal = { kind: 'user', id: user.id } as const
    return createRoleBinding(this.deps, OWNER, user.tenantId, { principal, role })
  }

  /** Whether the work was waited for on every node, also when it is refused. */
  async isAcknowledged(work: () => Promise<unknown>): Promise<boolean> {
    const before = this.acknowledgements
    await work().catch(() => undefined)
    return this.acknowledgements > before
  }
}

export function callerOf(user: AccountUser, role: Role | undefined): Caller {
  return { uuid: user.id, role }
}

/** Runs the same cases on each database. */
export function onEachStore(cases: (world: () => AccountWorld) => void): void {
  onEachStoreIn(async (open) => new AccountWorld(await open()), cases)
}
