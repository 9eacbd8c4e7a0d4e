import type { Ambient } from '../ambient.ts'
import type { Atomically } from '../atomically.ts'
import type { UserId } from '../directory/user.ts'
import { mayEnter } from './may-enter.ts'
import {
  findOperatorCaller,
  type GrantedRoles,
  type OperatorCaller,
  type OperatorCallerDeps,
} from './operator-caller.ts'
import type { OperatorSessionWrites } from './session-ports.ts'

export interface PasswordCallerDeps extends OperatorCallerDeps {
  readonly ambient: Pick<Ambient, 'nowMillis'>
  readonly atomically: Atomically<Pick<OperatorSessionWrites, 'sessions'>>
}

/**
 * The operator that a user is who has just shown his password, without opening a session. What would keep him from logging
 * in keeps him out here too: otherwise this would be the way around it.
 * @returns `undefined`: he is none, or does not get in
 */
export async function findPasswordCaller(
  deps: PasswordCallerDeps,
  userId: UserId,
  clientAddress: string,
): Promise<(OperatorCaller & GrantedRoles) | undefined> {
  const operator = await deps.atomically(({ sessions }) => sessions.holdOperator(userId))
  if (operator === undefined || !mayEnter(operator, clientAddress, deps.ambient.nowMillis())) {
    return undefined
  }
  return findOperatorCaller(deps, userId)
}
