import type { AccountsWrites, AccountListings, CallerReads, OtherRights } from '../../accounts/ports.ts'
import type { KnownCallersDeps } from '../../accounts/known-callers.ts'
import type { Ambient } from '../../ambient.ts'
import type { Acknowledged, Atomically } from '../../atomically.ts'
import type { KeyRing } from '../../authority/key-ring.ts'
import type { TokenWrites } from '../../authority/ports.ts'
import type { VerifyOpaqueDeps } from '../../authority/verify-opaque.ts'
import type { PasswordDeps } from '../../directory/passwords.ts'
import type { TenantWrites, UserWrites } from '../../directory/ports.ts'
import type { DirectoryWrites } from '../../directory/relation-ports.ts'

/** All that an operation may change in one transaction. */
export interface AstraWrites extends AccountsWrites, DirectoryWrites {
  readonly tenants: TenantWrites
  readonly users: UserWrites
  readonly tokens: TokenWrites
}

/** What the dialect is wired with. */
export interface AstraDeps extends VerifyOpaqueDeps, KnownCallersDeps, PasswordDeps {
  readonly ambient: Ambient
  readonly keyRing: KeyRing
  readonly callers: CallerReads
  readonly otherRights: OtherRights
  readonly accountListings: AccountListings
  readonly atomically: Atomically<AstraWrites>
  readonly acknowledged: Acknowledged<AstraWrites>
  /** Resolves when all that is committed is true on every node. */
  readonly settled: () => Promise<void>
  /** Whether the disk is so full that nothing more should be written. */
  readonly isStoreNearlyFull: () => boolean
}
