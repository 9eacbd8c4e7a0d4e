import type { Ambient } from '../ambient.ts'
import type { Atomically } from '../atomically.ts'
import { newCanonicalId, newSdwanId, newUuid } from './new-ids.ts'
import type { PasswordHashing } from './password-hashing.ts'
import type { TenantReads, TenantWrites, UserReads, UserWrites } from './ports.ts'
import { ADMIN_PRIVILEGES } from './privileges.ts'
import type { Tenant, TenantId } from './tenant.ts'
import { createUser } from './users.ts'

export interface InstallationDeps {
  readonly ambient: Ambient
  readonly tenants: TenantReads
  readonly users: UserReads
  readonly atomically: Atomically<{ readonly tenants: TenantWrites; readonly users: UserWrites }>
  readonly passwordHashing: PasswordHashing
}

export interface Administrator {
  readonly username: string
  readonly email: string
  /** `undefined`: one is generated and handed back, once. */
  readonly password: string | undefined
}

const GENERATED_PASSWORD_BYTES = 18

/**
 * The default tenant and its administrator. Made at the first start; later starts only follow a changed domain. A
 * start that died between the two is completed by the next one.
 *
 * @returns `generatedPassword` only from the start that made the administrator, and only if none was given
 * @throws {Refused} `username_taken`, `email_taken` when the administrator's are in use elsewhere
 */
export async function setUpInstallation(
  deps: InstallationDeps,
  onezoneDomain: string,
  administrator: Administrator,
): Promise<{ readonly tenant: Tenant; readonly generatedPassword: string | undefined }> {
  const tenant = await ensureDefaultTenant(deps, onezoneDomain)
  if (await deps.users.hasUsers(tenant.id)) return { tenant, generatedPassword: undefined }

  const generated = Buffer.from(deps.ambient.randomBytes(GENERATED_PASSWORD_BYTES)).toString('base64url')
  await createUser(deps, {
    tenantId: tenant.id,
    username: administrator.username,
    email: administrator.email,
    fullName: 'Administrator',
    password: administrator.password ?? generated,
    privileges: ADMIN_PRIVILEGES,
  })
  return { tenant, generatedPassword: administrator.password === undefined ? generated : undefined }
}

async function ensureDefaultTenant(deps: InstallationDeps, onezoneDomain: string): Promise<Tenant> {
  const known = await deps.tenants.findDefault()
  if (known === undefined) {
    const tenant = newDefaultTenant(deps.ambient, onezoneDomain)
    await deps.atomically(({ tenants }) => tenants.insert(tenant))
    return tenant
  }
  if (known.onezoneDomain === onezoneDomain) return known
  await deps.atomically(({ tenants }) => tenants.setOnezoneDomain(known.id, onezoneDomain))
  return { ...known, onezoneDomain }
}

function newDefaultTenant(ambient: Ambient, onezoneDomain: string): Tenant {
  return {
    // Safe as a brand: this is where canonical tenant ids come from.
    id: newCanonicalId(ambient) as TenantId,
    name: 'default',
    onezoneDomain,
    astraAccountId: newUuid(ambient),
    sdwanTenantId: newSdwanId(ambient),
    isDefault: true,
  }
}
