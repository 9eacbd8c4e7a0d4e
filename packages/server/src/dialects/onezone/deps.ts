import type { Ambient } from '../../ambient.ts'
import type { Acknowledged, Atomically } from '../../atomically.ts'
import type { ChangeDeps } from '../../authority/change.ts'
import type { ConfineDeps } from '../../authority/confine.ts'
import type { IssueDeps } from '../../authority/issue.ts'
import type { ListDeps } from '../../authority/list.ts'
import type { TokenWrites } from '../../authority/ports.ts'
import type { RevokeDeps } from '../../authority/revoke.ts'
import type { VerifyDeps } from '../../authority/verify.ts'
import type { PasswordDeps } from '../../directory/passwords.ts'
import type { UserWrites } from '../../directory/ports.ts'
import type { DirectoryWrites, GroupReads } from '../../directory/relation-ports.ts'
import type { Tenant } from '../../directory/tenant.ts'
import type { UserDeps } from '../../directory/users.ts'

/** All that an operation of the Onezone may change in one transaction. */
export interface OnezoneWrites extends DirectoryWrites {
  readonly tokens: TokenWrites
  readonly users: UserWrites
}

/** What the Onezone dialect is wired with. */
export interface OnezoneDeps
  extends VerifyDeps,
    IssueDeps,
    ListDeps,
    ChangeDeps,
    RevokeDeps,
    ConfineDeps,
    PasswordDeps,
    UserDeps {
  readonly atomically: Atomically<OnezoneWrites>
  readonly acknowledged: Acknowledged<OnezoneWrites>
  readonly groups: GroupReads
  readonly ambient: Ambient
  /** The tenant whose Onezone domain is the host, else the default one. @param host lower case, without port */
  readonly tenantAt: (host: string) => Tenant | Promise<Tenant>
  /** Whether passwords are taken here at all; each user's own permission comes on top. */
  readonly isBasicAuthEnabled: boolean
  /** Whether the disk is so full that nothing more should be written. */
  readonly isStoreNearlyFull: () => boolean
  /** Of this program; shown as the build in `/configuration`. */
  readonly version: string
}
