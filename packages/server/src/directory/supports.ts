import type { Acknowledged, Atomically } from '../atomically.ts'
import { Refused, type RelationEnd } from '../failure.ts'
import { findEntityIn } from './entities.ts'
import type { Entity } from './entity.ts'
import type { Provider } from './provider.ts'
import type { DirectoryWrites } from './relation-ports.ts'
import type { TenantId } from './tenant.ts'

type SupportPorts = Pick<DirectoryWrites, 'entities' | 'relations' | 'supports' | 'providers'>

export interface SupportDeps {
  readonly atomically: Atomically<SupportPorts>
  readonly acknowledged: Acknowledged<SupportPorts>
}

/**
 * Records that a provider keeps data of a space, or that it does so in another way than before.
 * @param spaceId Onezone id @param providerId Onezone id
 * @throws {Refused} `entity_not_found`, `related_not_found`
 */
export async function setSupport(
  deps: Pick<SupportDeps, 'atomically'>,
  tenantId: TenantId,
  spaceId: string,
  providerId: string,
  isReadonly: boolean,
): Promise<void> {
  await deps.atomically(async (writes) => {
    const { space, provider } = await holdBoth(writes, tenantId, spaceId, providerId)
    if (provider === undefined) throw new Refused({ kind: 'related_not_found', related: 'provider' })
    await writes.supports.set(space, provider, isReadonly)
  })
}

/**
 * No token of the space's members is good for that provider any more when this returns, unless it supports another
 * space of theirs.
 * @throws {Refused} `entity_not_found`, `relation_not_found`
 */
export async function removeSupport(
  deps: Pick<SupportDeps, 'acknowledged'>,
  tenantId: TenantId,
  spaceId: string,
  providerId: string,
): Promise<void> {
  await deps.acknowledged(async (writes) => {
    const { space, provider } = await holdBoth(writes, tenantId, spaceId, providerId)
    if (provider !== undefined && (await writes.supports.remove(space, provider))) return
    const child: RelationEnd = { kind: 'space', onezoneId: spaceId }
    const parent: RelationEnd = { kind: 'provider', onezoneId: providerId }
    throw new Refused({ kind: 'relation_not_found', child, parent })
  })
}

/**
 * Lets a harvester collect from a space, inside a transaction such as that which counts the use of an invite.
 * @param harvesterId Onezone id @param spaceId Onezone id
 * @throws {Refused} `entity_not_found`, `relation_exists`
 */
export async function addHarvesterIn(
  writes: Pick<DirectoryWrites, 'entities' | 'relations' | 'supports'>,
  tenantId: TenantId,
  harvesterId: string,
  spaceId: string,
): Promise<void> {
  await writes.relations.hold(tenantId)
  const harvester = await findEntityIn(writes, tenantId, { kind: 'harvester', onezoneId: harvesterId })
  const space = await findEntityIn(writes, tenantId, { kind: 'space', onezoneId: spaceId })
  if (await writes.supports.addHarvester(space, harvester)) return
  // The harvester is the child, whichever of the two was invited.
  throw new Refused({
    kind: 'relation_exists',
    child: { kind: 'harvester', onezoneId: harvesterId },
    parent: { kind: 'space', onezoneId: spaceId },
  })
}

/** The same for itself alone. */
export async function addHarvester(
  deps: Pick<SupportDeps, 'atomically'>,
  tenantId: TenantId,
  harvesterId: string,
  spaceId: string,
): Promise<void> {
  await deps.atomically((writes) => addHarvesterIn(writes, tenantId, harvesterId, spaceId))
}

/** @param harvesterId Onezone id @param spaceId Onezone id @throws {Refused} `entity_not_found`, `relation_not_found` */
export async function removeHarvester(
  deps: Pick<SupportDeps, 'atomically'>,
  tenantId: TenantId,
  harvesterId: string,
  spaceId: string,
): Promise<void> {
  await deps.atomically(async (writes) => {
    await writes.relations.hold(tenantId)
    const child = { kind: 'harvester', onezoneId: harvesterId } as const
    const parent = { kind: 'space', onezoneId: spaceId } as const
    const harvester = await findEntityIn(writes, tenantId, child)
    const space = await findEntityIn(writes, tenantId, parent)
    if (await writes.supports.removeHarvester(space, harvester)) return
    throw new Refused({ kind: 'relation_not_found', child, parent })
  })
}

async function holdBoth(
  { entities, relations, providers }: SupportPorts,
  tenantId: TenantId,
  spaceId: string,
  providerId: string,
): Promise<{ readonly space: Entity; readonly provider: Provider | undefined }> {
  await relations.hold(tenantId)
  return {
    space: await findEntityIn({ entities }, tenantId, { kind: 'space', onezoneId: spaceId }),
    provider: await providers.find(tenantId, providerId),
  }
}
