import type { Ambient } from '../ambient.ts'
import { type Failure, Refused } from '../failure.ts'
import { isPermitted } from './evaluation.ts'
import type { OperatorCaller } from './operator-caller.ts'
import type { OperatorReads } from './operator-ports.ts'
import type { Operator } from './operator.ts'
import type { SessionRule } from './session-rule.ts'

export interface SubjectDeps {
  readonly ambient: Pick<Ambient, 'nowMillis'>
  readonly operators: Pick<OperatorReads, 'find'>
  readonly sdwan: { readonly region: string }
}

/**
 * The operator whose sessions are asked about: the caller himself, or somebody whom he administers.
 * @param notPermitted what is thrown of somebody else, whether he is there or not
 * @throws {Refused} `session_rule` `operator_unknown`
 */
export async function findSubject(
  deps: SubjectDeps,
  caller: OperatorCaller,
  operatorId: string,
  notPermitted: Failure = { kind: 'forbidden' },
): Promise<Operator> {
  if (operatorId !== caller.operatorId && !administersOperators(deps, caller)) {
    throw new Refused(notPermitted)
  }
  const operator = await deps.operators.find(caller.tenantId, operatorId)
  if (operator === undefined) throw brokenSessionRule('operator_unknown')
  return operator
}

/** Whoever may make operators may do for them what they may themselves. */
export function administersOperators(
  { ambient, sdwan }: Pick<SubjectDeps, 'ambient' | 'sdwan'>,
  { rights }: OperatorCaller,
): boolean {
  return isPermitted(rights, MAKES_OPERATORS, ambient.nowMillis(), sdwan.region)
}

const MAKES_OPERATORS = { permission: 'POST+/api/tenants/[tenant_id]/operators', params: {} } as const

/** Also for oneself: whoever may only read would hold with a token what outlives his being watched. @throws {Refused} `forbidden` */
export function checkMayMint(
  { ambient, sdwan }: Pick<SubjectDeps, 'ambient' | 'sdwan'>,
  { rights }: OperatorCaller,
  operatorId: string,
): void {
  const minting = {
    permission: 'POST+/api/tenants/[tenant_id]/operators/[operator_id]/authtokens',
    params: { operator_id: operatorId },
  } as const
  if (!isPermitted(rights, minting, ambient.nowMillis(), sdwan.region))
    throw new Refused({ kind: 'forbidden' })
}

export function brokenSessionRule(rule: SessionRule): Refused {
  return new Refused({ kind: 'session_rule', rule })
}
