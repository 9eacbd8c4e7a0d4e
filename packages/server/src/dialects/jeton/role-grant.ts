import { checkPermitted } from '../../accounts/permissions.ts'
import type { Role } from '../../accounts/role.ts'
import { grantRoleIn } from '../../accounts/role-bindings.ts'
import type { User } from '../../directory/user.ts'
import type { JetonDeps, JetonWrites } from './deps.ts'

/**
 * What gives a new user his role in the account of the caller's tenant. Who may make users may not for that make one who
 * may do more in the account than he may himself.
 * @throws {Refused} `forbidden`
 */
export async function roleGrant(
  deps: JetonDeps,
  caller: User,
  role: Role | undefined,
): Promise<(ports: JetonWrites, user: User) => Promise<void>> {
  if (role === undefined) return async () => undefined
  const held = (await deps.callers.findCaller(caller.id))?.role
  checkPermitted({ uuid: caller.uuid, role: held }, { kind: 'bind_role', from: undefined, to: role })
  return (ports, { tenantId, uuid }) => grantRoleIn(ports, deps.ambient, tenantId, uuid, role, caller.uuid)
}
