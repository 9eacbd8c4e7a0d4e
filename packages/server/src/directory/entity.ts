import type { UnixSeconds } from '../ambient.ts'
import type { TenantId } from './tenant.ts'

declare const brand: unique symbol

/** What users and groups can be members of, with privileges there. */
export type EntityKind = 'group' | 'space' | 'cluster' | 'harvester' | 'atm_inventory'

export const ENTITY_KINDS: readonly EntityKind[] = ['group', 'space', 'cluster', 'harvester', 'atm_inventory']

/** An entity's canonical id: a random positive integer below 2^48. Never reused for another entity. */
export type EntityId = number & { readonly [brand]: 'EntityId' }

/** An entity of a tenant, as the Onezone API names it. */
export interface EntityRef {
  readonly kind: EntityKind
  readonly onezoneId: string
}

/** Who is a member, as the Onezone API names him. A group is an entity and can be a member of others. */
export interface MemberRef {
  readonly kind: 'user' | 'group'
  readonly onezoneId: string
}

export interface Entity extends EntityRef {
  readonly id: EntityId
  readonly tenantId: TenantId
  /** Unique nowhere. */
  readonly name: string
  /** Of a group one of {@link GROUP_TYPES}, of a cluster `onezone` or `oneprovider`, of a harvester its backend's. */
  readonly type: string | undefined
  /** Of a harvester: where its backend is. */
  readonly endpoint: string | undefined
  readonly creator: Creator
  readonly createdAt: UnixSeconds
  /** Never deleted: this program makes it anew at every start. */
  readonly isProtected: boolean
}

/** Who made an entity. He may be gone since; his id stays. `root`: this program itself. */
export type Creator =
  | { readonly kind: 'user' | 'provider'; readonly onezoneId: string }
  | { readonly kind: 'nobody' | 'root' }

/** @param userId Onezone id */
export function isCreatedBy({ creator }: Pick<Entity, 'creator'>, userId: string): boolean {
  return creator.kind === 'user' && creator.onezoneId === userId
}

export const GROUP_TYPES = ['organization', 'unit', 'team', 'role_holders'] as const
export const DEFAULT_GROUP_TYPE = 'team'

/** The cluster of the zone itself; every tenant has one. */
export const ZONE_CLUSTER_ID = 'onezone'
