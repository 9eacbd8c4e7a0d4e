import {
  changePermission,
  createPermission,
  deletePermission,
  getPermission,
  type NewPermission,
} from '../../operators/custom-permissions.ts'
import type { CustomPermission } from '../../operators/permission.ts'
import { members, type ParsedBy } from './body.ts'
import { requireEtag, requireOwnTenant } from './edge-checks.ts'
import { listAnswer, objectAnswer } from './render.ts'
import { customPermissionShape } from './resource-shapes.ts'
import { customPermissionJson } from './role-json.ts'
import { customPermission, etag } from './role-values.ts'
import { type Exchange, operation, parameter, type Route } from './route.ts'
import { listShape } from './shapes.ts'

const changeBody = members(customPermission.required, { ...customPermission.optional, _etag: etag })

const PATH = '/tenants/{tenant_id}/permissions'
const ONE = `${PATH}/{permission_id}`

const common = { section: 'roles', versions: ['v2.0'], shape: customPermissionShape } as const

/** What a custom permission can break besides the form of its fields. */
const writeCodes = [
  'PERMISSION_API_TEST_FAILED',
  'PERMISSION_NOT_CUSTOMIZED',
  'PERMISSION_AFTER_LARGER_THAN_BEFORE',
  'PERMISSION_TENANT_ID_MISMATCH',
  'PERMISSION_API_TEST_TENANTID_FAILED',
] as const

export const customPermissionRoutes: readonly Route[] = [
  ...operation({
    ...common,
    method: 'GET',
    path: PATH,
    // There, the maps of the service are.
    unifiedPath: null,
    summary: 'List the custom permissions of the tenant',
    shape: listShape(customPermissionShape),
    async run(deps, exchange) {
      const permissions = await deps.customPermissions.list(exchange.caller.tenantId)
      const items = permissions.map((permission) => customPermissionJson(exchange, permission))
      return listAnswer(exchange, items)
    },
  }),
  ...operation({
    ...common,
    method: 'POST',
    path: PATH,
    summary: 'Create a custom permission: one with a window of time, or one that denies',
    body: customPermission,
    codes: writeCodes,
    async run(deps, exchange) {
      const { body, caller } = exchange
      requireOwnTenant(body, exchange, 'PERMISSION_TENANT_ID_MISMATCH')
      return answer(exchange, await createPermission(deps, caller, newPermissionOf(body)))
    },
  }),
  ...operation({
    ...common,
    method: 'GET',
    path: ONE,
    summary: 'Show a custom permission',
    async run(deps, exchange) {
      const { tenantId } = exchange.caller
      return answer(exchange, await getPermission(deps, tenantId, parameter(exchange, 'permission_id')))
    },
  }),
  ...operation({
    ...common,
    method: 'PUT',
    path: ONE,
    summary: 'Replace a custom permission: in force in all roles that hold it when this is answered',
    body: changeBody,
    codes: [...writeCodes, 'OPERATOR_INVALID_ETAG'],
    async run(deps, exchange) {
      const { body, caller } = exchange
      const seen = requireEtag(body)
      requireOwnTenant(body, exchange, 'PERMISSION_TENANT_ID_MISMATCH')
      return answer(
        exchange,
        await changePermission(
          deps,
          caller,
          parameter(exchange, 'permission_id'),
          newPermissionOf(body),
          seen,
        ),
      )
    },
  }),
  ...operation({
    ...common,
    method: 'DELETE',
    path: ONE,
    summary: 'Delete a custom permission that no role holds',
    codes: ['PERMISSION_IN_USE'],
    async run(deps, exchange) {
      return answer(
        exchange,
        await deletePermission(deps, exchange.caller, parameter(exchange, 'permission_id')),
      )
    },
  }),
]

function answer(exchange: Exchange<unknown>, permission: CustomPermission) {
  return objectAnswer(exchange, customPermissionJson(exchange, permission))
}

function newPermissionOf(body: ParsedBy<typeof customPermission>): NewPermission {
  return {
    value: body.value,
    allowedAfterMs: body.allowed_after_ms,
    allowedBeforeMs: body.allowed_before_ms,
    isDisallowed: body.disallow_permission ?? false,
    isDisabled: body.disabled ?? false,
    disabledReason: body.disabled_reason,
  }
}
