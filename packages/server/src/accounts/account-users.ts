import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { insertDespiteTakenIds } from '../directory/new-ids.ts'
import type { UserWrites } from '../directory/ports.ts'
import type { TenantId } from '../directory/tenant.ts'
import { isFullName } from '../directory/user-rules.ts'
import { newUser } from '../directory/users.ts'
import { Refused } from '../failure.ts'
import type { JsonValue } from './account.ts'
import type { AccountUser, AccountUserChange, AuthProvider } from './account-user.ts'
import type { Check } from './accounts.ts'
import type { Caller } from './caller.ts'
import { checkContent } from './content.ts'
import { type Label, modifiedMetadata, newMetadata } from './metadata.ts'
import { holdParents, type Within } from './parents.ts'
import { checkPermitted, type Target } from './permissions.ts'
import type { AccountGroupWrites, AccountUserWrites, RoleBindingWrites } from './ports.ts'

export interface UserPorts {
  readonly users: UserWrites
  readonly accountUsers: AccountUserWrites
  readonly accountGroups: AccountGroupWrites
  readonly roleBindings: RoleBindingWrites
}

export interface AccountUserDeps {
  readonly ambient: Ambient
  readonly atomically: Atomically<UserPorts>
  readonly acknowledged: Acknowledged<UserPorts>
}

export interface NewAccountUser {
  readonly email: string
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly companyName?: string | undefined
  readonly phone?: string | undefined
  readonly postalAddress?: JsonValue | undefined
  /** `local` when nothing is said. */
  readonly authProvider?: AuthProvider | undefined
  /** Of a local user it is the e-mail address, whatever is said. */
  readonly authId?: string | undefined
  /** Only of users of the vendor's cloud; the others get none. */
  readonly sendsWelcomeEmail?: boolean | undefined
  readonly labels?: readonly Label[] | undefined
}

/**
 * A user who may nothing yet, for nothing is bound to him; in a group, as a member of it.
 * @throws {Refused} `forbidden`, `entry_invalid`, `email_taken`; `not_in_account` when there is no such group
 */
export async function createAccountUser(
  deps: AccountUserDeps,
  caller: Caller,
  tenantId: TenantId,
  request: NewAccountUser,
  { groupId }: Pick<Within, 'groupId'> = {},
): Promise<AccountUser> {
  checkPermitted(caller, { kind: 'manage_user', user: NOBODY_YET })
  checkNames(request)
  return insertDespiteTakenIds(true, async () => {
    const entry = newEntry(deps.ambient, tenantId, request)
    const user = newAccountUser(deps.ambient, entry, caller, request)
    await deps.atomically(async ({ users, accountUsers, accountGroups, roleBindings }) => {
      await roleBindings.hold(tenantId)
      const { group } = await holdParents({ accountUsers, accountGroups }, tenantId, { groupId })
      await users.insert({ user: entry, passwordHash: undefined, passwordVersion: 1 })
      await accountUsers.update(user)
      if (group === undefined) return
      const binding = await roleBindings.findOf(tenantId, { kind: 'group', id: group.id })
      checkPermitted(caller, { kind: 'manage_group', bound: binding?.role })
      await accountGroups.addMember(group, user)
    })
    return user
  })
}

const NOBODY_YET: Target = { uuid: '', role: undefined }

function checkNames({
  firstName,
  lastName,
  companyName,
}: Pick<AccountUserChange, 'firstName' | 'lastName' | 'companyName'>): void {
  checkContent({ firstName, lastName, companyName })
}

function newEntry(
  ambient: Ambient,
  tenantId: TenantId,
  { email, firstName = '', lastName = '' }: NewAccountUser,
): ReturnType<typeof newUser> {
  const fullName = `${firstName} ${lastName}`.trim()
  return newUser(ambient, { tenantId, email, fullName: isFullName(fullName) ? fullName : undefined })
}

function newAccountUser(
  ambient: Ambient,
  { id, tenantId, uuid }: ReturnType<typeof newUser>,
  caller: Caller,
  request: NewAccountUser,
): AccountUser {
  const { email, authProvider = 'local', labels } = request
  const now = ambient.now()
  return {
    userId: id,
    tenantId,
    id: uuid,
    email,
    firstName: request.firstName ?? '',
    lastName: request.lastName ?? '',
    companyName: request.companyName,
    phone: request.phone,
    postalAddress: request.postalAddress,
    authProvider,
    authId: authProvider === 'local' ? email : (request.authId ?? ''),
    sendsWelcomeEmail: authProvider === 'cloud-central' && (request.sendsWelcomeEmail ?? false),
    state: authProvider === 'cloud-central' ? 'pending' : 'active',
    isEnabled: true,
    enabledAt: now,
    metadata: newMetadata(now, caller.uuid, labels),
  }
}

