import type { TenantReads } from './ports.ts'
import type { Tenant } from './tenant.ts'

/** A client chooses the host it names, so what is remembered of hosts is bounded. */
const MAX_REMEMBERED_HOSTS = 1000

/**
 * Which tenant a request's host stands for: the one with that Onezone domain, else the default one. Remembered per
 * host, for every request asks; tenants and their domains only change at a start.
 */
export function tenantByHost(
  tenants: TenantReads,
  defaultTenant: Tenant,
): (host: string) => Tenant | Promise<Tenant> {
  const remembered = new Map([[defaultTenant.onezoneDomain, defaultTenant]])

  async function find(host: string): Promise<Tenant> {
    const tenant = (await tenants.findByOnezoneDomain(host)) ?? defaultTenant
    // The first after the default tenant's own is the oldest.
    const [, oldest] = remembered.keys()
    if (remembered.size >= MAX_REMEMBERED_HOSTS && oldest !== undefined) remembered.delete(oldest)
    remembered.set(host, tenant)
    return tenant
  }
  return (host) => remembered.get(host) ?? find(host)
}
