import type { Ambient } from './ambient.ts'
import { systemAmbient } from './ambient-system.ts'
import { everywhere } from './cluster/everywhere.ts'
import type { Configuration } from './configuration.ts'
import type { Tenant } from './directory/tenant.ts'
import { importExport, type ImportDeps, type Summary } from './import/onezone/import-export.ts'
import { openInstallation } from './open-installation.ts'
import { placeOf } from './place-of.ts'
import type { Store } from './store/open-store.ts'
import { scratchNames } from './store/sqlite/scratch-names.ts'

export interface OnezoneImport
  extends Pick<ImportDeps, 'isStrict' | 'isDryRun' | 'onRefused' | 'onProgress'> {
  /** The export, from its beginning. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** Of the tenant that takes it in; `undefined`: the default one. */
  readonly tenantDomain: string | undefined
}

/** There is no tenant with that zone domain. */
export class NoSuchTenant extends Error {
  override readonly name = 'NoSuchTenant'
}

/**
 * Takes an export of a Onezone into an installation that a start has made, past its servers: with SQLite none may be
 * running, with PostgreSQL they may, and none of them believes anything older than the summary when it is returned.
 *
 * @throws {CannotOpenStore} @throws {MasterKeyProblem} @throws {NoSuchTenant} @throws {NotAnExport} before anything was
 *   written
 * @throws {Refused} when the store is full or away; a repeat goes on from there
 */
export async function importOnezone(
  configuration: Pick<Configuration, 'dataFolder' | 'databaseUrl' | 'masterKey' | 'masterKeyFile'>,
  request: OnezoneImport,
  ambient: Ambient = systemAmbient,
): Promise<Summary> {
  const { store, keyRing } = await openInstallation(placeOf(configuration), ambient, 'uses')
  const scratch = request.isDryRun ? scratchNames() : undefined
  const nodes = everywhere(store.cluster, ambient)
  try {
    const tenant = await findTenant(store, request.tenantDomain)
    const deps = { ...request, ambient, keyRing, tenantId: tenant.id, scratch }
    const { atomically } = store
    return await importExport({ ...deps, atomically, settled: () => nodes.settled() }, request.chunks)
  } finally {
    scratch?.close()
    await nodes.stop()
    await store.close()
  }
}

async function findTenant({ reads }: Store, domain: string | undefined): Promise<Tenant> {
  const { tenants } = reads
  const tenant = await (domain === undefined ? tenants.findDefault() : tenants.findByOnezoneDomain(domain))
  if (tenant !== undefined) return tenant
  throw new NoSuchTenant(
    domain === undefined
      ? 'There is no tenant yet: start the server once.'
      : `There is no tenant whose zone domain is ${domain}.`,
  )
}