/**
 * What is left out stays. Everybody may change his own profile, but not whether he gets in.
 * @throws {Refused} `not_in_account`, `forbidden`, `entry_invalid`, `email_taken`
 */
export async function changeAccountUser(
  deps: AccountUserDeps,
  caller: Caller,
  tenantId: TenantId,
  uuid: string,
  change: AccountUserChange & { readonly labels?: readonly Label[] | undefined },
  { groupId }: Pick<Within, 'groupId'> = {},
  check: Check<AccountUser> = () => undefined,
): Promise<void> {
  checkNames(change)
  const now = deps.ambient.now()
  await deps.acknowledged(async (ports) => {
    const { user, target } = await holdUser(ports, tenantId, { userUuid: uuid, groupId })
    const changed = changedUser(user, change)
    const isAboutAccess = changed.state !== user.state || changed.isEnabled !== user.isEnabled
    checkPermitted(caller, { kind: isAboutAccess ? 'manage_user' : 'change_profile', user: target })
    check(user)
    const enabledAt = changed.isEnabled && !user.isEnabled ? now : user.enabledAt
    const metadata = modifiedMetadata(user.metadata, now, caller.uuid, change.labels)
    await ports.accountUsers.update({ ...changed, enabledAt, metadata })
  })
}

function changedUser(user: AccountUser, change: AccountUserChange): AccountUser {
  const isOfCloud = user.authProvider === 'cloud-central'
  const email = change.email ?? user.email
  const state = change.state ?? user.state
  if (!isOfCloud && state === 'pending') {
    const reason = 'only users of cloud-central can be pending'
    throw new Refused({ kind: 'entry_invalid', field: 'state', reason })
  }
  return {
    ...user,
    email,
    firstName: change.firstName ?? user.firstName,
    lastName: change.lastName ?? user.lastName,
    companyName: change.companyName ?? user.companyName,
    phone: change.phone ?? user.phone,
    postalAddress: change.postalAddress ?? user.postalAddress,
    authId: user.authProvider === 'local' ? email : (change.authId ?? user.authId),
    sendsWelcomeEmail: isOfCloud && (change.sendsWelcomeEmail ?? user.sendsWelcomeEmail),
    state,
    isEnabled: change.isEnabled ?? user.isEnabled,
  }
}

/**
 * All that speaks for him is dead when this returns; his bindings and credentials are gone.
 * @throws {Refused} `not_in_account`, `forbidden`, `last_account_owner`
 */
export async function deleteAccountUser(
  deps: AccountUserDeps,
  caller: Caller,
  tenantId: TenantId,
  uuid: string,
  { groupId }: Pick<Within, 'groupId'> = {},
): Promise<void> {
  await deps.acknowledged(async (ports) => {
    await ports.roleBindings.hold(tenantId)
    const { user, target } = await holdUser(ports, tenantId, { userUuid: uuid, groupId })
    checkPermitted(caller, { kind: 'manage_user', user: target })
    await checkOwnerLeft(ports, tenantId, { kind: 'user', id: uuid })
    await ports.users.remove(user.userId)
  })
}

/** What goes with a user or a group must not leave the account without an owner. @throws {Refused} `last_account_owner` */
export async function checkOwnerLeft(
  { roleBindings }: Pick<UserPorts, 'roleBindings'>,
  tenantId: TenantId,
  principal: Parameters<RoleBindingWrites['findOf']>[1],
): Promise<void> {
  const binding = await roleBindings.findOf(tenantId, principal)
  if (binding?.role !== 'owner' || (await roleBindings.hasOtherOwner(tenantId, binding.id))) return
  throw new Refused({ kind: 'last_account_owner' })
}

export interface HeldUser {
  readonly user: AccountUser
  readonly target: Target
}

/** A user with the role that he has, until the transaction ends. @throws {Refused} `not_in_account` */
export async function holdUser(
  ports: Pick<UserPorts, 'accountUsers' | 'accountGroups'>,
  tenantId: TenantId,
  within: Within & { readonly userUuid: string },
): Promise<HeldUser> {
  const { user } = await holdParents(ports, tenantId, within)
  if (user === undefined) throw new Refused({ kind: 'not_in_account' })
  return { user, target: { uuid: user.id, role: await ports.accountUsers.roleOf(user) } }
}
