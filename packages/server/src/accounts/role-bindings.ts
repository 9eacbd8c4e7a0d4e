import type { Ambient } from '../ambient.ts'
import type { Acknowledged } from '../atomically.ts'
import { insertDespiteTakenIds, newUuid } from '../directory/new-ids.ts'
import type { TenantId } from '../directory/tenant.ts'
import { Refused } from '../failure.ts'
import type { AccountUser } from './account-user.ts'
import type { UserPorts } from './account-users.ts'
import type { Check } from './accounts.ts'
import type { Caller } from './caller.ts'
import { type Label, modifiedMetadata, newMetadata } from './metadata.ts'
import { holdParents, type Within } from './parents.ts'
import { checkPermitted } from './permissions.ts'
import type { RoleBindingWrites } from './ports.ts'
import type { Role } from './role.ts'
import { type Principal, type RoleBinding, UNCONSTRAINED } from './role-binding.ts'
import { checkRoleConstraints } from './role-constraints.ts'

export interface RoleBindingDeps {
  readonly ambient: Ambient
  /** What a binding gives or takes is so on every node when this answers. */
  readonly acknowledged: Acknowledged<UserPorts>
}

export interface NewRoleBinding {
  readonly principal: Principal
  readonly role: Role
  /** {@link UNCONSTRAINED} when nothing is said. */
  readonly roleConstraints?: readonly string[] | undefined
  readonly labels?: readonly Label[] | undefined
}

export interface RoleBindingChange {
  readonly role: Role
  readonly roleConstraints?: readonly string[] | undefined
  readonly labels?: readonly Label[] | undefined
}

/**
 * @param within whose binding it has to be: the last of the path's users and groups
 * @throws {Refused} `forbidden`; `entry_invalid`: nobody is there to be bound, or he is not the one of the path;
 *   `entry_conflict`: he is bound already; `not_in_account`
 */
export async function createRoleBinding(
  deps: RoleBindingDeps,
  caller: Caller,
  tenantId: TenantId,
  { principal, role, roleConstraints = UNCONSTRAINED, labels }: NewRoleBinding,
  within: BindingsWithin = {},
): Promise<RoleBinding> {
  checkPermitted(caller, { kind: 'bind_role', from: undefined, to: role })
  checkRoleConstraints(roleConstraints)
  return insertDespiteTakenIds(true, async () => {
    const metadata = newMetadata(deps.ambient.now(), caller.uuid, labels)
    const id = newUuid(deps.ambient)
    const binding: RoleBinding = { tenantId, id, principal, role, roleConstraints, metadata }
    await deps.acknowledged(async (ports) => {
      await ports.roleBindings.hold(tenantId)
      await holdParents(ports, tenantId, within)
      if (!isWithin(principal, within)) throw nobodyToBind(principal)
      const from = await presentRole(ports, tenantId, principal)
      checkPermitted(caller, { kind: 'bind_role', from, to: role })
      await ports.roleBindings.insert(binding)
    })
    return binding
  })
}

/** A path names whose bindings it is about; `of` says who that is where it names both a user and a group. */
export interface BindingsWithin extends Within {
  readonly of?: Principal | undefined
}

/** The one role that a new user is given by whoever makes him. */
export async function grantRoleIn(
  { roleBindings }: { readonly roleBindings: RoleBindingWrites },
  ambient: Ambient,
  tenantId: TenantId,
  userUuid: string,
  role: Role,
  createdBy: string,
): Promise<void> {
  await roleBindings.insert({
    tenantId,
    id: newUuid(ambient),
    principal: { kind: 'user', id: userUuid },
    role,
    roleConstraints: UNCONSTRAINED,
    metadata: newMetadata(ambient.now(), createdBy),
  })
}

