import type { Entity, EntityId, EntityKind, EntityRef, MemberRef } from './entity.ts'
import type { Provider, ProviderChange, ProviderId } from './provider.ts'
import type { TenantId } from './tenant.ts'
import type { UserId } from './user.ts'

/**
 * Who is what to whom, through any depth of groups. Each is one indexed read, whatever the number and the depth of the
 * groups, and says what is committed at that moment. Of an entity or provider that is not there: no, or `undefined`.
 */
export interface RelationReads {
  isEffectiveMember(tenantId: TenantId, userId: UserId, entity: EntityRef): Promise<boolean>
  /** Of an owner of a space all; of others what all paths give together, in ascending order. `undefined`: no member. */
  effectivePrivileges(
    tenantId: TenantId,
    userId: UserId,
    entity: EntityRef,
  ): Promise<readonly string[] | undefined>
  /** An owner of a space holds all. */
  hasPrivilegeIn(tenantId: TenantId, userId: UserId, entity: EntityRef, privilege: string): Promise<boolean>
  isSpaceOwner(tenantId: TenantId, userId: UserId, spaceId: string): Promise<boolean>
  /** Held directly, or by any group that he is an effective member of. */
  hasAdminPrivilege(tenantId: TenantId, userId: UserId, privilege: string): Promise<boolean>
  /** Whether the provider supports any space that he is an effective member of. */
  supportsUser(tenantId: TenantId, providerId: string, userId: UserId): Promise<boolean>
  /** Whether he is a direct member of any group. */
  hasAnyGroup(userId: UserId): Promise<boolean>
}

/** A space with who supports it. */
export interface SupportedSpace {
  readonly onezoneId: string
  readonly name: string
  readonly supports: readonly Support[]
}

export interface Support {
  readonly provider: Provider
  readonly isReadonly: boolean
}

/** Ids are the Onezone API's and lists of them in ascending order, unless said otherwise. */
export interface EntityReads {
  find(tenantId: TenantId, entity: EntityRef): Promise<Entity | undefined>
  list(tenantId: TenantId, kind: EntityKind): Promise<readonly string[]>
  /** Of which he is a member himself. */
  listOfUser(userId: UserId, kind: EntityKind): Promise<readonly string[]>
  /** Of which he is a member himself or through groups. */
  listEffectiveOfUser(userId: UserId, kind: EntityKind): Promise<readonly string[]>
  /** Direct members of that kind. */
  listMembers(tenantId: TenantId, entity: EntityRef, kind: MemberRef['kind']): Promise<readonly string[]>
  /** Everybody who is a member himself or through groups. */
  listEffectiveUsers(tenantId: TenantId, entity: EntityRef): Promise<readonly string[]>
  /** What the direct member holds by that membership alone, in ascending order; `undefined`: no direct member. */
  directPrivileges(
    tenantId: TenantId,
    entity: EntityRef,
    member: MemberRef,
  ): Promise<readonly string[] | undefined>
  listSpaceOwners(tenantId: TenantId, spaceId: string): Promise<readonly string[]>
  /** The admin privileges that a group gives to its effective members, in ascending order. */
  listAdminPrivileges(group: EntityId): Promise<readonly string[]>
  /** All that he holds, directly or through groups, in ascending order. */
  listEffectiveAdminPrivileges(tenantId: TenantId, userId: UserId): Promise<readonly string[]>
  /** Every space that he is an effective member of, by id, with all its supports. */
  listSupportedSpaces(userId: UserId): Promise<readonly SupportedSpace[]>
  /** The providers that support the space. */
  listSupports(tenantId: TenantId, spaceId: string): Promise<readonly Support[]>
  /**
   * Whether the provider supports the space, any space that the harvester collects from, or any that the group is an
   * effective member of; entities of other kinds none.
   */
  isSupportedBy(entity: Entity, provider: ProviderId): Promise<boolean>
  /** The harvesters that collect from the space. */
  listHarvestersOfSpace(tenantId: TenantId, spaceId: string): Promise<readonly string[]>
  /** The spaces that the harvester collects from. */
  listSpacesOfHarvester(tenantId: TenantId, harvesterId: string): Promise<readonly string[]>
}

/**
 * What groups are themselves: members of other entities, as users are. Each walks the groups above or below, so these are
 * for showing, not for verdicts. Lists as of {@link EntityReads}.
 */
