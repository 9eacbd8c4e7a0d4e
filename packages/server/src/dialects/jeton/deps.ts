import type { Ambient } from '../../ambient.ts'
import type { Acknowledged, Atomically } from '../../atomically.ts'
import type { AccountsWrites, CallerReads } from '../../accounts/ports.ts'
import type { IssueDeps } from '../../authority/issue.ts'
import type { KeyRing } from '../../authority/key-ring.ts'
import type { TokenReads, TokenWrites, UsageReads } from '../../authority/ports.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import type { PasswordHashing } from '../../directory/password-hashing.ts'
import type { PasswordDeps } from '../../directory/passwords.ts'
import type { TenantReads, TenantWrites, UserReads, UserWrites } from '../../directory/ports.ts'
import type { DirectoryWrites, RelationReads } from '../../directory/relation-ports.ts'
import type { UserDeps } from '../../directory/users.ts'
import type { AuthTokenDeps } from '../../operators/auth-tokens.ts'
import type { ClientDeps } from '../../operators/clients.ts'
import type { OperatorCallerDeps } from '../../operators/operator-caller.ts'
import type { OperatorReads, OperatorsWrites, SettingsReads } from '../../operators/operator-ports.ts'
import type { GiveResetTokenDeps } from '../../operators/password-resets.ts'
import type { OperatorSessionWrites } from '../../operators/session-ports.ts'
import type { SessionTerms } from '../../operators/session-terms.ts'

/**
 * Whether this node can judge tokens now. A sentence on each thing that is not as it should be, without internals: why
 * it cannot, or why it has to read the store for each verdict.
 */
export type Readiness =
  | { readonly isReady: true; readonly reasons?: readonly string[] }
  | { readonly isReady: false; readonly reasons: readonly string[] }

/** All that a call may change in one transaction. */
export interface JetonWrites extends DirectoryWrites, AccountsWrites, OperatorsWrites, OperatorSessionWrites {
  readonly tenants: TenantWrites
  readonly users: UserWrites
  readonly tokens: TokenWrites
}

/** What the dialect is wired with. */
export interface JetonDeps
  extends PasswordDeps,
    UserDeps,
    IssueDeps,
    AuthTokenDeps,
    ClientDeps,
    GiveResetTokenDeps,
    OperatorCallerDeps {
  readonly ambient: Ambient
  readonly users: UserReads
  readonly relations: RelationReads
  readonly tenants: TenantReads
  readonly callers: CallerReads
  readonly passwordHashing: PasswordHashing
  readonly atomically: Atomically<JetonWrites>
  readonly acknowledged: Acknowledged<JetonWrites>
  /** Whether the disk is so full that nothing new should be written. */
  readonly isStoreNearlyFull: () => boolean
  readonly readiness: () => Promise<Readiness>
  readonly tokens: Pick<TokenReads, 'find'>
  readonly usage: UsageReads
  readonly keyRing: KeyRing
  readonly operators: OperatorReads
  readonly tenantSettings: SettingsReads
  readonly sdwan: SessionTerms
  /** `undefined` where there can be no second node. */
  readonly cluster: Pick<Cluster, 'status' | 'members'> | undefined
  /** The page that Prometheus reads. */
  readonly metrics: () => Promise<string>
}
