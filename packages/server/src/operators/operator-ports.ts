import type { TenantId } from '../directory/tenant.ts'
import type { User, UserId } from '../directory/user.ts'
import type { Operator } from './operator.ts'
import type { CustomPermission } from './permission.ts'
import type { CustomRole, CustomRoleRef } from './role.ts'
import type { TenantSettings } from './tenant-settings.ts'

export interface OperatorReads {
  /** In the order of their making, at most so many of those that come after one of them. */
  page(tenantId: TenantId, after: Operator | undefined, limit: number): Promise<readonly Operator[]>
  find(tenantId: TenantId, operatorId: string): Promise<Operator | undefined>
  /** `undefined`: the user is none. */
  findOf(userId: UserId): Promise<Operator | undefined>
  /** Whether the tenant has anybody who may do everything, and is not kept from it. */
  hasSuper(tenantId: TenantId): Promise<boolean>
  /** The tenants that have nobody of that kind, but a user who gets in and holds that admin privilege of the Onezone himself. */
  listWithoutSuper(privilege: string): Promise<readonly TenantId[]>
  /** Whether a user may by other APIs what the other one may not. @param than `undefined`: anything at all */
  mayMoreElsewhere(userId: UserId, than: UserId | undefined): Promise<boolean>
}

export interface RoleReads {
  /** In the order of their making. */
  list(tenantId: TenantId): Promise<readonly CustomRole[]>
  find(tenantId: TenantId, id: string): Promise<CustomRole | undefined>
  /** In the order of the ids; those that are not there are left out. */
  findMany(tenantId: TenantId, ids: readonly string[]): Promise<readonly CustomRole[]>
}

export interface PermissionReads {
  /** In the order of their making. */
  list(tenantId: TenantId): Promise<readonly CustomPermission[]>
  find(tenantId: TenantId, id: string): Promise<CustomPermission | undefined>
}

export interface SettingsReads {
  /** What nobody has set is as it is by default. `undefined`: there is no such tenant. */
  find(tenantId: TenantId): Promise<TenantSettings | undefined>
}

// Writes inside one transaction. What is found stays as it is until the transaction ends. Changes of what verdicts hang on
// are recorded in the same transaction, but none when it is left as it was.

export interface OperatorWrites {
  /** Lets one transaction of the tenant at a time change who may do what, until it ends. Called before anything else of it. */
  hold(tenantId: TenantId): Promise<void>
  find(tenantId: TenantId, operatorId: string): Promise<Operator | undefined>
  findOf(userId: UserId): Promise<Operator | undefined>
  /** Of a user who is there. Change: `role`. @throws {Refused} `id_taken` when he is one already; `email_taken` */
  insert(operator: Operator): Promise<void>
  /**
   * Not what logging in writes. Changes: `role` for other roles, `subject` when he gets in now or does not any more, or
   * from elsewhere.
   * @throws {Refused} `email_taken`
   */
  update(operator: Operator): Promise<void>
  /** Lets him log in again. */
  unlock(userId: UserId): Promise<void>
  /** Whether anybody but that operator may do everything, and is not kept from it. */
  hasOtherSuper(tenantId: TenantId, userId: UserId | undefined): Promise<boolean>
  /** Who holds that admin privilege of the Onezone himself. */
  listHolders(tenantId: TenantId, privilege: string): Promise<readonly User[]>
}

export interface RoleWrites {
  find(tenantId: TenantId, id: string): Promise<CustomRole | undefined>
  /** Each by its id or else its name, in their order; `undefined` in the place of what is not there. */
  resolve(tenantId: TenantId, refs: readonly CustomRoleRef[]): Promise<readonly (CustomRole | undefined)[]>
  /** @throws {Refused} `name_taken`, `id_taken` */
  insert(role: CustomRole): Promise<void>
  /** Change: `role` {@link CUSTOM_ROLES_KEY}. @throws {Refused} `name_taken` */
  update(role: CustomRole): Promise<void>
  /** Change: `role` {@link CUSTOM_ROLES_KEY}. */
  remove(role: CustomRole): Promise<void>
  /** Whether an operator has it, or a token that is alive. */
  isHeld(role: CustomRole, nowMillis: number): Promise<boolean>
}

export interface PermissionWrites {
  find(tenantId: TenantId, id: string): Promise<CustomPermission | undefined>
  /** @throws {Refused} `id_taken` */
  insert(permission: CustomPermission): Promise<void>
  /** Change: `role` {@link CUSTOM_ROLES_KEY}. */
  update(permission: CustomPermission): Promise<void>
  remove(permission: CustomPermission): Promise<void>
  /** The custom roles that it is in. */
  listHolders(permission: CustomPermission): Promise<readonly CustomRole[]>
}

export interface SettingsWrites {
  find(tenantId: TenantId): Promise<TenantSettings | undefined>
  /** Change: `tenant`. */
  update(settings: TenantSettings): Promise<void>
}

/** The key of a `role` change that can concern any operator and token of the tenant. Otherwise it is the user's canonical id. */
export const CUSTOM_ROLES_KEY = 'custom'

/** The ports that change operators and what they may in one transaction. */
export interface OperatorsWrites {
  readonly operators: OperatorWrites
  readonly customRoles: RoleWrites
  readonly customPermissions: PermissionWrites
  readonly tenantSettings: SettingsWrites
}

/** Their reads, which see what is committed. */
export interface OperatorsReads {
  readonly operators: OperatorReads
  readonly customRoles: RoleReads
  readonly customPermissions: PermissionReads
  readonly tenantSettings: SettingsReads
}
