import type { SystemRole } from '../../operators/role-names.ts'
import { members, type Value } from './body.ts'
import { authRoles, embeddedRoles, type RoleReference } from './role-values.ts'
import { ignored, millis, neverTrue, readOnly, text } from './values.ts'

// What is sent to make an auth token (Prisma SD-WAN, token object).

const READ_ONLY = 'AUTH_TOKEN_CANNOT_SET_READONLY_FIELDS'

/** What a client settles of a new token. */
export interface NewTokenBody {
  readonly roles?: readonly { readonly name: SystemRole }[]
  readonly custom_roles?: readonly RoleReference[]
  readonly expires_utc_ms?: number
}

const settable = {
  roles: authRoles('SESSION_INVALID_ROLE_LIST_SIZE'),
  custom_roles: embeddedRoles('SESSION_INVALID_CUSTOM_ROLES_LIST_SIZE'),
  expires_utc_ms: millis('INVALID_EXPIRES_UTC_MS'),
  _etag: ignored,
}

/** Of v2.0, which leaves aside what the server sets; but for its form, which has a limit. */
export const tokenBody: Value<NewTokenBody> = members(
  {},
  { ...settable, id: ignored, x_auth_token: ignored, session_key_c: text({ max: 128 }) },
)

/** Of v2.1, which refuses it. */
export const tokenBodyV2n1: Value<NewTokenBody> = members(
  {},
  {
    ...settable,
    id: readOnly(READ_ONLY),
    x_auth_token: readOnly(READ_ONLY),
    session_key_c: readOnly(READ_ONLY),
    is_system_owned: neverTrue('AUTH_TOKEN_SYSTEM_OPERATIONS_NOT_ALLOWED', READ_ONLY),
  },
)
