import type { Ambient } from '../ambient.ts'
import type { Acknowledged } from '../atomically.ts'
import { insertDespiteTakenIds, newCanonicalId, newSdwanId, newUuid } from './new-ids.ts'
import type { PasswordHashing } from './password-hashing.ts'
import type { TenantWrites, UserWrites } from './ports.ts'
import { ensurePredefinedIn, newPredefined, type PredefinedEntity } from './predefined.ts'
import { ADMIN_PRIVILEGES } from './privileges.ts'
import type { DirectoryWrites } from './relation-ports.ts'
import type { Tenant, TenantId } from './tenant.ts'
import type { User } from './user.ts'
import { newUser } from './users.ts'

/** What making a tenant with its administrator writes. */
export interface NewTenantWrites extends Pick<DirectoryWrites, 'entities' | 'relations'> {
  readonly tenants: TenantWrites
  readonly users: UserWrites
}

export interface CreateTenantDeps<Ports extends NewTenantWrites> {
  readonly ambient: Ambient
  /** A host that stood for the default tenant may be this one's: every node knows it when this answers. */
  readonly acknowledged: Acknowledged<Ports>
  readonly passwordHashing: PasswordHashing
}

export interface NewTenant {
  readonly name: string
  /** Lower case, without port. */
  readonly onezoneDomain: string
  readonly administrator: {
    readonly username: string
    readonly email: string
    readonly password: string
  }
}

/**
 * A tenant with all that every tenant has, and a user who holds every Onezone admin privilege there.
 * @param also what other APIs have to be told of the two, in the same transaction
 * @throws {Refused} `domain_taken`, `username_taken`, `email_taken`, `password_queue_full`
 */
export async function createTenant<Ports extends NewTenantWrites>(
  deps: CreateTenantDeps<Ports>,
  { name, onezoneDomain, administrator }: NewTenant,
  also: (ports: Ports, tenant: Tenant, administrator: User) => Promise<void>,
): Promise<{ readonly tenant: Tenant; readonly administrator: User }> {
  const { password, ...profile } = administrator
  const passwordHash = await deps.passwordHashing.hash(password)
  return insertDespiteTakenIds(true, async () => {
    const tenant = newTenant(deps.ambient, { name, onezoneDomain, isDefault: false })
    const predefined = newPredefined(deps.ambient, tenant.id)
    const user = newUser(deps.ambient, {
      ...profile,
      tenantId: tenant.id,
      fullName: 'Administrator',
      password,
    })
    await deps.acknowledged(async (ports) => {
      await insertTenantIn(ports, tenant, predefined)
      await ports.users.insert({ user, passwordHash, passwordVersion: 1 })
      await ports.users.changePrivileges(user.id, ADMIN_PRIVILEGES, [])
      await also(ports, tenant, user)
    })
    return { tenant, administrator: user }
  })
}

export function newTenant(
  ambient: Ambient,
  named: Pick<Tenant, 'name' | 'onezoneDomain' | 'isDefault'>,
): Tenant {
  return {
    // Safe as a brand: this is where canonical tenant ids come from.
    id: newCanonicalId(ambient) as TenantId,
    ...named,
    astraAccountId: newUuid(ambient),
    sdwanTenantId: newSdwanId(ambient),
    createdAt: ambient.now(),
  }
}

/** A tenant never lacks what every tenant has: a start completes that of the default one only. */
export async function insertTenantIn(
  { tenants, ...writes }: Pick<NewTenantWrites, 'tenants' | 'entities' | 'relations'>,
  tenant: Tenant,
  predefined: readonly PredefinedEntity[],
): Promise<void> {
  await tenants.insert(tenant)
  await ensurePredefinedIn(writes, predefined)
}
