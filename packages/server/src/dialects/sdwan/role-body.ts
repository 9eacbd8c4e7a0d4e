import { members } from './body.ts'
import { etag, publishedRoleLists, shutMembers, tenantId } from './role-values.ts'
import { flag, neverTrue, readOnly, text } from './values.ts'

const ROLE_NAME = /^[a-z_]+$/
const READ_ONLY = 'CUSTOM_ROLE_OPERATIONS_READONLY_FIELDS_NOT_ALLOWED'

const required = {
  name: text({
    min: 1,
    max: 256,
    pattern: ROLE_NAME,
    said: 'may hold lower-case letters and underscores',
    code: 'AUTH_ROLE_INVALID_ROLE_NAME',
  }),
}

const optional = {
  tenant_id: tenantId,
  description: text({ min: 1, max: 1000, code: 'AUTH_ROLE_INVALID_ROLE_DESCRIPTION' }),
  ...publishedRoleLists,
  ...shutMembers,
}

/** Of v2.0, which has no code for what only the server sets: left aside. */
export const newRoleBody = members(required, optional)

/** Of v2.1. */
export const newRoleBodyV2n1 = members(required, {
  ...optional,
  id: readOnly(READ_ONLY),
  is_system_owned: neverTrue('SYSTEM_CREATED_CUSTOM_ROLE_OPERATIONS_NOT_ALLOWED'),
  inactive: neverTrue(READ_ONLY),
})

/** What only the server sets may come back as it was shown. */
export const roleChangeBody = members(required, {
  ...optional,
  id: text({ max: 100, code: READ_ONLY }),
  is_system_owned: flag({ code: READ_ONLY }),
  _etag: etag,
})