/** What is left out stays. @throws {Refused} `not_in_account`, `forbidden`, `last_account_owner`, `entry_invalid` */
export async function changeRoleBinding(
  deps: RoleBindingDeps,
  caller: Caller,
  tenantId: TenantId,
  id: string,
  { role, roleConstraints, labels }: RoleBindingChange,
  within: BindingsWithin = {},
  check: Check<RoleBinding> = () => undefined,
): Promise<void> {
  if (roleConstraints !== undefined) checkRoleConstraints(roleConstraints)
  const now = deps.ambient.now()
  await deps.acknowledged(async (ports) => {
    const binding = await holdBinding(ports, tenantId, id, within)
    checkPermitted(caller, { kind: 'bind_role', from: await roleHeld(ports, binding), to: role })
    check(binding)
    if (role !== 'owner') await checkNotLastOwner(ports, binding)
    await ports.roleBindings.update({
      ...binding,
      role,
      roleConstraints: roleConstraints ?? binding.roleConstraints,
      metadata: modifiedMetadata(binding.metadata, now, caller.uuid, labels),
    })
  })
}

/**
 * A user who is not of the customer's directory goes with what was bound to him, and all that speaks for him.
 * @throws {Refused} `not_in_account`, `forbidden`, `last_account_owner`
 */
export async function deleteRoleBinding(
  deps: RoleBindingDeps,
  caller: Caller,
  tenantId: TenantId,
  id: string,
  within: BindingsWithin = {},
): Promise<void> {
  await deps.acknowledged(async (ports) => {
    const binding = await holdBinding(ports, tenantId, id, within)
    checkPermitted(caller, { kind: 'bind_role', from: await roleHeld(ports, binding), to: undefined })
    await checkNotLastOwner(ports, binding)
    const user = await boundUser(ports, binding)
    await ports.roleBindings.remove(binding)
    // There is one for each user, so this was his last.
    if (user !== undefined && user.authProvider !== 'ldap') await ports.users.remove(user.userId)
  })
}

async function holdBinding(
  ports: UserPorts,
  tenantId: TenantId,
  id: string,
  within: BindingsWithin,
): Promise<RoleBinding> {
  await ports.roleBindings.hold(tenantId)
  await holdParents(ports, tenantId, within)
  const binding = await ports.roleBindings.find(tenantId, id)
  if (binding === undefined || !isWithin(binding.principal, within)) {
    throw new Refused({ kind: 'not_in_account' })
  }
  return binding
}

function isWithin({ kind, id }: Principal, { of }: BindingsWithin): boolean {
  return of === undefined || (of.kind === kind && of.id === id)
}

/** @throws {Refused} `entry_invalid` when there is nobody to be bound */
async function presentRole(
  { accountUsers, accountGroups, roleBindings }: UserPorts,
  tenantId: TenantId,
  principal: Principal,
): Promise<Role | undefined> {
  if (principal.kind === 'user') {
    const user = await accountUsers.find(tenantId, principal.id)
    if (user === undefined) throw nobodyToBind(principal)
    return accountUsers.roleOf(user)
  }
  const group = await accountGroups.find(tenantId, principal.id)
  if (group === undefined) throw nobodyToBind(principal)
  return (await roleBindings.findOf(tenantId, principal))?.role
}

function nobodyToBind({ kind }: Principal): Refused {
  const field = kind === 'user' ? 'userID' : 'groupID'
  return new Refused({ kind: 'entry_invalid', field, reason: `must be the id of a ${kind} of this path` })
}

/** The highest of what whoever is bound holds: an owner by his group is an owner whatever else is bound to him. */
async function roleHeld(ports: UserPorts, binding: RoleBinding): Promise<Role | undefined> {
  const user = await boundUser(ports, binding)
  return user === undefined ? binding.role : ports.accountUsers.roleOf(user)
}

async function boundUser(
  { accountUsers }: UserPorts,
  { tenantId, principal }: RoleBinding,
): Promise<AccountUser | undefined> {
  return principal.kind === 'user' ? accountUsers.find(tenantId, principal.id) : undefined
}

async function checkNotLastOwner({ roleBindings }: UserPorts, { tenantId, id, role }: RoleBinding) {
  if (role === 'owner' && !(await roleBindings.hasOtherOwner(tenantId, id))) {
    throw new Refused({ kind: 'last_account_owner' })
  }
}
