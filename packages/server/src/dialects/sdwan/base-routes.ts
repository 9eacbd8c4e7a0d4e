import { API_PERMISSIONS } from '../../operators/base-permissions.ts'
import { TENANT_ROLES } from '../../operators/role-names.ts'
import { arrayOf, named } from '../json-schema.ts'
import { arrayAnswer, listAnswer } from './render.ts'
import { authRoleShape, basePermissionShape } from './resource-shapes.ts'
import { namedRoles, tenantIdJson } from './role-json.ts'
import { operation, type Route } from './route.ts'
import { listShape } from './shapes.ts'

const common = { method: 'GET', section: 'roles', versions: ['v2.0'] } as const

/** What custom roles are made of. */
export const baseRoutes: readonly Route[] = [
  ...operation({
    ...common,
    path: '/tenants/{tenant_id}/base_roles',
    summary: 'List the roles of the system that operators, tokens and custom roles can have',
    shape: listShape(named('SdwanAuthRole', authRoleShape)),
    run: (_, exchange) => listAnswer(exchange, namedRoles(TENANT_ROLES)),
  }),
  ...operation({
    ...common,
    path: '/tenants/{tenant_id}/base_permissions',
    summary: 'List everything that can be permitted',
    shape: arrayOf(basePermissionShape),
    run(_, exchange) {
      const tenant = tenantIdJson(exchange)
      return arrayAnswer(API_PERMISSIONS.map((value) => ({ ...NOBODYS, ...tenant, value })))
    },
  }),
]

/** The fields of a permission that nobody made: it has no id, no window and no version. */
const NOBODYS = {
  id: null,
  allowed_after_ms: null,
  allowed_before_ms: null,
  disallow_permission: false,
  disabled: false,
  disabled_reason: null,
  inactive: false,
  inactive_reason: null,
  region: null,
}
