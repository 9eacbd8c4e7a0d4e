import { arrayOf, type JsonSchema, mapOf } from '../json-schema.ts'
import { authRoleShape, customRoleShape, operatorShape } from './resource-shapes.ts'
import { factsShape, objectShape, widerShape } from './shapes.ts'

// What whoever comes in is told, for the document.

const text: JsonSchema = { type: 'string' }
const nothing: JsonSchema = { type: 'null' }
const flag: JsonSchema = { type: 'boolean' }

export const loginShape = factsShape('SdwanLogin', { x_auth_token: text })

export const loginPlaceShape = factsShape('SdwanLoginPlace', { api_endpoint: text, login_region: text })

export const logoutShape = factsShape('SdwanLogout', {})

/** More than is published: clients read all of it. */
export const profileShape = widerShape('SdwanProfile', operatorShape, {
  session_id: text,
  token_session: flag,
  tenant_id: text,
  region: text,
})

const switched = mapOf({ const: true })

export const authResourceShape = objectShape('SdwanAuthResource', {
  id: text,
  operator_id: text,
  tenant_id: text,
  resource_version_map: mapOf(text),
  resource_uri_map: mapOf(text),
  resource_role_map: arrayOf({ type: 'object' }),
  version_exceptions_map: arrayOf({ type: 'object' }),
  permissions: switched,
  disallowed_permissions: switched,
  roles: arrayOf(authRoleShape),
  custom_roles: arrayOf(customRoleShape),
  x_auth_token: nothing,
  redirect_region: nothing,
  redirect_urlpath: nothing,
  redirect_x_auth_token: nothing,
})
