import type { User } from '../../directory/user.ts'
import { Refused } from '../../failure.ts'
import { type ApiCall, isPermitted } from '../../operators/evaluation.ts'
import {
  findOperatorCaller,
  type GrantedRoles,
  type OperatorCaller,
} from '../../operators/operator-caller.ts'
import { checkMayGive, makeOperatorIn } from '../../operators/operator-grants.ts'
import type { SystemRole } from '../../operators/role-names.ts'
import { administersOperators } from '../../operators/session-subjects.ts'
import type { JetonDeps, JetonWrites } from './deps.ts'

/**
 * What makes a new user an operator of the SD-WAN API with these roles. As with accounts, nobody makes one who may do more
 * there than he may himself.
 * @throws {Refused} `forbidden`, `operator_rule`
 */
export async function operatorGrant(
  deps: JetonDeps,
  caller: User,
  roles: readonly SystemRole[],
): Promise<(ports: JetonWrites, user: User) => Promise<void>> {
  if (roles.length === 0) return async () => undefined
  checkMayGive(await operatorMaker(deps, caller), roles, [], deps.ambient.nowMillis())
  return async (ports, user) => {
    await makeOperatorIn(ports, deps.ambient, user, { roles })
  }
}

/** The caller as an operator who may make others. @throws {Refused} `forbidden` */
export async function operatorMaker(deps: JetonDeps, caller: User): Promise<OperatorCaller> {
  const operator = await operatorOf(deps, caller)
  if (!administersOperators(deps, operator)) throw new Refused({ kind: 'forbidden' })
  return operator
}

/** The caller as an operator who may make that call of the SD-WAN API. @throws {Refused} `forbidden` */
export async function permittedOperator(
  deps: JetonDeps,
  caller: User,
  call: ApiCall,
): Promise<OperatorCaller> {
  const operator = await operatorOf(deps, caller)
  if (!isPermitted(operator.rights, call, deps.ambient.nowMillis(), deps.sdwan.region)) {
    throw new Refused({ kind: 'forbidden' })
  }
  return operator
}

/** What the caller is in the SD-WAN API. @throws {Refused} `forbidden`: nothing, or he is shut out there */
export async function operatorOf(deps: JetonDeps, caller: User): Promise<OperatorCaller & GrantedRoles> {
  const operator = await findOperatorCaller(deps, caller.id)
  if (operator === undefined) throw new Refused({ kind: 'forbidden' })
  return operator
}
