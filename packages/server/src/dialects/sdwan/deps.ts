import type { Ambient } from '../../ambient.ts'
import type { Acknowledged, Atomically } from '../../atomically.ts'
import type { AccountsWrites } from '../../accounts/ports.ts'
import type { KeyRing } from '../../authority/key-ring.ts'
import type { TokenWrites } from '../../authority/ports.ts'
import type { PasswordDeps } from '../../directory/passwords.ts'
import type { TenantWrites, UserWrites } from '../../directory/ports.ts'
import type { DirectoryWrites } from '../../directory/relation-ports.ts'
import type { SessionTerms } from '../../operators/session-terms.ts'
import type { OperatorsReads, OperatorsWrites } from '../../operators/operator-ports.ts'
import type {
  LoginReads,
  OperatorSessionWrites,
  PasswordHistoryReads,
  SessionReads,
} from '../../operators/session-ports.ts'
import type { VerifySessionDeps } from '../../operators/verify-session.ts'

/** All that an operation may change in one transaction. */
export interface SdwanWrites extends DirectoryWrites, AccountsWrites, OperatorsWrites, OperatorSessionWrites {
  readonly tenants: TenantWrites
  readonly users: UserWrites
  readonly tokens: TokenWrites
}

/** What the dialect is wired with. */
export interface SdwanDeps extends VerifySessionDeps, PasswordDeps, OperatorsReads {
  readonly ambient: Ambient
  readonly customRoles: OperatorsReads['customRoles']
  readonly keyRing: KeyRing
  readonly sessions: SessionReads
  readonly logins: LoginReads
  readonly passwordHistory: PasswordHistoryReads
  readonly sdwan: SessionTerms
  readonly atomically: Atomically<SdwanWrites>
  readonly acknowledged: Acknowledged<SdwanWrites>
  /** Resolves when all that is committed is true on every node. */
  readonly settled: () => Promise<void>
  /** Whether the disk is so full that nothing more should be written. */
  readonly isStoreNearlyFull: () => boolean
}