export interface GroupReads {
  /** Of which the group is a member itself. */
  listOfGroup(group: EntityId, kind: EntityKind): Promise<readonly string[]>
  /** Of which the group is a member itself or through its parents. */
  listEffectiveOfGroup(group: EntityId, kind: EntityKind): Promise<readonly string[]>
  /** Every group that is a member itself or through others. */
  listEffectiveGroups(entity: EntityId): Promise<readonly string[]>
  /** What its members get in the entity because of it, by all paths, in ascending order; `undefined`: no member. */
  effectivePrivilegesOfGroup(entity: Entity, groupId: string): Promise<readonly string[] | undefined>
  /** The admin privileges that a group and its effective parents give, in ascending order. */
  listEffectiveAdminPrivilegesOfGroup(group: EntityId): Promise<readonly string[]>
}

export interface ProviderReads {
  find(tenantId: TenantId, onezoneId: string): Promise<Provider | undefined>
  findById(id: ProviderId): Promise<Provider | undefined>
  /** Onezone ids, ascending. */
  list(tenantId: TenantId): Promise<readonly string[]>
}

/** A direct member of an entity, by canonical ids. */
export type Member =
  | { readonly kind: 'user'; readonly id: UserId }
  | { readonly kind: 'group'; readonly id: EntityId }

export interface Membership {
  /** In ascending order. */
  readonly privileges: readonly string[]
  /** Of a space, and only users: whoever owns it holds every privilege there, whatever else he was given. */
  readonly isOwner: boolean
}

/** What is another than before; at least one. */
export type EntityChange = { readonly [Key in 'name' | 'type' | 'endpoint']?: string }

/**
 * Entities inside one transaction. The finders see what the transaction has done, and after `RelationWrites.hold` also
 * what they say stays so until its end.
 */
export interface EntityWrites {
  find(tenantId: TenantId, entity: EntityRef): Promise<Entity | undefined>
  findMember(tenantId: TenantId, member: MemberRef): Promise<Member | undefined>
  isUserThere(id: UserId): Promise<boolean>
  /** @throws {Refused} `id_taken` */
  insert(entity: Entity): Promise<void>
  /** @returns whether it was there. No change row: a name decides nothing. */
  update(entity: EntityId, change: EntityChange): Promise<boolean>
  /** With all its relations, and what others were through it. Change: `membership`. */
  remove(entity: Entity): Promise<void>
  /** A group's own. Nothing stands in both lists. Change: `privilege`, when any is another than before. */
  changeAdminPrivileges(group: Entity, grant: readonly string[], revoke: readonly string[]): Promise<void>
}

/**
 * Memberships inside one transaction. Each write leaves every effective relation as it then is; change: `membership`.
 * Calls for `hold` before anything else of the transaction that has to do with entities.
 */
export interface RelationWrites {
  /** Lets one transaction of the tenant at a time change relations, until it ends. */
  hold(tenantId: TenantId): Promise<void>
  findMembership(entity: Entity, member: Member): Promise<Membership | undefined>
  /** Whether the group is that one, or an effective child of it: as its parent it would close a circle. */
  isWithin(group: EntityId, ancestor: EntityId): Promise<boolean>
  /** Not a member so far, nor within it the other way round. */
  add(entity: Entity, member: Member, membership: Membership): Promise<void>
  /** A member already. */
  change(entity: Entity, member: Member, membership: Membership): Promise<void>
  /** @returns whether he was one */
  remove(entity: Entity, member: Member): Promise<boolean>
  /** Onezone ids do not matter here: canonical ones, in no order. */
  listOwners(space: EntityId): Promise<readonly UserId[]>
  /** Whether anybody is an effective member, apart from that user. */
  hasOtherUsers(entity: EntityId, userId: UserId): Promise<boolean>
  isEffectiveMember(entity: EntityId, userId: UserId): Promise<boolean>
}

/** Spaces and who serves them, inside one transaction. Change: `support`, when anything is another than before. */
export interface SupportWrites {
  set(space: Entity, provider: Provider, isReadonly: boolean): Promise<void>
  /** @returns whether there was one */
  remove(space: Entity, provider: Provider): Promise<boolean>
  /** @returns `false`: the harvester collected from the space already */
  addHarvester(space: Entity, harvester: Entity): Promise<boolean>
  /** @returns whether it did */
  removeHarvester(space: Entity, harvester: Entity): Promise<boolean>
}

export interface ProviderWrites {
  find(tenantId: TenantId, onezoneId: string): Promise<Provider | undefined>
  /** @throws {Refused} `id_taken` */
  insert(provider: Provider): Promise<void>
  /** @returns whether it was there. No change row: none of it decides anything. */
  update(id: ProviderId, change: ProviderChange): Promise<boolean>
  /** With its supports; all its tokens are dead at once. Its cluster is for the caller to remove. Change: `subject`. */
  remove(provider: Provider): Promise<void>
}

/** The ports that change the directory of entities in one transaction. */
export interface DirectoryWrites {
  readonly entities: EntityWrites
  readonly relations: RelationWrites
  readonly supports: SupportWrites
  readonly providers: ProviderWrites
}
