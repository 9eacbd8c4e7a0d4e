import type { TenantId } from '../directory/tenant.ts'
import type { UserId } from '../directory/user.ts'
import { compileRights, type Rights } from './evaluation.ts'
import type { RoleReads } from './operator-ports.ts'
import type { CustomRole } from './role.ts'
import type { SystemRole } from './role-names.ts'
import type { SessionVerificationReads } from './session-ports.ts'
import type { Grant } from './session.ts'

/** Who acts in a tenant, and what he may: by his session, or by his password where that is enough. */
export interface OperatorCaller {
  readonly tenantId: TenantId
  readonly userId: UserId
  /** Decimal digits. */
  readonly operatorId: string
  readonly rights: Rights
  /**
   * Whether he has come by his password, or by a token that he made himself. Whoever administers operators makes tokens for
   * any of them: who comes by such a one is not for that what its operator is in other APIs.
   */
  readonly isHimself: boolean
}

/** What a grant comes to, with its custom roles as they are now. */
export interface GrantedRoles {
  readonly roles: readonly SystemRole[]
  readonly customRoles: readonly CustomRole[]
}

export interface OperatorCallerDeps {
  readonly sessionVerification: Pick<SessionVerificationReads, 'findOperator'>
  readonly customRoles: Pick<RoleReads, 'findMany'>
}

/** The operator that a user is, who has shown that it is he. `undefined`: he is none, or is shut out. */
export async function findOperatorCaller(
  { sessionVerification, customRoles }: OperatorCallerDeps,
  userId: UserId,
): Promise<(OperatorCaller & GrantedRoles) | undefined> {
  const operator = await sessionVerification.findOperator(userId)
  if (operator === undefined || operator.isShutOut) return undefined
  const { tenantId, operatorId, grant } = operator
  const granted = await grantedRoles({ customRoles }, tenantId, grant)
  const rights = compileRights(granted.roles, granted.customRoles)
  return { tenantId, userId, operatorId, rights, isHimself: true, ...granted }
}

/** Asks for nothing where there are no custom roles, which is nearly always. */
export async function grantedRoles(
  { customRoles }: Pick<OperatorCallerDeps, 'customRoles'>,
  tenantId: TenantId,
  { roles, customRoleIds }: Grant,
): Promise<GrantedRoles> {
  if (customRoleIds.length === 0) return { roles, customRoles: [] }
  return { roles, customRoles: await customRoles.findMany(tenantId, customRoleIds) }
}
