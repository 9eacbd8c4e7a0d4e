import type { TenantId } from '../../directory/tenant.ts'
import type { UserId } from '../../directory/user.ts'

/** What the dialect asks of whoever calls. */
export interface SessionFacts {
  readonly tenantId: TenantId
  readonly userId: UserId
  readonly operatorId: string
  readonly kind: 'login' | 'token' | 'bearer'
  readonly sessionId: string
  readonly sessionKey: string
  readonly sdwanTenantId: string
  readonly expiresAtMillis: number | undefined
  readonly isProfileCalled: boolean
  readonly roles: readonly string[]
}
