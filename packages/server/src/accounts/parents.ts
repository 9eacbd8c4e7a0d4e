import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import type { AccountGroup } from './account-group.ts'
import type { AccountUser } from './account-user.ts'
import { getById } from './get-by-id.ts'
import type { AccountGroupWrites, AccountListings, AccountUserWrites } from './ports.ts'

/** Through whom an entry is looked at. Of a user and a group, he is a member of it. Ids are uuids. */
export interface Within {
  readonly userUuid?: string | undefined
  readonly groupId?: string | undefined
}

export interface Parents {
  readonly user: AccountUser | undefined
  readonly group: AccountGroup | undefined
}

export interface ParentDeps {
  readonly accountListings: Pick<AccountListings, 'users' | 'groups'>
}

/** @throws {Refused} `not_in_account` when one of them is not there, or he is no member of the group */
export async function findParents(
  { accountListings: { users, groups } }: ParentDeps,
  tenantId: TenantId,
  { userUuid, groupId }: Within,
): Promise<Parents> {
  const group = groupId === undefined ? undefined : await getById(groups, { tenantId }, groupId)
  const user = userUuid === undefined ? undefined : await getById(users, { tenantId, groupId }, userUuid)
  return { user, group }
}

/** The same inside a transaction, until whose end they stay. */
export async function holdParents(
  ports: { readonly accountUsers: AccountUserWrites; readonly accountGroups: AccountGroupWrites },
  tenantId: TenantId,
  { userUuid, groupId }: Within,
): Promise<Parents> {
  const group = groupId === undefined ? undefined : await ports.accountGroups.find(tenantId, groupId)
  const user = userUuid === undefined ? undefined : await ports.accountUsers.find(tenantId, userUuid)
  const isMissing =
    (groupId !== undefined && group === undefined) || (userUuid !== undefined && user === undefined)
  if (isMissing) throw new Refused({ kind: 'not_in_account' })
  if (group !== undefined && user !== undefined && !(await ports.accountGroups.isMember(group, user))) {
    throw new Refused({ kind: 'not_in_account' })
  }
  return { user, group }
}
