import type { JsonObject } from '../../authority/named-token.ts'
import { nextTurn } from '../../next-turn.ts'
import {
  changeOperator,
  createOperator,
  deleteOperator,
  getOperator,
  operatorPages,
} from '../../operators/operators.ts'
import type { Operator } from '../../operators/operator.ts'
import type { ParsedBy } from './body.ts'
import type { SdwanDeps } from './deps.ts'
import { requireEtag, requireOwnTenant, requireUnchanged } from './edge-checks.ts'
import { newOperatorBody, operatorBody, operatorPartBody } from './operator-body.ts'
import { operatorJson } from './operator-json.ts'
import { newOperatorOf, operatorChangeOf } from './operator-requests.ts'
import { listOfPages, objectAnswer } from './render.ts'
import { operatorShape } from './resource-shapes.ts'
import { type Exchange, operation, parameter, type Route, type Version } from './route.ts'
import { listShape } from './shapes.ts'

const PATH = '/tenants/{tenant_id}/operators'
const ONE = `${PATH}/{operator_id}`

/** Of the two that are published today; v2.0 was until it went. */
function named(word: string): Readonly<Partial<Record<Version, string>>> {
  return { 'v2.1': `atl-operatorv2n1-${word}-v2.1`, 'v2.2': `atl-operatorv2n2-${word}-v2.2` }
}

const common = {
  section: 'operators',
  versions: ['v2.0', 'v2.1', 'v2.2'],
  shape: operatorShape,
  foreignTenant: 'OPERATOR_INVALID_SUBJECT_TENANT_ID',
} as const

/** What a change of an operator can break besides the form of its fields. */
const writeCodes = [
  'OPERATOR_INVALID_OPERATOR_EMAIL',
  'OPERATOR_INVALID_SIGNUP_ROLE',
  'OPERATOR_INVALID_OPERATOR_MULTIPLE_SYSTEM_ROLE',
  'OPERATOR_INVALID_OPERATOR_SYSTEM_ROLE',
  'OPERATOR_CAN_NOT_ASSIGN_SYSTEM_GENERATED_CUSTOM_ROLE',
  'OPERATOR_INVALID_CANNOT_SET_READONLY_FIELDS',
] as const

const changing = {
  ...common,
  path: ONE,
  codes: [...writeCodes, 'OPERATOR_INVALID_ETAG'],
  says: { not_in_tenant: 'OPERATOR_INVALID_OPERATOR_ID', password_unfit: 'BAD_REQUEST' },
} as const

const deleting = {
  ...common,
  method: 'DELETE',
  path: ONE,
  summary: 'Delete an operator, with his tokens, sessions and password',
} as const

/** Who may do everything cannot go when he is the last, and what the system owns stays. */
const protectedOnes = {
  last_super: 'OPERATOR_DELETE_INVALID_ROLE_SYSTEM',
  system_operator_protected: 'OPERATOR_DELETE_INVALID_ROLE_SYSTEM',
} as const

