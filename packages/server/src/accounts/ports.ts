import type { SealedSecret } from '../authority/key-ring.ts'
import type { TokenId } from '../authority/named-token.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import type { Account } from './account.ts'
import type { AccountCredential } from './account-credential.ts'
import type { AccountGroup } from './account-group.ts'
import type { AccountToken } from './account-token.ts'
import type { AccountUser } from './account-user.ts'
import type { CallerFacts } from './caller.ts'
import type { Listing } from './listing.ts'
import type { Role } from './role.ts'
import type { Principal, RoleBinding } from './role-binding.ts'

/** Which items of a tenant; whoever asks knows that the user or group that he names is there. Ids are uuids. */
export interface TenantScope {
  readonly tenantId: TenantId
}

/** `undefined`: every tenant's. */
export interface AccountScope {
  readonly tenantId: TenantId | undefined
}

export interface UserScope extends TenantScope {
  /** Only members of that group. */
  readonly groupId?: string | undefined
}

export interface GroupScope extends TenantScope {
  /** Only groups that he is a member of. */
  readonly userUuid?: string | undefined
}

export interface RoleBindingScope extends TenantScope {
  /** Only what is bound to it itself. */
  readonly principal?: Principal | undefined
}

export interface TokenScope extends TenantScope {
  readonly userId: UserId
}

type CommonField = 'id' | 'createdAt' | 'modifiedAt' | 'createdBy' | 'modifiedBy'

export type AccountField = CommonField | 'name' | 'state' | 'isEnabled' | 'enabledAt'

export type AccountUserField =
  | CommonField
  | 'email'
  | 'firstName'
  | 'lastName'
  | 'companyName'
  | 'phone'
  | 'authProvider'
  | 'authId'
  | 'sendsWelcomeEmail'
  | 'state'
  | 'isEnabled'
  | 'enabledAt'

export type AccountGroupField = CommonField | 'name' | 'authId'

export type RoleBindingField = CommonField | 'userId' | 'groupId' | 'role' | 'principalType'

export type CredentialField = CommonField | 'name' | 'keyType' | 'isValid' | 'validFrom' | 'validUntil'

export type AccountTokenField = 'id' | 'createdAt' | 'name'

/**
 * What can be listed of accounts. Each field can be compared and ordered by. Flags compare as `true` and `false`, what is
 * absent as the empty text or 0; the unused id of a binding as the nil UUID. Orders by `createdAt`, `id` and `name`, and
 * of users by `email`, are answered from an index.
 */
export interface AccountListings {
  readonly accounts: Listing<AccountScope, AccountField, Account>
  readonly users: Listing<UserScope, AccountUserField, AccountUser>
  readonly groups: Listing<GroupScope, AccountGroupField, AccountGroup>
  readonly roleBindings: Listing<RoleBindingScope, RoleBindingField, RoleBinding>
  readonly credentials: Listing<TenantScope, CredentialField, AccountCredential>
  readonly tokens: Listing<TokenScope, AccountTokenField, AccountToken>
}

export interface CallerReads {
  /** One round trip. Changes that make it another one: `subject` and `role` of the user, `role` {@link GROUPS_KEY}, `tenant`. */
  findCaller(userId: UserId): Promise<CallerFacts | undefined>
  /** Whether anybody is bound to the account as its owner. */
  hasOwner(tenantId: TenantId): Promise<boolean>
}

/** What users may by the other APIs, as far as that is asked about in an account. */
export interface OtherRights {
  /** Whether a user may by any of them what the other one may not. Both by their uuids. */
  mayMoreOutside(userUuid: string, thanUuid: string): Promise<boolean>
}

/** The key of a `role` change that can concern any user of the tenant. Otherwise it is the canonical id of the one. */
export const GROUPS_KEY = 'groups'

// Writes inside one transaction. What is found stays as it is until the transaction ends. Changes of what verdicts hang on
// are recorded in the same transaction, but none when it is left as it was.

export interface AccountWrites {
  find(tenantId: TenantId): Promise<Account | undefined>
  /** Change: `tenant`, when its state is another one. */
  update(account: Account): Promise<void>
}

export interface AccountUserWrites {
  find(tenantId: TenantId, uuid: string): Promise<AccountUser | undefined>
  /** Change: `subject`, when he gets in now or does not any more. @throws {Refused} `email_taken` */
  update(user: AccountUser): Promise<void>
  /** By any of his bindings and those of his groups. */
  roleOf(user: AccountUser): Promise<Role | undefined>
  /** Who holds that admin privilege of the Onezone himself. */
  listHolders(tenantId: TenantId, privilege: string): Promise<readonly AccountUser[]>
}

export interface AccountGroupWrites {
  find(tenantId: TenantId, id: string): Promise<AccountGroup | undefined>
  /** @throws {Refused} `id_taken`; `entry_conflict` when the account has the distinguished name already */
  insert(group: AccountGroup): Promise<void>
  /** @throws {Refused} `entry_conflict` */
  update(group: AccountGroup): Promise<void>
  /** With its bindings and memberships; its members stay. Change: `role`. */
  remove(group: AccountGroup): Promise<void>
  /** Change: `role`. Idempotent. */
  addMember(group: AccountGroup, user: AccountUser): Promise<void>
  isMember(group: AccountGroup, user: AccountUser): Promise<boolean>
}

export interface RoleBindingWrites {
  /** Lets one transaction of the tenant at a time change bindings, until it ends. Called before anything else of it. */
  hold(tenantId: TenantId): Promise<void>
  find(tenantId: TenantId, id: string): Promise<RoleBinding | undefined>
  /** That user's or group's own. */
  findOf(tenantId: TenantId, principal: Principal): Promise<RoleBinding | undefined>
  /** Change: `role`. @throws {Refused} `id_taken`; `entry_conflict` when the principal is bound already */
  insert(binding: RoleBinding): Promise<void>
  /** Its principal stays. Change: `role`, when the role is another one. */
  update(binding: RoleBinding): Promise<void>
  /** Change: `role`. */
  remove(binding: RoleBinding): Promise<void>
  /** Whether any binding but that one makes an owner. */
  hasOtherOwner(tenantId: TenantId, id: string): Promise<boolean>
}

export interface CredentialWrites {
  find(tenantId: TenantId, id: string): Promise<AccountCredential | undefined>
  /** Of a token: the token is there already. @throws {Refused} `id_taken`; `entry_conflict` for a user's second password */
  insert(credential: AccountCredential, secret: SealedSecret | undefined): Promise<void>
  /** @param secret `undefined`: the one that there is stays */
  update(credential: AccountCredential, secret: SealedSecret | undefined): Promise<void>
  /** What it is a side of stays, and is for the caller to remove. */
  remove(credential: AccountCredential): Promise<void>
}

export interface AccountTokenWrites {
  find(tenantId: TenantId, id: TokenId): Promise<AccountToken | undefined>
  /** Its name and metadata. Nothing that a verdict hangs on: no change row. */
  update(token: AccountToken): Promise<void>
}

/** The ports that change accounts in one transaction. */
export interface AccountsWrites {
  readonly accounts: AccountWrites
  readonly accountUsers: AccountUserWrites
  readonly accountGroups: AccountGroupWrites
  readonly roleBindings: RoleBindingWrites
  readonly credentials: CredentialWrites
  readonly accountTokens: AccountTokenWrites
}
