import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import type { AccountState } from './account.ts'
import type { UserState } from './account-user.ts'
import type { Role } from './role.ts'

/** All that decides what a user may do, but for what is asked of him. */
export interface CallerFacts {
  readonly tenantId: TenantId
  readonly account: {
    readonly id: string
    readonly state: AccountState
    readonly isEnabled: boolean
    /** The default tenant's. Its owners administer the installation. */
    readonly isDefault: boolean
  }
  readonly userId: UserId
  readonly userUuid: string
  readonly state: UserState
  readonly isEnabled: boolean
  /** The highest of his own bindings and those of his groups; `undefined`: he has none and may do nothing. */
  readonly role: Role | undefined
}

/** Who acts in an account, and as what: of its own users their role, of who administers the installation `owner`. */
export interface Caller {
  readonly uuid: string
  readonly role: Role | undefined
}

/** Whether he may make accounts, open and shut them, and act in one as long as it has no owner. */
export function isInstallationAdministrator({ account, role }: CallerFacts): boolean {
  return account.isDefault && role === 'owner'
}
