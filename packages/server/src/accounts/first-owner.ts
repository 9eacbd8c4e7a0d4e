import type { Ambient } from '../ambient.ts'
import type { Acknowledged } from '../atomically.ts'
import type { TenantId } from '../directory/tenant.ts'
import { modifiedMetadata, NIL_UUID } from './metadata.ts'
import type { AccountUser } from './account-user.ts'
import type { UserPorts } from './account-users.ts'
import type { CallerReads } from './ports.ts'
import { grantRoleIn } from './role-bindings.ts'

export interface FirstOwnerDeps {
  readonly ambient: Ambient
  readonly callers: Pick<CallerReads, 'hasOwner'>
  readonly acknowledged: Acknowledged<Pick<UserPorts, 'accountUsers' | 'roleBindings'>>
}

/** Whoever may give himself every other privilege is an administrator. */
const ADMINISTRATORS_PRIVILEGE = 'oz_set_privileges'

/**
 * Makes the administrators of a tenant owners of its account, as long as it has none. At every start: an installation may
 * be older than accounts are, or have lost its last owner through another API, which knows of no such rule.
 */
export async function ensureOwner(deps: FirstOwnerDeps, tenantId: TenantId): Promise<void> {
  if (await deps.callers.hasOwner(tenantId)) return
  await deps.acknowledged(async (ports) => {
    // Of nodes that start together one does it, and the others find it done.
    await ports.roleBindings.hold(tenantId)
    if (await ports.roleBindings.hasOtherOwner(tenantId, NIL_UUID)) return
    const administrators = await ports.accountUsers.listHolders(tenantId, ADMINISTRATORS_PRIVILEGE)
    for (const user of administrators) await makeOwner(deps.ambient, ports, user)
  })
}

async function makeOwner(
  ambient: Ambient,
  { roleBindings }: Pick<UserPorts, 'roleBindings'>,
  { tenantId, id }: AccountUser,
): Promise<void> {
  const present = await roleBindings.findOf(tenantId, { kind: 'user', id })
  if (present === undefined) return grantRoleIn({ roleBindings }, ambient, tenantId, id, 'owner', NIL_UUID)
  const metadata = modifiedMetadata(present.metadata, ambient.now(), NIL_UUID)
  await roleBindings.update({ ...present, role: 'owner', metadata })
}
