import type { Ambient } from '../ambient.ts'
import type { Acknowledged, Atomically } from '../atomically.ts'
import { Refused } from '../failure.ts'
import { insertEntityIn, newEntity } from './entities.ts'
import type { Creator } from './entity.ts'
import { newCanonicalId, newOnezoneId } from './new-ids.ts'
import type { Provider, ProviderChange, ProviderId } from './provider.ts'
import type { DirectoryWrites } from './relation-ports.ts'
import type { TenantId } from './tenant.ts'
import type { User } from './user.ts'

export type NewProvider = Omit<Provider, 'id' | 'onezoneId' | 'createdAt'>

export function newProvider(ambient: Ambient, request: NewProvider): Provider {
  return {
    ...request,
    // Safe as a brand: this is where canonical ids of providers come from.
    id: newCanonicalId(ambient) as ProviderId,
    onezoneId: newOnezoneId(ambient),
    createdAt: ambient.now(),
  }
}

/**
 * Inside the transaction that counts the use of its invite: the provider, and its cluster, which has the same Onezone
 * id and whose first member holds everything there. A token for it can be inserted in the same transaction.
 *
 * @param administrator `undefined` when he is gone: the cluster has no members then
 * @throws {Refused} `id_taken`
 */
export async function insertProviderIn(
  writes: Pick<DirectoryWrites, 'entities' | 'relations' | 'providers'>,
  ambient: Ambient,
  provider: Provider,
  administrator: Pick<User, 'id' | 'onezoneId'> | undefined,
): Promise<void> {
  await writes.relations.hold(provider.tenantId)
  await writes.providers.insert(provider)
  const creator: Creator =
    administrator === undefined ? { kind: 'nobody' } : { kind: 'user', onezoneId: administrator.onezoneId }
  const { tenantId, onezoneId, name } = provider
  const cluster = newEntity(ambient, {
    tenantId,
    kind: 'cluster',
    onezoneId,
    name,
    type: 'oneprovider',
    creator,
  })
  await insertEntityIn(writes, cluster, administrator?.id)
}

/** @throws {Refused} `provider_not_found` */
export async function updateProvider(
  deps: { readonly atomically: Atomically<Pick<DirectoryWrites, 'providers'>> },
  id: ProviderId,
  change: ProviderChange,
): Promise<void> {
  const isThere = await deps.atomically(({ providers }) => providers.update(id, change))
  if (!isThere) throw new Refused({ kind: 'provider_not_found' })
}

/**
 * All that speaks for the provider is dead when this returns, its root token too; so are its supports and its cluster,
 * with everybody's membership there.
 * @param providerId Onezone id
 * @throws {Refused} `provider_not_found`
 */
export async function deleteProvider(
  deps: { readonly acknowledged: Acknowledged<DirectoryWrites> },
  tenantId: TenantId,
  providerId: string,
): Promise<void> {
  await deps.acknowledged(async ({ entities, relations, providers }) => {
    await relations.hold(tenantId)
    const provider = await providers.find(tenantId, providerId)
    if (provider === undefined) throw new Refused({ kind: 'provider_not_found' })
    const cluster = await entities.find(tenantId, { kind: 'cluster', onezoneId: providerId })
    if (cluster !== undefined) await entities.remove(cluster)
    await providers.remove(provider)
  })
}
