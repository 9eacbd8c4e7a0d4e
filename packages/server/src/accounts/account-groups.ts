import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { insertDespiteTakenIds, newUuid } from '../directory/new-ids.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import type { AccountGroup } from './account-group.ts'
import { checkOwnerLeft, type UserPorts } from './account-users.ts'
import type { Check } from './accounts.ts'
import type { Caller } from './caller.ts'
import { type Label, modifiedMetadata, newMetadata } from './metadata.ts'
import { holdParents, type Within } from './parents.ts'
import { checkPermitted } from './permissions.ts'

export interface AccountGroupDeps {
  readonly ambient: Ambient
  readonly atomically: Atomically<UserPorts>
  readonly acknowledged: Acknowledged<UserPorts>
}

export interface NewAccountGroup {
  /** The distinguished name. */
  readonly authId: string
  /** The first common name of the distinguished one when nothing is said. */
  readonly name?: string | undefined
  readonly labels?: readonly Label[] | undefined
}

export interface AccountGroupChange extends Omit<NewAccountGroup, 'authId'> {
  readonly authId?: string | undefined
}

/**
 * A group without a role; made through a user, with him as its first member.
 * @throws {Refused} `forbidden`; `entry_conflict`: the account has the distinguished name already; `not_in_account`
 */
export async function createAccountGroup(
  deps: AccountGroupDeps,
  caller: Caller,
  tenantId: TenantId,
  { authId, name = commonName(authId), labels }: NewAccountGroup,
  { userUuid }: Pick<Within, 'userUuid'> = {},
): Promise<AccountGroup> {
  checkPermitted(caller, { kind: 'manage_group', bound: undefined })
  return insertDespiteTakenIds(true, async () => {
    const metadata = newMetadata(deps.ambient.now(), caller.uuid, labels)
    const group: AccountGroup = { tenantId, id: newUuid(deps.ambient), name, authId, metadata }
    await deps.atomically(async (ports) => {
      const { user } = await holdParents(ports, tenantId, { userUuid })
      await ports.accountGroups.insert(group)
      if (user !== undefined) await ports.accountGroups.addMember(group, user)
    })
    return group
  })
}

const COMMON_NAME = /(?:^|,) *cn=((?:[^,\\]|\\.)+)/i

function commonName(distinguishedName: string): string {
  return COMMON_NAME.exec(distinguishedName)?.[1] ?? distinguishedName
}

/** What is left out stays. @throws {Refused} `not_in_account`, `forbidden`, `entry_conflict` */
export async function changeAccountGroup(
  deps: AccountGroupDeps,
  caller: Caller,
  tenantId: TenantId,
  id: string,
  { name, authId, labels }: AccountGroupChange,
  { userUuid }: Pick<Within, 'userUuid'> = {},
  check: Check<AccountGroup> = () => undefined,
): Promise<void> {
  const now = deps.ambient.now()
  await deps.acknowledged(async (ports) => {
    const group = await holdGroup(ports, caller, tenantId, { groupId: id, userUuid })
    check(group)
    await ports.accountGroups.update({
      ...group,
      name: name ?? group.name,
      authId: authId ?? group.authId,
      metadata: modifiedMetadata(group.metadata, now, caller.uuid, labels),
    })
  })
}

/**
 * With what is bound to it. Its members stay, without its role when this returns.
 * @throws {Refused} `not_in_account`, `forbidden`, `last_account_owner`
 */
export async function deleteAccountGroup(
  deps: AccountGroupDeps,
  caller: Caller,
  tenantId: TenantId,
  id: string,
  { userUuid }: Pick<Within, 'userUuid'> = {},
): Promise<void> {
  await deps.acknowledged(async (ports) => {
    await ports.roleBindings.hold(tenantId)
    const group = await holdGroup(ports, caller, tenantId, { groupId: id, userUuid })
    await checkOwnerLeft(ports, tenantId, { kind: 'group', id })
    await ports.accountGroups.remove(group)
  })
}

async function holdGroup(
  ports: UserPorts,
  caller: Caller,
  tenantId: TenantId,
  within: Within & { readonly groupId: string },
): Promise<AccountGroup> {
  const { group } = await holdParents(ports, tenantId, within)
  if (group === undefined) throw new Refused({ kind: 'not_in_account' })
  const binding = await ports.roleBindings.findOf(tenantId, { kind: 'group', id: group.id })
  checkPermitted(caller, { kind: 'manage_group', bound: binding?.role })
  return group
}
