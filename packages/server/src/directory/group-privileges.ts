import type { Acknowledged } from '../atomically.ts'
import { findEntityIn } from './entities.ts'
import { ADMIN_PRIVILEGES } from './privileges.ts'
import type { DirectoryWrites } from './relation-ports.ts'
import type { TenantId } from './tenant.ts'

export interface GroupPrivilegeDeps {
  readonly acknowledged: Acknowledged<Pick<DirectoryWrites, 'entities' | 'relations'>>
}

/**
 * The admin privileges that a group gives to all its effective members. What stands in both lists is held afterwards,
 * as on Onezone, which revokes first.
 * @param groupId Onezone id
 * @throws {Refused} `entity_not_found`
 */
export async function changeGroupPrivileges(
  deps: GroupPrivilegeDeps,
  tenantId: TenantId,
  groupId: string,
  grant: readonly string[],
  revoke: readonly string[],
): Promise<void> {
  const onlyRevoked = revoke.filter((privilege) => !grant.includes(privilege))
  await deps.acknowledged(async ({ entities, relations }) => {
    // Two changes of one group follow each other.
    await relations.hold(tenantId)
    const group = await findEntityIn({ entities }, tenantId, { kind: 'group', onezoneId: groupId })
    await entities.changeAdminPrivileges(group, grant, onlyRevoked)
  })
}

/** @param groupId Onezone id @throws {Refused} `entity_not_found` */
export function revokeAllGroupPrivileges(
  deps: GroupPrivilegeDeps,
  tenantId: TenantId,
  groupId: string,
): Promise<void> {
  return changeGroupPrivileges(deps, tenantId, groupId, [], ADMIN_PRIVILEGES)
}
