import type { Cores } from './cores.ts'
import { counted } from './names.ts'
import type { BenchOptions } from './options.ts'
import { sqlitePlace } from './places.ts'
import { hotAndCold, measureStores, type StoreRows } from './stores.ts'

const MOST_USERS = 1000

/** What verification costs when as many tokens belong to one tenant, and to many; each is asked about at its own host name. */
export function measureByTenants(
  cores: Cores,
  options: BenchOptions,
  onProgress: (message: string) => void,
): Promise<StoreRows> {
  const { tenantTokens: tokens, tenantCounts } = options
  const planned = tenantCounts.map((tenants) => ({
    label: tenantsLabel(tenants),
    nodes: 1,
    fill: () => sqlitePlace({ tokens, users: Math.min(MOST_USERS, tokens), tenants }, onProgress),
  }))
  return measureStores(planned, hotAndCold(options), cores, options, onProgress)
}

export function tenantsLabel(tenants: number): string {
  return counted(tenants, 'tenant')
}
