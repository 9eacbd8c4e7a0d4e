import { PERMISSION_VALUE } from '../../operators/permission-value.ts'
import { SYSTEM_ROLES, type SystemRole } from '../../operators/role-names.ts'
import { FAULTY, listOf, members, type ParsedBy, partial, type Value } from './body.ts'
import type { SdwanCode } from './codes.ts'
import { flag, integer, oneOf, text } from './values.ts'

// Roles and permissions as they stand inside tokens, operators and custom roles (Prisma SD-WAN, AuthRole, AuthPermission,
// CustomPermission, CustomRole).

/** Of each list of roles, wherever it stands. */
const MAX_ROLES = 7
/** Of each list of custom roles, permissions and custom permissions. */
export const MAX_LISTED = 100
const TENANT_ID = /^[0-9]*$/

const authRole = members({ name: oneOf('AUTH_ROLE_INVALID', ...SYSTEM_ROLES) })

/** @param code when there are too many */
export function authRoles(code: SdwanCode): Value<readonly { readonly name: SystemRole }[]> {
  return listOf(authRole, { max: MAX_ROLES, code })
}

/** May be empty by the published limits; that it is none of ours is told by the domain. */
const authPermission = members({ value: text({ max: 500, code: 'PERMISSION_INVALID_0001' }) })

export const tenantId = text({
  max: 20,
  pattern: TENANT_ID,
  said: 'must be decimal digits',
  code: 'TENANT_ID_INVALID_0001',
})

/** What everything of this API has that can be shut. `inactive` is the system's to set, and left aside. */
export const shutMembers = {
  disabled: flag(),
  disabled_reason: text({ max: 5000, code: 'DISABLED_REASON_INVALID_0001' }),
  inactive_reason: text({ max: 5000, code: 'INACTIVE_REASON_INVALID_0001' }),
}

/** `_etag` of the object that the client has seen; what makes something does not look at it. */
export const etag = integer({ min: 0, code: 'OPERATOR_INVALID_ETAG' })

/** `region` is computed, and left aside. */
export const customPermission = members(
  {
    value: text({
      min: 1,
      max: 500,
      pattern: PERMISSION_VALUE,
      said: 'may hold letters, digits and / + _ [ ] -',
      code: 'INVALID_PERMISSION_VALUE',
    }),
  },
  {
    id: text({ max: 100 }),
    tenant_id: tenantId,
    allowed_after_ms: integer(),
    allowed_before_ms: integer(),
    disallow_permission: flag(),
    ...shutMembers,
  },
)

const namedPermission = partial(customPermission)

/** Of a permission that is there the id is enough; what else is sent of it has to have the published form. */
const permissionReference: Value<ParsedBy<typeof namedPermission>> = {
  ...namedPermission,
  parse: (value, at, report) => (hasId(value) ? namedPermission : customPermission).parse(value, at, report),
}

function hasId(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
}

/** The codes of lists that are too long; of the older embedded form none are published. */
interface ListCodes {
  readonly roles: SdwanCode
  readonly permissions: SdwanCode
  readonly disallowed: SdwanCode
  readonly customPermissions: SdwanCode
}

const WITHOUT_CODES: ListCodes = {
  roles: 'BAD_REQUEST',
  permissions: 'BAD_REQUEST',
  disallowed: 'BAD_REQUEST',
  customPermissions: 'BAD_REQUEST',
}

const WITH_CODES: ListCodes = {
  roles: 'AUTH_ROLE_INVALID_ROLE_LIST_SIZE',
  permissions: 'AUTH_ROLE_INVALID_PERMISSION_LIST_SIZE',
  disallowed: 'AUTH_ROLE_INVALID_DISALLOW_PERMISSION_LIST_SIZE',
  customPermissions: 'AUTH_ROLE_INVALID_CUSTOM_PERMISSIONS_SIZE',
}

function roleLists({ roles, permissions, disallowed, customPermissions }: ListCodes) {
  return {
    roles: authRoles(roles),
    permissions: listOf(authPermission, { max: MAX_LISTED, code: permissions }),
    disallow_permissions: listOf(authPermission, { max: MAX_LISTED, code: disallowed }),
    custom_permissions: listOf(permissionReference, { max: MAX_LISTED, code: customPermissions }),
  }
}

/** What a custom role consists of, where it is made and changed, and inside operators. */
export const publishedRoleLists = roleLists(WITH_CODES)

/**
 * A custom role that is meant by its id or its name. Clients send back all that they were shown of it: that has to have the
 * published form, and is left aside.
 */
function roleReference(codes: ListCodes): Value<RoleReference> {
  const form = members(
    {},
    {
      id: text({ max: 100, code: 'AUTH_ROLE_INVALID' }),
      name: text({ max: 256, code: 'AUTH_ROLE_INVALID' }),
      tenant_id: tenantId,
      ...roleLists(codes),
      ...shutMembers,
    },
  )
  return {
    schema: form.schema,
    codes: [...form.codes, 'AUTH_ROLE_INVALID'],
    parse(value, at, report) {
      const parsed = form.parse(value, at, report)
      if (parsed === FAULTY) return FAULTY
      const { id, name = '' } = parsed
      if (id !== undefined || name.trim() !== '') return { id, name: name === '' ? undefined : name }
      report('AUTH_ROLE_INVALID', at, 'must have the id or the name of a custom role')
      return FAULTY
    },
  }
}

export interface RoleReference {
  readonly id: string | undefined
  readonly name: string | undefined
}

/** In tokens. @param code when there are too many */
export function embeddedRoles(code: SdwanCode): Value<readonly RoleReference[]> {
  return listOf(roleReference(WITHOUT_CODES), { max: MAX_LISTED, code })
}

/** In operators, where the lists inside have limits too. @param code when there are too many */
export function embeddedRolesWithLimits(code: SdwanCode): Value<readonly RoleReference[]> {
  return listOf(roleReference(WITH_CODES), { max: MAX_LISTED, code })
}
