import { changeRole, createRole, deleteRole, getRole, type NewRole } from '../../operators/custom-roles.ts'
import type { ParsedBy } from './body.ts'
import type { SdwanDeps } from './deps.ts'
import { requireEtag, requireOwnTenant, requireUnchanged } from './edge-checks.ts'
import { listAnswer, objectAnswer } from './render.ts'
import { customRoleShape } from './resource-shapes.ts'
import { newRoleBody, newRoleBodyV2n1, roleChangeBody } from './role-body.ts'
import { customRoleJson } from './role-json.ts'
import { type Exchange, operation, parameter, type Route, type Version } from './route.ts'
import { listShape } from './shapes.ts'

const PATH = '/tenants/{tenant_id}/roles'
const ONE = `${PATH}/{role_id}`

function named(word: string): Readonly<Partial<Record<Version, string>>> {
  return { 'v2.0': `atl-customrole-${word}-v2.0`, 'v2.1': `atl-customrolev2n1-${word}-v2.1` }
}

const common = { section: 'roles', versions: ['v2.0', 'v2.1'], shape: customRoleShape } as const

/** What a custom role can break besides the form of its fields. */
const writeCodes = [
  'PERMISSION_API_TEST_TENANTID_FAILED',
  'AUTH_ROLE_INVALID_ESP_SOLO_ROLE',
  'AUTH_ROLE_INVALID_SUPER_ROLE_DATA',
  'AUTH_ROLE_INVALID_SUPER_SOLO_ROLE',
  'AUTH_ROLE_INVALID_TENANT_ROLE_DATA',
  'AUTH_ROLE_INVALID_TENANT_SOLO_ROLE',
  'PERMISSIONS_INVALID_DISALLOW_PERMISSION_VALUES',
  'PERMISSIONS_INVALID_PERMISSION_IDS',
  'PERMISSIONS_INVALID_PERMISSION_VALUES',
  'PERMISSIONS_NON_UNIQUE_DISALLOW_PERMISSION_VALUES',
  'PERMISSIONS_NON_UNIQUE_PERMISSION_IDS',
  'ROLES_NON_UNIQUE_ROLE_IDS',
  'ROLES_PERMISSION_OVERLAP_NOT_ALLOWED',
] as const

const creating = {
  ...common,
  method: 'POST',
  path: PATH,
  summary: 'Create a custom role',
  operationIds: named('addrole'),
  codes: writeCodes,
} as const

const replacing = {
  ...common,
  method: 'PUT',
  path: ONE,
  summary: 'Replace a custom role: in force for all who have it when this is answered',
  operationIds: named('updaterole'),
  body: roleChangeBody,
} as const

const SYSTEM_ROLE = 'SYSTEM_CREATED_CUSTOM_ROLE_OPERATIONS_NOT_ALLOWED'

export const customRoleRoutes: readonly Route[] = [
  ...operation({
    ...common,
    method: 'GET',
    path: PATH,
    operationIds: named('getroles'),
    summary: 'List the custom roles of the tenant',
    shape: listShape(customRoleShape),
    async run(deps, exchange) {
      const roles = await deps.customRoles.list(exchange.caller.tenantId)
      const items = roles.map((role) => customRoleJson(exchange, role))
      return listAnswer(exchange, items)
    },
  }),
  ...operation({ ...creating, versions: ['v2.0'], body: newRoleBody, run: create }),
  ...operation({ ...creating, versions: ['v2.1'], body: newRoleBodyV2n1, run: create }),
  ...operation({
    ...common,
    method: 'GET',
    path: ONE,
    operationIds: named('getrole'),
    summary: 'Show a custom role',
    foreignTenant: 'TENANT_INVALID_TENANT_ID',
    async run(deps, exchange) {
      const role = await find(deps, exchange)
      return objectAnswer(exchange, customRoleJson(exchange, role))
    },
  }),
  ...operation({ ...replacing, versions: ['v2.0'], codes: writeCodes, run: replace }),
  ...operation({
    ...replacing,
    versions: ['v2.1'],
    codes: [...writeCodes, 'CUSTOM_ROLE_OPERATIONS_READONLY_FIELDS_NOT_ALLOWED', SYSTEM_ROLE],
    async run(deps, exchange) {
      const { body } = exchange
      const current = await find(deps, exchange)
      // Neither ever changes, so it does not matter that this is another moment than that of the change.
      requireUnchanged(body, { is_system_owned: current.isSystemOwned }, SYSTEM_ROLE)
      requireUnchanged(body, { id: current.id }, 'CUSTOM_ROLE_OPERATIONS_READONLY_FIELDS_NOT_ALLOWED')
      return replace(deps, exchange)
    },
  }),
  ...operation({
    ...common,
    method: 'DELETE',
    path: ONE,
    operationIds: named('deleterole'),
    summary: 'Delete a custom role that nobody has',
    codes: [SYSTEM_ROLE, 'ROLE_IN_USE'],
    async run(deps, exchange) {
      const role = await deleteRole(deps, exchange.caller, parameter(exchange, 'role_id'))
      return objectAnswer(exchange, customRoleJson(exchange, role))
    },
  }),
]

function find(deps: SdwanDeps, exchange: Exchange<unknown>) {
  return getRole(deps, exchange.caller.tenantId, parameter(exchange, 'role_id'))
}

async function create(deps: SdwanDeps, exchange: Exchange<ParsedBy<typeof newRoleBody>>) {
  const { body, caller } = exchange
  requireOwnTenant(body, exchange, 'ESP_INVALID_TENANT_ID')
  const role = await createRole(deps, caller, newRoleOf(body))
  return objectAnswer(exchange, customRoleJson(exchange, role))
}

async function replace(deps: SdwanDeps, exchange: Exchange<ParsedBy<typeof roleChangeBody>>) {
  const { body, caller } = exchange
  const etag = requireEtag(body)
  requireOwnTenant(body, exchange, 'ESP_INVALID_TENANT_ID')
  const role = await changeRole(deps, caller, parameter(exchange, 'role_id'), newRoleOf(body), etag)
  return objectAnswer(exchange, customRoleJson(exchange, role))
}

/** Its custom permissions are meant by their ids: what else stands there is what was shown of them. */
function newRoleOf(body: ParsedBy<typeof newRoleBody>): NewRole {
  return {
    name: body.name,
    description: body.description,
    roles: (body.roles ?? []).map(({ name }) => name),
    permissions: (body.permissions ?? []).map(({ value }) => value),
    disallowPermissions: (body.disallow_permissions ?? []).map(({ value }) => value),
    customPermissionIds: (body.custom_permissions ?? []).map(({ id = '' }) => id),
    isDisabled: body.disabled ?? false,
    disabledReason: body.disabled_reason,
  }
}
