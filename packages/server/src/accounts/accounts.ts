import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { insertDespiteTakenIds } from '../directory/new-ids.ts'
import type { TenantWrites } from '../directory/ports.ts'
import { newPredefined } from '../directory/predefined.ts'
import type { DirectoryWrites } from '../directory/relation-ports.ts'
import type { Tenant, TenantId } from '../directory/tenant.ts'
import { insertTenantIn, newTenant } from '../directory/tenants.ts'
import { Refused } from '../failure.ts'
import type { Account, AccountState, JsonValue } from './account.ts'
import type { Caller } from './caller.ts'
import { checkContent } from './content.ts'
import { type Label, modifiedMetadata, newMetadata } from './metadata.ts'
import { checkPermitted } from './permissions.ts'
import type { AccountWrites } from './ports.ts'

export interface CreateAccountDeps {
  readonly ambient: Ambient
  readonly atomically: Atomically<
    { readonly tenants: TenantWrites; readonly accounts: AccountWrites } & DirectoryWrites
  >
}

export interface ChangeAccountDeps {
  readonly ambient: Ambient
  readonly acknowledged: Acknowledged<{ readonly accounts: AccountWrites }>
}

export interface NewAccount {
  readonly name: string
  readonly contact?: JsonValue | undefined
  readonly labels?: readonly Label[] | undefined
}

export interface AccountChange {
  readonly name?: string | undefined
  readonly contact?: JsonValue | undefined
  readonly state?: AccountState | undefined
  readonly isEnabled?: boolean | undefined
  readonly labels?: readonly Label[] | undefined
}

/** Throws to refuse a change, having seen what is to be changed as it is then. */
export type Check<Entry> = (current: Entry) => void

/**
 * A new tenant, disabled and empty. Whether the caller may make one is known where it is known who administers the
 * installation: see `isInstallationAdministrator`.
 * @throws {Refused} `entry_invalid`
 */
export async function createAccount(
  deps: CreateAccountDeps,
  caller: Pick<Caller, 'uuid'>,
  request: NewAccount,
): Promise<Account> {
  checkContent({ name: request.name })
  return insertDespiteTakenIds(true, async () => {
    const tenant = newAccountTenant(deps.ambient, request.name)
    const predefined = newPredefined(deps.ambient, tenant.id)
    const account = newAccount(tenant, caller, request)
    await deps.atomically(async (ports) => {
      await insertTenantIn(ports, tenant, predefined)
      await ports.accounts.update(account)
    })
    return account
  })
}

function newAccountTenant(ambient: Ambient, name: string): Tenant {
  const tenant = newTenant(ambient, { name, onezoneDomain: '', isDefault: false })
  // A name that no host has (RFC 2606), until the tenant is given one.
  return { ...tenant, onezoneDomain: `${tenant.astraAccountId}.invalid` }
}

function newAccount(tenant: Tenant, caller: Pick<Caller, 'uuid'>, { contact, labels }: NewAccount): Account {
  return {
    tenantId: tenant.id,
    id: tenant.astraAccountId,
    name: tenant.name,
    state: 'pending',
    isEnabled: false,
    enabledAt: undefined,
    contact,
    isDefault: false,
    metadata: newMetadata(tenant.createdAt, caller.uuid, labels),
  }
}

/**
 * Enabled for the first time, a pending account is active too, unless another state is asked for.
 * @throws {Refused} `not_in_account`, `forbidden` (also to shut the default tenant's account), `entry_invalid`
 */
export async function changeAccount(
  deps: ChangeAccountDeps,
  caller: Caller,
  tenantId: TenantId,
  change: AccountChange,
  check: Check<Account> = () => undefined,
): Promise<void> {
  checkPermitted(caller, { kind: 'change_account' })
  checkContent({ name: change.name })
  const now = deps.ambient.now()
  await deps.acknowledged(async ({ accounts }) => {
    const account = await accounts.find(tenantId)
    if (account === undefined) throw new Refused({ kind: 'not_in_account' })
    check(account)
    const changed = changedAccount(account, change)
    const enabledAt = changed.isEnabled && !account.isEnabled ? now : account.enabledAt
    const metadata = modifiedMetadata(account.metadata, now, caller.uuid, change.labels)
    await accounts.update({ ...changed, enabledAt, metadata })
  })
}

function changedAccount(account: Account, change: AccountChange): Account {
  const isEnabled = change.isEnabled ?? account.isEnabled
  const isBegun = isEnabled && !account.isEnabled && account.state === 'pending'
  const state = change.state ?? (isBegun ? 'active' : account.state)
  // Whoever could open it again would be shut out with everybody else.
  if (account.isDefault && !(isEnabled && state === 'active')) throw new Refused({ kind: 'forbidden' })
  return {
    ...account,
    name: change.name ?? account.name,
    contact: change.contact ?? account.contact,
    isEnabled,
    state,
  }
}

/**
 * Nobody gets in any more when this returns. What was in it stays.
 * @throws {Refused} `not_in_account`, `forbidden` (also of the default tenant's account)
 */
export async function deleteAccount(
  deps: ChangeAccountDeps,
  caller: Caller,
  tenantId: TenantId,
): Promise<void> {
  checkPermitted(caller, { kind: 'delete_account' })
  const now = deps.ambient.now()
  await deps.acknowledged(async ({ accounts }) => {
    const account = await accounts.find(tenantId)
    if (account === undefined) throw new Refused({ kind: 'not_in_account' })
    if (account.isDefault) throw new Refused({ kind: 'forbidden' })
    const metadata = modifiedMetadata(account.metadata, now, caller.uuid)
    await accounts.update({ ...account, state: 'deletePending', metadata })
  })
}
