import type { UnixSeconds } from '../ambient.ts'
import type { Creator, Entity, EntityId } from '../directory/entity.ts'
import type { Provider, ProviderId } from '../directory/provider.ts'
import type { TenantId } from '../directory/tenant.ts'
import { creatorKindCode, creatorKindOf, entityKindCode, entityKindOf } from './entity-codes.ts'
import { flag } from './rows.ts'
import type { EntityRow, ProviderRow } from './schema.ts'

// Every brand given in this file is safe for one reason: only the functions below write these columns, and they take
// the branded value.

export function entityFromRow(row: EntityRow): Entity {
  return {
    id: row.id as EntityId,
    tenantId: row.tenant_id as TenantId,
    kind: entityKindOf(row.kind),
    onezoneId: row.onezone_id,
    name: row.name,
    type: row.type ?? undefined,
    endpoint: row.endpoint ?? undefined,
    creator: creatorFromRow(row),
    createdAt: row.created_at as UnixSeconds,
    isProtected: row.is_protected === 1,
  }
}

export function entityRow(entity: Entity): EntityRow {
  const { creator } = entity
  return {
    id: entity.id,
    tenant_id: entity.tenantId,
    kind: entityKindCode(entity.kind),
    onezone_id: entity.onezoneId,
    name: entity.name,
    type: entity.type ?? null,
    endpoint: entity.endpoint ?? null,
    creator_kind: creatorKindCode(creator.kind),
    creator_id: 'onezoneId' in creator ? creator.onezoneId : null,
    created_at: entity.createdAt,
    is_protected: flag(entity.isProtected),
  }
}

export function providerFromRow(row: ProviderRow): Provider {
  return {
    id: row.id as ProviderId,
    tenantId: row.tenant_id as TenantId,
    onezoneId: row.onezone_id,
    name: row.name,
    domain: row.domain,
    subdomain: row.subdomain ?? undefined,
    adminEmail: row.admin_email,
    latitude: row.latitude,
    longitude: row.longitude,
    createdAt: row.created_at as UnixSeconds,
  }
}

export function providerRow(provider: Provider): ProviderRow {
  return {
    id: provider.id,
    tenant_id: provider.tenantId,
    onezone_id: provider.onezoneId,
    name: provider.name,
    domain: provider.domain,
    subdomain: provider.subdomain ?? null,
    admin_email: provider.adminEmail,
    latitude: provider.latitude,
    longitude: provider.longitude,
    created_at: provider.createdAt,
  }
}

function creatorFromRow({ creator_kind, creator_id }: EntityRow): Creator {
  const kind = creatorKindOf(creator_kind)
  if (kind === 'nobody' || kind === 'root') return { kind }
  if (creator_id === null) throw new Error(`a creator of kind ${kind} has no id in the store`)
  return { kind, onezoneId: creator_id }
}
