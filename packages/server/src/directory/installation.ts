import type { Ambient } from '../ambient.ts'
import type { Atomically } from '../atomically.ts'
import type { PasswordHashing } from './password-hashing.ts'
import type { TenantReads, TenantWrites, UserReads, UserWrites } from './ports.ts'
import { ensurePredefined } from './predefined.ts'
import { ADMIN_PRIVILEGES } from './privileges.ts'
import type { DirectoryWrites } from './relation-ports.ts'
import type { Tenant } from './tenant.ts'
import { newTenant } from './tenants.ts'
import { createUser } from './users.ts'

export interface InstallationDeps {
  readonly ambient: Ambient
  readonly tenants: TenantReads
  readonly users: UserReads
  readonly atomically: Atomically<
    { readonly tenants: TenantWrites; readonly users: UserWrites } & DirectoryWrites
  >
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
 * The default tenant, what every tenant has, and its administrator. Made at the first start; later starts follow a
 * changed domain, and make what an older version did not know. A start that died in between is completed by the next
 * one, and of nodes that start together one makes them.
 *
 * @param onGeneratedPassword told at once, and never again: nothing that fails later in the start may swallow it
 * @throws {Refused} `username_taken`, `email_taken` when the administrator's are in use elsewhere
 */
export async function setUpInstallation(
  deps: InstallationDeps,
  onezoneDomain: string,
  administrator: Administrator,
  onGeneratedPassword: (password: string) => void = () => undefined,
): Promise<Tenant> {
  const tenant = await ensureDefaultTenant(deps, onezoneDomain)
  await ensurePredefined(deps, tenant.id)
  if (await deps.users.hasUsers(tenant.id)) return tenant
  const password = administrator.password ?? generatedPassword(deps.ambient)
  try {
    await createUser(deps, {
      tenantId: tenant.id,
      username: administrator.username,
      email: administrator.email,
      fullName: 'Administrator',
      password,
      privileges: ADMIN_PRIVILEGES,
    })
  } catch (problem) {
    if (await deps.users.hasUsers(tenant.id)) return tenant
    throw problem
  }
  if (administrator.password === undefined) onGeneratedPassword(password)
  return tenant
}

function generatedPassword(ambient: Ambient): string {
  return Buffer.from(ambient.randomBytes(GENERATED_PASSWORD_BYTES)).toString('base64url')
}

async function ensureDefaultTenant(deps: InstallationDeps, onezoneDomain: string): Promise<Tenant> {
  const known = (await deps.tenants.findDefault()) ?? (await makeDefaultTenant(deps, onezoneDomain))
  if (known.onezoneDomain === onezoneDomain) return known
  await deps.atomically(({ tenants }) => tenants.setOnezoneDomain(known.id, onezoneDomain))
  return { ...known, onezoneDomain }
}

async function makeDefaultTenant(deps: InstallationDeps, onezoneDomain: string): Promise<Tenant> {
  const tenant = newTenant(deps.ambient, { name: 'default', onezoneDomain, isDefault: true })
  try {
    await deps.atomically(({ tenants }) => tenants.insert(tenant))
    return tenant
  } catch (problem) {
    const made = await deps.tenants.findDefault()
    if (made === undefined) throw problem
    return made
  }
}