export const operatorRoutes: readonly Route[] = [
  ...operation({
    ...common,
    method: 'GET',
    path: PATH,
    operationIds: named('gettenantoperators'),
    summary: 'List the operators of the tenant',
    shape: listShape(operatorShape),
    run: (deps, exchange) => listOfPages(exchange, shownPages(deps, exchange)),
  }),
  ...operation({
    ...common,
    method: 'POST',
    path: PATH,
    operationIds: named('createtenantoperator'),
    summary: 'Create an operator',
    body: newOperatorBody,
    codes: writeCodes,
    says: { session_invalid: 'SESSION_SUBJECT_NOT_FOUND', password_unfit: 'BAD_REQUEST' },
    async run(deps, exchange) {
      const { body, caller, version } = exchange
      requireOwnTenant(body, exchange, 'OPERATOR_INVALID_SUBJECT_TENANT_ID')
      return answer(deps, exchange, await createOperator(deps, caller, newOperatorOf(body, version)))
    },
  }),
  ...operation({
    ...common,
    method: 'GET',
    path: ONE,
    operationIds: named('gettenantoperator'),
    summary: 'Show an operator',
    async run(deps, exchange) {
      return answer(
        deps,
        exchange,
        await getOperator(deps, exchange.caller.tenantId, parameter(exchange, 'operator_id')),
      )
    },
  }),
  ...operation({
    ...changing,
    method: 'PUT',
    operationIds: named('updatetenantoperator'),
    summary: 'Replace an operator; a password that is not sent stays',
    body: operatorBody,
    run: (deps, exchange) => change(deps, exchange, true, requireEtag(exchange.body)),
  }),
  ...operation({
    ...changing,
    method: 'PATCH',
    operationIds: named('patchtenantoperator'),
    summary: 'Change of an operator what is sent',
    body: operatorPartBody,
    run: (deps, exchange) => change(deps, exchange, false, exchange.body._etag),
  }),
  ...operation({
    ...deleting,
    versions: ['v2.0'],
    says: { ...protectedOnes, signup_role_invalid: 'OPERATOR_INSUFFICIENT_OPERATOR_PERMISSIONS' },
    run: remove,
  }),
  ...operation({
    ...deleting,
    versions: ['v2.1', 'v2.2'],
    operationIds: named('deletetenantoperator'),
    codes: ['OPERATOR_INVALID_SIGNUP_ROLE'],
    says: protectedOnes,
    run: remove,
  }),
]

async function change(
  deps: SdwanDeps,
  exchange: Exchange<ParsedBy<typeof operatorPartBody>>,
  isWhole: boolean,
  etag: number | undefined,
) {
  const { body, caller, version } = exchange
  requireOwnTenant(body, exchange, 'OPERATOR_INVALID_SUBJECT_TENANT_ID')
  const current = await getOperator(deps, caller.tenantId, parameter(exchange, 'operator_id'))
  // No call changes any of them, so it does not matter that this is another moment than that of the change.
  const { id, isSystemOwned, isInactive } = current
  const fixed = { id, is_system_owned: isSystemOwned, inactive: isInactive }
  requireUnchanged(body, fixed, 'OPERATOR_INVALID_CANNOT_SET_READONLY_FIELDS')
  const asked = operatorChangeOf(body, version, isWhole)
  return answer(deps, exchange, await changeOperator(deps, caller, current.id, asked, etag))
}

async function remove(deps: SdwanDeps, exchange: Exchange<unknown>) {
  return answer(
    deps,
    exchange,
    await deleteOperator(deps, exchange.caller, parameter(exchange, 'operator_id')),
  )
}

async function answer(deps: SdwanDeps, exchange: Exchange<unknown>, operator: Operator) {
  const show = await showing(deps, exchange, [operator])
  return objectAnswer(exchange, show(operator))
}

/** The operators of the caller's tenant; others have their turn between two pages. */
async function* shownPages(deps: SdwanDeps, exchange: Exchange<unknown>) {
  for await (const page of operatorPages(deps, exchange.caller.tenantId)) {
    const show = await showing(deps, exchange, page)
    yield page.map((operator) => JSON.stringify(show(operator)))
    await nextTurn()
  }
}

/** How each of them is shown, with his custom roles as they are now. */
async function showing(
  deps: SdwanDeps,
  exchange: Exchange<unknown>,
  operators: readonly Operator[],
): Promise<(operator: Operator) => JsonObject> {
  const { caller, isUnified, sdwanTenantId, version } = exchange
  const ids = [...new Set(operators.flatMap(({ customRoleIds }) => customRoleIds))]
  const roles = ids.length === 0 ? [] : await deps.customRoles.findMany(caller.tenantId, ids)
  const byId = new Map(roles.map((role) => [role.id, role]))
  const how = { isUnified, sdwanTenantId, hasIam: version === 'v2.2' }
  return (operator) => {
    const customRoles = operator.customRoleIds.flatMap((id) => byId.get(id) ?? [])
    return operatorJson(how, { operator, customRoles })
  }
}
