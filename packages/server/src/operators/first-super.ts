import type { Ambient } from '../ambient.ts'
import type { Acknowledged } from '../atomically.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { User } from '../directory/user.ts'
import { newTimedId } from '../directory/new-ids.ts'
import { makeOperatorIn } from './operator-grants.ts'
import type { OperatorReads, OperatorWrites } from './operator-ports.ts'
import type { SystemRole } from './role-names.ts'

interface FirstSuperPorts {
  readonly operators: OperatorWrites
}

export interface FirstSuperDeps {
  readonly ambient: Ambient
  readonly operators: Pick<OperatorReads, 'hasSuper' | 'listWithoutSuper'>
  readonly acknowledged: Acknowledged<FirstSuperPorts>
}

/** Whoever may give himself every other privilege is an administrator. */
const ADMINISTRATORS_PRIVILEGE = 'oz_set_privileges'
const ROLES: readonly SystemRole[] = ['tenant_super']

/** {@link ensureSuper} of every tenant: one read where there is nothing to do, however many there are. */
export async function ensureSupers(deps: FirstSuperDeps): Promise<void> {
  const tenantIds = await deps.operators.listWithoutSuper(ADMINISTRATORS_PRIVILEGE)
  for (const tenantId of tenantIds) await ensureSuper(deps, tenantId)
}

/**
 * Makes the administrators of a tenant operators who may do everything, as long as it has none who may and gets in. At
 * every start: an installation may be older than operators are, or have lost its last one through another API, which knows
 * of no such rule, or to a guesser, who has locked him.
 */
export async function ensureSuper(deps: FirstSuperDeps, tenantId: TenantId): Promise<void> {
  if (await deps.operators.hasSuper(tenantId)) return
  await deps.acknowledged(async (ports) => {
    // Of nodes that start together one does it, and the others find it done.
    await ports.operators.hold(tenantId)
    if (await ports.operators.hasOtherSuper(tenantId, undefined)) return
    const administrators = await ports.operators.listHolders(tenantId, ADMINISTRATORS_PRIVILEGE)
    for (const user of administrators.filter(({ isBlocked }) => !isBlocked)) {
      await makeSuper(deps.ambient, ports, user)
    }
  })
}

async function makeSuper(ambient: Ambient, ports: FirstSuperPorts, user: User): Promise<void> {
  const present = await ports.operators.findOf(user.id)
  if (present === undefined) {
    await makeOperatorIn(ports, ambient, user, { roles: ROLES })
    return
  }
  await ports.operators.unlock(user.id)
  if (present.roles.includes('tenant_super')) return
  const etag = present.etag + 1
  await ports.operators.update({ ...present, roles: ROLES, etag, updatedUtc: newTimedId(ambient) })
}
