import type { User } from '../../directory/user.ts'
import { Refused } from '../../failure.ts'
import type { GrantedRoles, OperatorCaller } from '../../operators/operator-caller.ts'
import { checkMayGive, makeOperatorIn } from '../../operators/operator-grants.ts'
import { findPasswordCaller } from '../../operators/password-caller.ts'
import { checkPasswordPolicy } from '../../operators/password-policy.ts'
import type { SystemRole } from '../../operators/role-names.ts'
import { administersOperators } from '../../operators/session-subjects.ts'
import { getSettings } from '../../operators/settings.ts'
import type { JetonDeps, JetonWrites } from './deps.ts'
import type { Asked } from './route.ts'
import type { NewUserBody } from './schema.ts'

/** Who calls, and whence. */
type By = Pick<Asked<User>, 'call' | 'caller'>

/**
 * What makes a new user an operator of the SD-WAN API with these roles. As with accounts, nobody makes one who may do more
 * there than he may himself; and his password is one that the tenant takes of operators.
 * @throws {Refused} `forbidden`, `operator_rule`, `password_unfit`
 */
export async function operatorGrant(
  deps: JetonDeps,
  by: By,
  roles: readonly SystemRole[],
  newcomer: Omit<NewUserBody, 'roles'>,
): Promise<(ports: JetonWrites, user: User) => Promise<void>> {
  if (roles.length === 0) return async () => undefined
  const operator = await operatorMaker(deps, by)
  checkMayGive(operator, roles, [], deps.ambient.nowMillis())
  const { passwordPolicy } = await getSettings(deps, operator.tenantId)
  checkPasswordPolicy(passwordPolicy, newcomer.password, newcomer)
  return async (ports, user) => {
    await makeOperatorIn(ports, deps.ambient, user, { roles })
  }
}

/** The caller as an operator who may make others. @throws {Refused} `forbidden` */
export async function operatorMaker(deps: JetonDeps, by: By): Promise<OperatorCaller> {
  const operator = await operatorOf(deps, by)
  if (!administersOperators(deps, operator)) throw new Refused({ kind: 'forbidden' })
  return operator
}

/** What the caller is in the SD-WAN API. @throws {Refused} `forbidden`: nothing, or he would not get in there */
export async function operatorOf(
  deps: JetonDeps,
  { call, caller }: By,
): Promise<OperatorCaller & GrantedRoles> {
  const operator = await findPasswordCaller(deps, caller.id, call.clientAddress)
  if (operator === undefined) throw new Refused({ kind: 'forbidden' })
  return operator
}
