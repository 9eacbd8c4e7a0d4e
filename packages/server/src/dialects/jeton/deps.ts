import type { Ambient } from '../../ambient.ts'
import type { Atomically } from '../../atomically.ts'
import type { TokenReads, UsageReads } from '../../authority/ports.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import type { PasswordHashing } from '../../directory/password-hashing.ts'
import type { PasswordDeps } from '../../directory/passwords.ts'
import type { TenantReads, UserReads, UserWrites } from '../../directory/ports.ts'
import type { UserDeps } from '../../directory/users.ts'

/**
 * Whether this node can judge tokens now. A sentence on each thing that is not as it should be, without internals: why
 * it cannot, or why it has to read the store for each verdict.
 */
export type Readiness =
  | { readonly isReady: true; readonly reasons?: readonly string[] }
  | { readonly isReady: false; readonly reasons: readonly string[] }

/** What the dialect is wired with. */
export interface JetonDeps extends PasswordDeps, UserDeps {
  readonly ambient: Ambient
  readonly users: UserReads
  readonly tenants: TenantReads
  readonly passwordHashing: PasswordHashing
  readonly atomically: Atomically<{ readonly users: UserWrites }>
  /** Whether the disk is so full that nothing new should be written. */
  readonly isStoreNearlyFull: () => boolean
  readonly readiness: () => Promise<Readiness>
  readonly tokens: Pick<TokenReads, 'find'>
  readonly usage: UsageReads
  /** `undefined` where there can be no second node. */
  readonly cluster: Pick<Cluster, 'status' | 'members'> | undefined
  /** The page that Prometheus reads. */
  readonly metrics: () => Promise<string>
}
