import type { UnixSeconds } from '../ambient.ts'
import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import type { SystemRole } from './role-names.ts'

/** A program that gets in by an id and a secret. It is an operator of its own, whom nobody can log in as. */
export interface Client {
  /** Letters and digits only: they are the same in every encoding. */
  readonly clientId: string
  readonly tenantId: TenantId
  readonly userId: UserId
  /** Decimal digits: the operator that it is. */
  readonly operatorId: string
  readonly name: string
  readonly roles: readonly SystemRole[]
  readonly createdAt: UnixSeconds
}

/** Kept apart so that the hash goes nowhere by accident. */
export interface ClientWithSecret extends Client {
  /** See `hashOfText`. */
  readonly secretHash: string
}
