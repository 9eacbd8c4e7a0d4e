import { systemAmbient } from '../../src/ambient-system.ts'
import { passwordHashing } from '../../src/directory/password-hashing.ts'
import type { Tenant } from '../../src/directory/tenant.ts'
import { findOperatorCaller, type OperatorCaller } from '../../src/operators/operator-caller.ts'
import { makeOperatorIn, type OperatorGrant } from '../../src/operators/operator-grants.ts'
import type { Operator } from '../../src/operators/operator.ts'
import { type FixedAmbient, fixedAmbient } from '../../testing/fixed-ambient.ts'
import { failureOf, givenTenant, givenUser } from '../store/samples.ts'
import { onEachStoreIn } from '../store/on-each-store.ts'
import type { TestStore } from '../store/test-store.ts'

/** The domain over a store, with a note of which works were waited for on every node. */
export class OperatorWorld {
  readonly store: TestStore
  readonly ambient: FixedAmbient
  readonly deps
  acknowledgements = 0

  constructor(store: TestStore) {
    this.store = store
    this.ambient = { ...fixedAmbient(), randomBytes: (length) => systemAmbient.randomBytes(length) }
    const acknowledged: TestStore['atomically'] = async (work) => {
      this.acknowledgements += 1
      return store.atomically(work)
    }
    this.deps = {
      ambient: this.ambient,
      passwordHashing: passwordHashing({ memoryCost: 8, timeCost: 1 }),
      atomically: store.atomically,
      acknowledged,
      ...store.reads,
    }
  }

  /** A tenant of its own, with an operator who may do everything and nobody else. */
  async tenant(): Promise<{ tenant: Tenant; boss: Operator; caller: OperatorCaller }> {
    const tenant = await givenTenant(this.store)
    const boss = await this.operator(tenant, { roles: ['tenant_super'] })
    return { tenant, boss, caller: await this.callerOf(boss) }
  }

  async operator(tenant: Tenant, grant: OperatorGrant): Promise<Operator> {
    const user = await givenUser(this.store, tenant)
    return this.store.atomically((ports) => makeOperatorIn(ports, this.ambient, user, grant))
  }

  /** With what he may now. */
  async callerOf({ userId }: Operator): Promise<OperatorCaller> {
    const caller = await findOperatorCaller(this.deps, userId)
    if (caller === undefined) throw new Error('the operator is shut out')
    return caller
  }

  /** How often works were waited for on every node meanwhile. */
  async acknowledgementsOf(work: () => Promise<unknown>): Promise<number> {
    const before = this.acknowledgements
    await work()
    return this.acknowledgements - before
  }
}

/** Which rules the action breaks; none when it is not refused, the kind of failure when it is for something else. */
export async function brokenBy(action: Promise<unknown>): Promise<readonly string[]> {
  const failure = await failureOf(action)
  if (failure === undefined) return []
  return failure.kind === 'operator_rule' ? failure.rules : [failure.kind]
}

/** Runs the same cases on each database. */
export function onEachStore(cases: (world: () => OperatorWorld) => void): void {
  onEachStoreIn(async (open) => new OperatorWorld(await open()), cases)
}
